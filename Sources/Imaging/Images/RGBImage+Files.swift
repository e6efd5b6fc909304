import Essentials
public import Foundation

extension RGBImage {
  /// Reads a PNG or JPEG file; the content decides which, not the name.
  ///
  /// Every kind becomes 8-bit RGB: gray is repeated, palettes are looked up, alpha is dropped (not
  /// blended), 16-bit samples keep their high byte, CMYK is converted as PIL does. Colour profiles
  /// and gamma are ignored, and the EXIF orientation is **not** applied: pixels come as stored, as
  /// PIL's `Image.open` gives them to the reference implementations, and as the masks expect them.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``FileError`` if the file cannot be read, ``ImagingError`` if it is not a whole and
  ///   valid image or larger than 67,108,864 pixels.
  public init(contentsOf path: String) throws {
    try self.init(decoding: AtomicFile.read(path), name: path)
  }

  /// Decodes a PNG or JPEG file in memory, as ``init(contentsOf:)`` does.
  ///
  /// - Parameters:
  ///   - data: The whole file; bytes after its end mark are ignored.
  ///   - name: What error messages call it.
  /// - Throws: ``ImagingError`` if it is not a whole and valid image, or too large.
  public init(decoding data: Data, name: String) throws(ImagingError) {
    self = try ImageCodec.rgb(data, name: name)
  }

  /// Returns the image as an 8-bit RGB PNG file.
  ///
  /// - Returns: The file's bytes.
  /// - Throws: ``ImagingError/notEncodable(format:width:height:reason:)`` if libpng refuses the size.
  public func pngData() throws(ImagingError) -> Data {
    try ImageCodec.png(pixels, width: width, height: height, as: .rgb)
  }

  /// Writes the image as an 8-bit RGB PNG file, whole or not at all.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``FileError`` if it cannot be written.
  public func writePNG(to path: String) throws {
    try AtomicFile.write(pngData(), to: path)
  }

  /// Returns the image as a baseline JPEG file with 4:2:0 chroma.
  ///
  /// - Parameter quality: libjpeg's scale, `1...100`.
  /// - Returns: The file's bytes.
  /// - Throws: ``ImagingError/notEncodable(format:width:height:reason:)`` if a side exceeds 65,500.
  public func jpegData(quality: Int) throws(ImagingError) -> Data {
    precondition((1...100).contains(quality), "JPEG quality must be in 1...100, got \(quality)")
    return try ImageCodec.jpeg(self, quality: quality)
  }

  /// Writes the image as a baseline JPEG file, whole or not at all.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - quality: libjpeg's scale, `1...100`.
  /// - Throws: ``FileError`` if it cannot be written, ``ImagingError`` if a side exceeds 65,500.
  public func writeJPEG(to path: String, quality: Int) throws {
    try AtomicFile.write(jpegData(quality: quality), to: path)
  }
}
