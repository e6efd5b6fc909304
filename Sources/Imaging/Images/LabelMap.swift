/// A class index for every pixel.
///
/// Index 0 is the background, 1 and up are the foreground classes in the order of the class list,
/// and ``ignoreIndex`` marks pixels that are neither trained on nor scored.
///
/// # Shapes
///
/// - `indices`: `[height, width]`, row-major.
public struct LabelMap: Sendable, Equatable {
  /// The index of pixels that are neither trained on nor scored (VOC's "void").
  public static let ignoreIndex: UInt8 = 255

  /// The number of columns.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// The class indices, `height * width` of them.
  public var indices: [UInt8]

  /// Creates a label map from its indices.
  ///
  /// - Parameters:
  ///   - width: The number of columns, at least 1.
  ///   - height: The number of rows, at least 1.
  ///   - indices: `[height, width]` class indices, row-major.
  public init(width: Int, height: Int, indices: [UInt8]) {
    precondition(width > 0 && height > 0, "Label map size must be positive, got \(width)×\(height)")
    precondition(
      indices.count == width * height,
      "Label map of \(width)×\(height) needs \(width * height) indices, got \(indices.count)")
    self.width = width
    self.height = height
    self.indices = indices
  }

  /// Creates a label map that has one index everywhere.
  ///
  /// - Parameters:
  ///   - width: The number of columns, at least 1.
  ///   - height: The number of rows, at least 1.
  ///   - index: The class index of every pixel.
  public init(width: Int, height: Int, filledWith index: UInt8) {
    self.init(
      width: width, height: height, indices: [UInt8](repeating: index, count: width * height))
  }

  /// The class index of one pixel.
  ///
  /// - Parameters:
  ///   - row: The row, from the top.
  ///   - column: The column, from the left.
  public subscript(row: Int, column: Int) -> UInt8 {
    get { indices[row * width + column] }
    set { indices[row * width + column] = newValue }
  }
}
