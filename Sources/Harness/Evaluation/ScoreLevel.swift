/// The levels that scores of class activation maps are stored at, one byte each.
///
/// Level 0 stands for no score at all, level k for scores above (k - 1) / 200 and up to k / 200. A
/// threshold that is a multiple of 0.005 lies between two levels, so it cuts a stored map exactly
/// where it would have cut the map as it was computed.
enum ScoreLevel {
  /// The number of levels.
  static let count = 201

  /// The highest score of every level.
  private static let edges = (0..<count).map { Float($0) / 200 }

  /// The score that every level is read as: the middle of those it stands for.
  static let scores = (0..<count).map { $0 == 0 ? 0 : (Float($0) - 0.5) / 200 }

  /// Returns the level of a score; below 0 counts as 0, above 1 as 1.
  static func level(of score: Float) -> UInt8 {
    guard score > 0 else { return 0 }
    let level = Int((min(score, 1) * 200).rounded(.up))
    // The product is rounded: a score beside an edge may have come to the other side.
    if level > 0, score <= edges[level - 1] { return UInt8(level - 1) }
    if level + 1 < count, score > edges[level] { return UInt8(level + 1) }
    return UInt8(level)
  }

  /// Returns whether a level's score exceeds a threshold.
  static func exceeds(_ level: UInt8, _ threshold: Float) -> Bool {
    scores[Int(level)] > threshold
  }
}
