import Essentials
public import Foundation

/// An 8-bit gray image in memory, for score maps and masks with levels.
///
/// # Shapes
///
/// - `samples`: `[height, width]`, row-major, `0...255`.
public struct GrayImage: Sendable, Equatable {
  /// The number of columns.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// The samples, `height * width` of them.
  public var samples: [UInt8]

  /// Creates an image from its samples.
  ///
  /// - Parameters:
  ///   - width: The number of columns, at least 1.
  ///   - height: The number of rows, at least 1.
  ///   - samples: `[height, width]` samples, row-major.
  public init(width: Int, height: Int, samples: [UInt8]) {
    precondition(width > 0 && height > 0, "Image size must be positive, got \(width)×\(height)")
    precondition(
      samples.count == width * height,
      "Image of \(width)×\(height) needs \(width * height) samples, got \(samples.count)")
    self.width = width
    self.height = height
    self.samples = samples
  }

  /// Creates an image from scores, black for 0 and white for 1.
  ///
  /// - Parameters:
  ///   - width: The number of columns, at least 1.
  ///   - height: The number of rows, at least 1.
  ///   - scores: `[height, width]` scores; below 0 is black, above 1 white, NaN black.
  public init(width: Int, height: Int, scores: [Float]) {
    self.init(
      width: width, height: height,
      samples: scores.map { UInt8(255 * ($0 > 0 ? min($0, 1) : 0) + 0.5) })
  }

  /// Returns the image as an 8-bit gray PNG file.
  ///
  /// - Returns: The file's bytes.
  /// - Throws: ``ImagingError/notEncodable(format:width:height:reason:)`` if libpng refuses the size.
  public func pngData() throws(ImagingError) -> Data {
    try ImageCodec.png(samples, width: width, height: height, as: .gray)
  }

  /// Writes the image as an 8-bit gray PNG file, whole or not at all.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``FileError`` if it cannot be written.
  public func writePNG(to path: String) throws {
    try AtomicFile.write(pngData(), to: path)
  }
}
