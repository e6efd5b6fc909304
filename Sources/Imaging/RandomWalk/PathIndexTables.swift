/// The paths of a ``PathIndex`` as indices into a flattened map, for a loss on tensors.
///
/// The source pixels are those from which every path stays inside the map.
///
/// # Shapes
///
/// - `sources`: `[sources]`.
/// - `destinations`: `[paths, sources]`.
public struct PathIndexTables: Sendable, Equatable {
  /// The paths.
  public let index: PathIndex
  /// The number of rows of the map.
  public let height: Int
  /// The number of columns of the map.
  public let width: Int
  /// The flat indices of the source pixels, ascending.
  public let sources: [Int32]

  /// Makes the tables of a map.
  ///
  /// - Parameters:
  ///   - index: The paths.
  ///   - height: The number of rows, at least the radius.
  ///   - width: The number of columns, at least twice the radius minus 1.
  public init(_ index: PathIndex, height: Int, width: Int) {
    let margin = index.margin
    precondition(
      height > margin && width > 2 * margin,
      "Paths of radius \(index.radius) need a map of at least \(margin + 1)×\(2 * margin + 1), "
        + "got \(height)×\(width)")
    self.index = index
    self.height = height
    self.width = width
    sources = (0..<(height - margin)).flatMap { row in
      (margin..<(width - margin)).map { Int32($0 + row * width) }
    }
  }

  /// The flat indices of the destination pixels, `[paths, sources]`.
  public var destinations: [Int32] { index.paths.flatMap { moved(by: $0.destination) } }

  /// Returns the flat indices of all path pixels of a group of equally long paths.
  ///
  /// The table of all groups together is large (28 million indices for radius 10 on 128×128), so
  /// each is made on demand.
  ///
  /// - Parameter group: The position of the group in ``PathIndex/groups``.
  /// - Returns: `[paths of the group, points of a path, sources]` indices.
  public func pathIndices(ofGroup group: Int) -> [Int32] {
    var result: [Int32] = []
    for path in index.paths[index.groups[group]] {
      for point in path.points { result += moved(by: point) }
    }
    return result
  }

  private func moved(by offset: PathIndex.Offset) -> [Int32] {
    let step = Int32(offset.rows * width + offset.columns)
    return sources.map { $0 + step }
  }
}
