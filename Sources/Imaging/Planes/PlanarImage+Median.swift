extension PlanarImage {
  /// Replaces every value by the median of the 3×3 values around it.
  ///
  /// Beyond the edges the planes are continued by mirroring, edge values included, as
  /// `scipy.ndimage.median_filter(size=3)` does by default.
  ///
  /// - Returns: Planes of the same size.
  public func medianFiltered() -> PlanarImage {
    var result = self
    var window = [Float](repeating: 0, count: 9)
    for channel in 0..<channels {
      for row in 0..<height {
        for column in 0..<width {
          for i in 0..<9 {
            // Mirroring by one step repeats the edge value.
            let y = min(max(row + i / 3 - 1, 0), height - 1)
            let x = min(max(column + i % 3 - 1, 0), width - 1)
            window[i] = self[channel, y, x]
          }
          window.sort()
          result[channel, row, column] = window[4]
        }
      }
    }
    return result
  }
}
