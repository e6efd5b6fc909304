extension Normalization {
  /// Returns the 8-bit image of a network's input, of which the input was made.
  ///
  /// Samples are rounded, halves to even, and cut to `0...255`.
  ///
  /// - Parameter planes: Three planes in ``order``, as this normalisation makes them.
  /// - Returns: The image, of the same size.
  public func image(from planes: PlanarImage) -> RGBImage {
    precondition(planes.channels == 3, "An image has three planes, got \(planes.channels)")
    let count = planes.height * planes.width
    var pixels = [UInt8](repeating: 0, count: 3 * count)
    for plane in 0..<3 {
      let channel = order == .rgb ? plane : 2 - plane
      for i in 0..<count {
        let value = Double(planes.planes[plane * count + i]) * standardDeviation[plane]
        let sample = ((value + mean[plane]) * divisor).rounded(.toNearestOrEven)
        pixels[3 * i + channel] = UInt8(min(max(sample, 0), 255))
      }
    }
    return RGBImage(width: planes.width, height: planes.height, pixels: pixels)
  }
}
