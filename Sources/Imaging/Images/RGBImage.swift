/// An 8-bit RGB image in memory.
///
/// # Shapes
///
/// - `pixels`: `[height, width, 3]`, row-major, red first, `0...255`.
public struct RGBImage: Sendable, Equatable {
  /// The number of columns.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// The samples, `height * width * 3` of them.
  public var pixels: [UInt8]

  /// Creates an image from its samples.
  ///
  /// - Parameters:
  ///   - width: The number of columns, at least 1.
  ///   - height: The number of rows, at least 1.
  ///   - pixels: `[height, width, 3]` samples, row-major, red first.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(width > 0 && height > 0, "Image size must be positive, got \(width)×\(height)")
    precondition(
      pixels.count == width * height * 3,
      "Image of \(width)×\(height) needs \(width * height * 3) samples, got \(pixels.count)")
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// Creates an image of one colour.
  ///
  /// - Parameters:
  ///   - width: The number of columns, at least 1.
  ///   - height: The number of rows, at least 1.
  ///   - red: The red sample of every pixel.
  ///   - green: The green sample of every pixel.
  ///   - blue: The blue sample of every pixel.
  public init(width: Int, height: Int, red: UInt8, green: UInt8, blue: UInt8) {
    var pixels = [UInt8](repeating: red, count: width * height * 3)
    for i in stride(from: 0, to: pixels.count, by: 3) {
      pixels[i + 1] = green
      pixels[i + 2] = blue
    }
    self.init(width: width, height: height, pixels: pixels)
  }
}
