/// The pixel pairs within a radius and the straight path between the pixels of each pair.
///
/// Only one direction of every pair is listed: offsets to the right in the same row, and all
/// offsets into the rows below.
///
/// # Source
///
/// Ahn, Cho and Kwak, "Weakly supervised learning of instance segmentation with inter-pixel
/// relations", CVPR 2019, §4. Reference code: `jiwoon-ahn/irn@a2ece0034d
/// misc/indexing.py:PathIndex`; order of the paths and of their points as there.
public struct PathIndex: Sendable, Equatable {
  /// A step from one pixel to another.
  public struct Offset: Sendable, Hashable {
    /// The number of rows down.
    public let rows: Int
    /// The number of columns to the right.
    public let columns: Int

    /// Creates a step.
    ///
    /// - Parameters:
    ///   - rows: The number of rows down.
    ///   - columns: The number of columns to the right.
    public init(rows: Int, columns: Int) {
      self.rows = rows
      self.columns = columns
    }
  }

  /// The pixels between a source pixel and a destination pixel.
  public struct Path: Sendable, Equatable {
    /// The pixels as steps from the source: the destination first, the source (0, 0) last.
    public let points: [Offset]

    /// The step from the source to the destination.
    public var destination: Offset { points[0] }
  }

  /// The radius in pixels; the distance of a pair is below it.
  public let radius: Int
  /// The paths: shorter ones first, in order of direction among equal lengths.
  public let paths: [Path]

  /// The margin that a source pixel keeps to the left, right and bottom border.
  public var margin: Int { radius - 1 }

  /// Lists the pairs within a radius.
  ///
  /// - Parameter radius: The radius in pixels, at least 2.
  public init(radius: Int) {
    precondition(radius >= 2, "Path radius must be at least 2, got \(radius)")
    let reach = radius - 1
    var directions = (1...reach).map { Offset(rows: 0, columns: $0) }
    for rows in 1...reach {
      for columns in -reach...reach where rows * rows + columns * columns < radius * radius {
        directions.append(Offset(rows: rows, columns: columns))
      }
    }
    let byLength = Dictionary(grouping: directions.map(Self.path(to:)), by: \.points.count)
    var paths: [Path] = []
    for (_, members) in byLength.sorted(by: { $0.key < $1.key }) { paths += members }
    self.radius = radius
    self.paths = paths
  }

  /// The pixels less than one pixel away from the line to a destination, the farthest first.
  private static func path(to destination: Offset) -> Path {
    let (rows, columns) = (destination.rows, destination.columns)
    let squaredLength = rows * rows + columns * columns
    var points: [Offset] = []
    for row in 0...rows {
      for column in min(0, columns)...max(0, columns) {
        let cross = rows * column - columns * row
        if cross * cross < squaredLength { points.append(Offset(rows: row, columns: column)) }
      }
    }
    // Swift's sort keeps the order of equals, which the reference's order depends on.
    points.sort { abs($0.rows) + abs($0.columns) > abs($1.rows) + abs($1.columns) }
    return Path(points: points)
  }
}
