internal import CTorch

/// What may stand in a tensor's subscript: a position, a range of positions, or ``all``.
///
/// ```swift
/// try x[0]               // the first entry; the axis disappears
/// try x[1..<3, 0...]     // two entries of axis 0, all of axis 1
/// try x[.all, 2]         // column 2
/// ```
public protocol TensorIndex {
  /// Takes this index's part of one axis.
  ///
  /// - Parameters:
  ///   - tensor: The tensor.
  ///   - axis: The axis.
  /// - Returns: A view, and whether the axis is still there.
  /// - Throws: ``TensorError`` if the part lies outside.
  func part(of tensor: Tensor, along axis: Int) throws -> (view: Tensor, keepsAxis: Bool)
}

/// All positions of an axis.
public struct AllPositions: TensorIndex {
  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func part(of tensor: Tensor, along axis: Int) -> (view: Tensor, keepsAxis: Bool) {
    (tensor, true)
  }
}

extension TensorIndex where Self == AllPositions {
  /// All positions of an axis.
  public static var all: AllPositions { AllPositions() }
}

extension Int: TensorIndex {
  /// Takes one position, counted from the end if negative.
  ///
  /// - Parameters:
  ///   - tensor: The tensor.
  ///   - axis: The axis.
  /// - Returns: A view without the axis.
  /// - Throws: ``TensorError`` if the position lies outside.
  public func part(of tensor: Tensor, along axis: Int) throws -> (view: Tensor, keepsAxis: Bool) {
    (try Tensor.make(tensor, operation: "subscript") { ct_select($0, $1, axis, self, $2) }, false)
  }
}

extension TensorIndex where Self: RangeExpression, Bound == Int {
  /// Takes a range of positions.
  ///
  /// - Parameters:
  ///   - tensor: The tensor.
  ///   - axis: The axis.
  /// - Returns: A view of them.
  /// - Throws: ``TensorError`` if the range lies outside.
  public func part(of tensor: Tensor, along axis: Int) throws -> (view: Tensor, keepsAxis: Bool) {
    let size = axis < tensor.rank ? tensor.size(of: axis) : 0
    let range = relative(to: 0..<size)
    return (try tensor.narrow(along: axis, from: range.lowerBound, count: range.count), true)
  }
}

extension Range: TensorIndex where Bound == Int {}
extension ClosedRange: TensorIndex where Bound == Int {}
extension PartialRangeFrom: TensorIndex where Bound == Int {}
extension PartialRangeUpTo: TensorIndex where Bound == Int {}
extension PartialRangeThrough: TensorIndex where Bound == Int {}

extension Tensor {
  /// Returns a view of a part of the tensor.
  ///
  /// - Parameter indices: One for each of the first axes; the rest is taken whole.
  /// - Returns: A view; axes indexed by a single position are gone.
  /// - Throws: ``TensorError`` if a position lies outside.
  public subscript<each Index: TensorIndex>(_ indices: repeat each Index) -> Tensor {
    get throws {
      var result = self
      var axis = 0
      for index in repeat each indices {
        let (view, keepsAxis) = try index.part(of: result, along: axis)
        result = view
        if keepsAxis { axis += 1 }
      }
      return result
    }
  }
}
