import CoreAPI

/// One direction of a grid: what varies, and the levels that it takes.
struct GridAxis: Sendable, Equatable {
  /// One place on an axis.
  struct Level: Sendable, Equatable {
    /// What the level is called in names of cells, in `exclude` and in `include`.
    var name: String
    /// What it sets, by full keys, as YAML.
    var values: [Override]
    /// The recipe that it stands for, on the axis `recipe` only.
    var recipe: String?
  }

  /// A value of the configuration that replaces the recipe's.
  struct Override: Sendable, Equatable {
    /// The value's full key.
    var key: String
    /// The value, as YAML on one line.
    var text: String
  }

  /// The axis of the recipes.
  static let recipe = "recipe"
  /// The axis of the intervention: without, with, and its controls.
  static let control = "control"
  /// The axis of the seeds.
  static let seed = "seed"

  /// What the axis is called.
  var name: String
  /// Its levels, in the order of the file.
  var levels: [Level]
}

/// One combination of levels: one run.
public struct GridCell: Sendable, Equatable {
  /// Where a cell stands on an axis.
  public struct Coordinate: Sendable, Equatable {
    /// The axis.
    public var axis: String
    /// The level's name.
    public var level: String
  }

  /// The name of the cell's folder.
  public let name: String
  /// Where it stands on every axis, in the order of the file.
  public let coordinates: [Coordinate]
  /// The recipe's path.
  public let recipe: String
  /// Arguments of the form `a.b=c`, later ones win.
  public let overrides: [String]

  /// What cells with equal first stages have in common: all but the intervention.
  var group: String {
    ([recipe] + overrides.filter { !$0.hasPrefix("intervention.") }).joined(separator: " ")
  }

  /// What cells of one configuration have in common: all but the seed.
  var configuration: [String] { [recipe] + overrides.filter { !$0.hasPrefix("seed=") } }
}
