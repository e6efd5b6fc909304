extension DType {
  /// Returns the bytes that a tensor needs, or nil if the number does not fit into `Int`.
  ///
  /// A zero among the sizes does not hide an overflow of the others: such shapes come only from
  /// damaged files.
  ///
  /// - Parameter shape: The size of every axis, each at least 0.
  /// - Returns: The number of bytes.
  func byteCount(ofShape shape: [Int]) -> Int? {
    var product = byteCount
    for size in shape where size != 0 {
      let (value, overflow) = product.multipliedReportingOverflow(by: size)
      if overflow { return nil }
      product = value
    }
    return shape.contains(0) ? 0 : product
  }
}
