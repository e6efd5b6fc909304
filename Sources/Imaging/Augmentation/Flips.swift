extension RGBImage {
  /// Mirrors the image left to right.
  ///
  /// - Returns: An image of the same size.
  public func flippedHorizontally() -> RGBImage {
    RGBImage(
      width: width, height: height, pixels: mirrored(pixels, rowLength: width, channels: 3))
  }
}

extension LabelMap {
  /// Mirrors the label map left to right.
  ///
  /// - Returns: A label map of the same size.
  public func flippedHorizontally() -> LabelMap {
    LabelMap(
      width: width, height: height, indices: mirrored(indices, rowLength: width, channels: 1))
  }
}

extension PlanarImage {
  /// Mirrors every plane left to right.
  ///
  /// - Returns: Planes of the same size.
  public func flippedHorizontally() -> PlanarImage {
    PlanarImage(
      channels: channels, height: height, width: width,
      planes: mirrored(planes, rowLength: width, channels: 1))
  }
}

private func mirrored<Sample>(_ samples: [Sample], rowLength: Int, channels: Int) -> [Sample] {
  [Sample](unsafeUninitializedCapacity: samples.count) { target, count in
    samples.withUnsafeBufferPointer { samples in
      for row in stride(from: 0, to: samples.count, by: rowLength * channels) {
        for x in 0..<rowLength {
          let source = row + x * channels
          let destination = row + (rowLength - 1 - x) * channels
          for c in 0..<channels {
            target.initializeElement(at: destination + c, to: samples[source + c])
          }
        }
      }
    }
    count = samples.count
  }
}
