internal import CTorch

extension Tensor {
  /// Returns how far the features of pixels are from those of their neighbours.
  ///
  /// Sources are a rectangle of pixels; every offset leads from each of them to a neighbour:
  ///
  ///     distance = mean over the channels of |neighbour - source|
  ///
  /// On a processor no tensor of all differences is made, which AffinityNet's training would spend
  /// most of its time on.
  ///
  /// - Parameters:
  ///   - offsets: The steps from sources to neighbours.
  ///   - origin: The row and column of the first source.
  ///   - sources: The number of rows and columns of sources.
  /// - Returns: `[batch, offsets, rows, columns]` for this `[batch, channels, height, width]`.
  /// - Throws: ``TensorError`` if a neighbour lies outside.
  public func neighborDistances(
    offsets: [(rows: Int, columns: Int)], from origin: (row: Int, column: Int),
    sources: (rows: Int, columns: Int)
  ) throws -> Tensor {
    try offsets.flatMap { [$0.rows, $0.columns] }.withShape { steps in
      try Tensor.make(self) {
        ct_neighbor_distances(
          $0, $1, steps, CTPair((origin.row, origin.column)),
          CTPair((sources.rows, sources.columns)), $2)
      }
    }
  }
}
