import Foundation

/// Elements of a buffer that a tensor of any layout shows.
struct StridedView: Hashable {
  /// The first element.
  var offset = 0
  /// The size of every axis, each at least 0.
  let shape: [Int]
  /// The step of every axis in elements, each at least 0.
  let strides: [Int]

  /// Creates a row-major or column-major view of a whole buffer.
  ///
  /// - Parameters:
  ///   - shape: The size of every axis; the product fits into `Int`.
  ///   - isColumnMajor: Whether the first axis is the fastest, as in Fortran.
  init(shape: [Int], isColumnMajor: Bool) {
    var step = 1
    let steps = (isColumnMajor ? shape : shape.reversed()).map { size in
      defer { step *= max(1, size) }
      return step
    }
    self.shape = shape
    self.strides = isColumnMajor ? steps : steps.reversed()
  }

  /// Creates a view after checking that it lies inside its buffer.
  ///
  /// - Parameters:
  ///   - offset: The first element.
  ///   - shape: The size of every axis.
  ///   - strides: The step of every axis in elements.
  ///   - count: The number of elements of the buffer.
  /// - Throws: ``Problem/damaged(_:)`` if it does not.
  init(offset: Int, shape: [Int], strides: [Int], count: Int) throws(Problem) {
    guard shape.count == strides.count else {
      throw .damaged("a tensor has \(shape.count) sizes and \(strides.count) strides")
    }
    guard offset >= 0, shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 }) else {
      throw .damaged("a tensor has a negative size, stride or offset")
    }
    guard DType.float64.byteCount(ofShape: shape) != nil else {
      throw .damaged("a tensor of shape \(shape) is too large")
    }
    var last = offset
    for (size, stride) in zip(shape, strides) where !shape.contains(0) {
      let (extent, overflow) = (size - 1).multipliedReportingOverflow(by: stride)
      let (sum, overflowOfSum) = last.addingReportingOverflow(extent)
      guard !overflow, !overflowOfSum else { throw .damaged("a tensor reaches beyond its storage") }
      last = sum
    }
    guard shape.contains(0) ? offset <= count : last < count else {
      throw .damaged("a tensor reaches element \(last) of a storage of \(count)")
    }
    self.offset = offset
    self.shape = shape
    self.strides = strides
  }

  /// The number of elements.
  var count: Int { shape.reduce(1, *) }

  private var isRowMajor: Bool {
    var step = 1
    for (size, stride) in zip(shape, strides).reversed() where size != 1 {
      if stride != step { return false }
      step *= size
    }
    return true
  }

  /// Returns the elements in row-major order.
  ///
  /// - Parameters:
  ///   - bytes: The buffer; it holds every element of the view.
  ///   - width: The bytes of one element.
  /// - Returns: The elements one after the other.
  func elements(of bytes: Data, width: Int) -> Data {
    guard count > 0 else { return Data() }
    if isRowMajor {
      let start = bytes.startIndex + offset * width
      return offset == 0 && bytes.count == count * width
        ? bytes : bytes.subdata(in: start..<start + count * width)
    }
    var result = Data(count: count * width)
    result.withUnsafeMutableBytes { target in
      bytes.withUnsafeBytes { source in
        var index = [Int](repeating: 0, count: shape.count)
        var element = offset
        for position in 0..<count {
          target[(position * width)...].copyBytes(
            from: source[(element * width)..<((element + 1) * width)])
          for axis in shape.indices.reversed() {
            index[axis] += 1
            element += strides[axis]
            if index[axis] < shape[axis] { break }
            element -= strides[axis] * shape[axis]
            index[axis] = 0
          }
        }
      }
    }
    return result
  }
}
