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

  /// What cells with equal first stages have in common: all that those stages read.
  var group: String {
    ([recipe] + overrides.filter(Self.isReadByFirstStages)).joined(separator: " ")
  }

  /// Whether the first stages of a run follow from a value.
  ///
  /// The intervention comes after them and the evaluation behind them; titles and the times of
  /// checkpoints change no output. Of the other values of `runtime`, the last bits do follow.
  private static func isReadByFirstStages(_ override: String) -> Bool {
    let key = String(override.prefix { $0 != "=" })
    let section = String(key.prefix { $0 != "." })
    return key != "runtime.checkpoint_interval"
      && !["title", "intervention", "evaluation"].contains(section)
  }

  /// What cells of one configuration have in common: all but the seed.
  var configuration: [String] { [recipe] + overrides.filter { !$0.hasPrefix("seed=") } }
}
