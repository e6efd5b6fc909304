/// Real-valued planes of one size: a normalised image, score maps, activation maps.
///
/// The layout is that of one sample of a batch, so the values go into a tensor as they are.
///
/// # Shapes
///
/// - `planes`: `[channels, height, width]`, row-major.
public struct PlanarImage: Sendable, Equatable {
  /// The number of planes.
  public let channels: Int
  /// The number of rows.
  public let height: Int
  /// The number of columns.
  public let width: Int
  /// The values, `channels * height * width` of them.
  public var planes: [Float]

  /// The size of every plane.
  public var size: ImageSize { ImageSize(width: width, height: height) }

  /// Creates an image from its values.
  ///
  /// - Parameters:
  ///   - channels: The number of planes, at least 1.
  ///   - height: The number of rows, at least 1.
  ///   - width: The number of columns, at least 1.
  ///   - planes: `[channels, height, width]` values, row-major.
  public init(channels: Int, height: Int, width: Int, planes: [Float]) {
    precondition(
      channels > 0 && height > 0 && width > 0,
      "Planes must have a positive size, got \(channels)×\(height)×\(width)")
    precondition(
      planes.count == channels * height * width,
      "Planes of \(channels)×\(height)×\(width) need \(channels * height * width) values, "
        + "got \(planes.count)")
    self.channels = channels
    self.height = height
    self.width = width
    self.planes = planes
  }

  /// The value of one plane at one pixel.
  ///
  /// - Parameters:
  ///   - channel: The plane.
  ///   - row: The row, from the top.
  ///   - column: The column, from the left.
  public subscript(channel: Int, row: Int, column: Int) -> Float {
    get { planes[(channel * height + row) * width + column] }
    set { planes[(channel * height + row) * width + column] = newValue }
  }
}
