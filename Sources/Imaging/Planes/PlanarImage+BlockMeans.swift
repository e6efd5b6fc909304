/// What happens to rows and columns that do not fill a block.
public enum BlockRemainder: Sendable, Hashable {
  /// The map is continued with zeros to the right and below (`skimage.measure.block_reduce`).
  case zeroPadded
  /// They are left out (`torch.nn.functional.avg_pool2d`).
  case dropped
}

extension PlanarImage {
  /// Averages every plane over square blocks.
  ///
  /// # Source
  ///
  /// `AvgPool2d` in SEAM's `tool/imutils.py` (zero-padded) and PSA's `infer_aff.py` (dropped).
  ///
  /// - Parameters:
  ///   - side: The side of a block in pixels, at least 1.
  ///   - remainder: What happens to rows and columns that do not fill a block.
  /// - Returns: One value a block: the sum over its pixels divided by `side * side`.
  public func blockMeans(side: Int, remainder: BlockRemainder) -> PlanarImage {
    precondition(side > 0, "The side of a block must be positive, got \(side)")
    let rounding = remainder == .zeroPadded ? side - 1 : 0
    let (rows, columns) = ((height + rounding) / side, (width + rounding) / side)
    precondition(
      rows > 0 && columns > 0, "Planes of \(size) hold no block of \(side)×\(side) pixels")
    var means: [Float] = []
    means.reserveCapacity(channels * rows * columns)
    planes.withUnsafeBufferPointer { planes in
      for channel in 0..<channels {
        for row in 0..<rows {
          for column in 0..<columns {
            var sum = 0.0
            for y in row * side..<min((row + 1) * side, height) {
              let start = (channel * height + y) * width
              for x in column * side..<min((column + 1) * side, width) {
                sum += Double(planes[start + x])
              }
            }
            means.append(Float(sum / Double(side * side)))
          }
        }
      }
    }
    return PlanarImage(channels: channels, height: rows, width: columns, planes: means)
  }
}
