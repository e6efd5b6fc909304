public import Imaging

/// Cells of a coarse grid at which a class is known to be: the supervision of SEC and DSRG.
///
/// Most cells have no mark. A cell of the grid stands for the place that it has when the grid's first
/// and last cells lie on the image's edges, as in the public cue files and in VGG-16's stride-8 maps.
///
/// # Shapes
///
/// - `marks`: `[classCount, height, width]`, row-major, 1 where a class is known to be and 0 elsewhere;
///   class 0 is the background.
///
/// # Source
///
/// Kolesnikov and Lampert, "Seed, expand and constrain", ECCV 2016, section 3.1; 41×41 cells there.
public struct LocalizationCues: Sendable, Equatable {
  /// The number of classes with the background.
  public let classCount: Int
  /// The number of rows.
  public let height: Int
  /// The number of columns.
  public let width: Int
  /// The marks, `classCount * height * width` of them.
  public var marks: [UInt8]

  /// The size of the grid.
  public var size: ImageSize { ImageSize(width: width, height: height) }

  /// Creates cues without a mark.
  ///
  /// - Parameters:
  ///   - classCount: The number of classes with the background, at least 1.
  ///   - size: The size of the grid.
  public init(classCount: Int, size: ImageSize) {
    precondition(classCount > 0, "Cues need at least one class, got \(classCount)")
    self.classCount = classCount
    height = size.height
    width = size.width
    marks = [UInt8](repeating: 0, count: classCount * size.height * size.width)
  }

  /// Whether a class is known to be at a cell.
  ///
  /// - Parameters:
  ///   - label: The class, 0 for the background.
  ///   - row: The row, from the top.
  ///   - column: The column, from the left.
  public subscript(label: Int, row: Int, column: Int) -> Bool {
    get { marks[(label * height + row) * width + column] != 0 }
    set { marks[(label * height + row) * width + column] = newValue ? 1 : 0 }
  }

  /// The classes that have a mark, ascending.
  public var markedClasses: [Int] {
    let area = height * width
    return (0..<classCount).filter { marks[$0 * area..<($0 + 1) * area].contains(1) }
  }

  /// Returns the cues of the mirrored image.
  public func flippedHorizontally() -> LocalizationCues {
    var result = self
    for start in stride(from: 0, to: marks.count, by: width) {
      for column in 0..<width { result.marks[start + column] = marks[start + width - 1 - column] }
    }
    return result
  }

  /// Returns the cues on another grid, each cell with the marks of the nearest one.
  ///
  /// - Parameter size: The size of the new grid.
  /// - Returns: The cues.
  public func resized(to size: ImageSize) -> LocalizationCues {
    guard size != self.size else { return self }
    var result = LocalizationCues(classCount: classCount, size: size)
    for label in 0..<classCount {
      for row in 0..<size.height {
        for column in 0..<size.width {
          result[label, row, column] =
            self[
              label, (2 * row + 1) * height / (2 * size.height),
              (2 * column + 1) * width / (2 * size.width)]
        }
      }
    }
    return result
  }
}
