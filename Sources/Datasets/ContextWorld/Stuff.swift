extension ContextWorld {
  /// What the ground or surroundings of a scene consist of: context that is no class.
  public enum Stuff: Int, CaseIterable, Sendable, Codable {
    /// Blue sky with clouds, a strip of land at the bottom.
    case sky
    /// A lake with ripples before hills.
    case water
    /// An asphalt road before houses.
    case road
    /// Floor boards before a wall.
    case floor
    /// A meadow before trees.
    case grass
    /// Ballast, sleepers and rails before an embankment.
    case rail

    /// The name, as in the split `do-water`.
    public var name: String { "\(self)" }
  }
}
