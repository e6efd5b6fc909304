extension LabelMap {
  /// Returns the label map as viewers show it.
  ///
  /// - Parameter colorMap: The colour of each index.
  /// - Returns: An image of the same size.
  public func colored(with colorMap: ColorMap = .voc) -> RGBImage {
    var pixels = [UInt8]()
    pixels.reserveCapacity(3 * indices.count)
    for index in indices {
      let color = colorMap[index]
      pixels.append(color.red)
      pixels.append(color.green)
      pixels.append(color.blue)
    }
    return RGBImage(width: width, height: height, pixels: pixels)
  }
}
