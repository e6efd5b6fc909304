import Essentials
public import Foundation

extension LabelMap {
  /// Reads a label map from an indexed (palette) or gray PNG file.
  ///
  /// The result holds the stored sample values: palette colours are never looked up, and gray
  /// samples of 1, 2 and 4 bits are not stretched to `0...255`.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``FileError`` if the file cannot be read, ``ImagingError`` if it is not a whole and
  ///   valid PNG image of that kind.
  public init(contentsOf path: String) throws {
    try self.init(decoding: AtomicFile.read(path), name: path)
  }

  /// Decodes an indexed (palette) or gray PNG file in memory, as ``init(contentsOf:)`` does.
  ///
  /// - Parameters:
  ///   - data: The whole file.
  ///   - name: What error messages call it.
  ///   - limit: The most pixels that are decoded, nil for those of the largest image.
  /// - Throws: ``ImagingError`` if it is not a whole and valid PNG image of that kind.
  public init(
    decoding data: Data, name: String, largest limit: Int? = nil
  ) throws(ImagingError) {
    self = try ImageCodec.labelMap(
      data, name: name, largest: limit ?? ImageCodec.maximumPixelCount)
  }

  /// Returns the label map as an 8-bit palette PNG file.
  ///
  /// - Parameter colorMap: The colour that viewers show for each index.
  /// - Returns: The file's bytes.
  /// - Throws: ``ImagingError/notEncodable(format:width:height:reason:)`` if libpng refuses the size.
  public func pngData(colorMap: ColorMap = .voc) throws(ImagingError) -> Data {
    try ImageCodec.png(indices, width: width, height: height, as: .palette(colorMap.samples))
  }

  /// Writes the label map as an 8-bit palette PNG file, whole or not at all.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - colorMap: The colour that viewers show for each index.
  /// - Throws: ``FileError`` if it cannot be written.
  public func write(to path: String, colorMap: ColorMap = .voc) throws {
    try AtomicFile.write(pngData(colorMap: colorMap), to: path)
  }
}
