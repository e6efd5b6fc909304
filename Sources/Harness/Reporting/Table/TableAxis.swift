/// What the rows or the columns of a table stand for.
public enum TableAxis: Sendable, Hashable {
  /// The baselines, by their titles.
  case method
  /// The baseline itself and what was added to it.
  case intervention
  /// The rounds of the intervention; without this axis the last one counts.
  case rounds
  /// CAM, pseudo-mask and segmentation mask.
  case measure
  /// The seeds; without this axis they are averaged.
  case seed
  /// A value of the configuration, by its full key.
  case key(String)
  /// The levels of an axis of the grid that the runs are cells of, by the axis's name.
  case level(String)

  /// The axes that every run has.
  static let named: [TableAxis] = [.method, .intervention, .rounds, .measure, .seed]

  /// Creates an axis from the name that a person gives it.
  ///
  /// Whether a name is a key or an axis of a grid is seen with the runs; see
  /// ``TableLayout/resolved(for:)``. A grid's axis `control` is the intervention.
  ///
  /// - Parameter name: `method`, `intervention`, `rounds`, `measure`, `seed`, a key such as
  ///   `segmenter.name`, or the name of a grid's axis.
  public init(_ name: String) {
    let aliases: [String: TableAxis] = [
      "title": .method, "intervention.rounds": .rounds, GridAxis.control: .intervention,
    ]
    self = aliases[name] ?? Self.named.first { $0.name == name } ?? .key(name)
  }

  /// The name, as a person gives it.
  public var name: String {
    switch self {
    case .method: "method"
    case .intervention: "intervention"
    case .rounds: "rounds"
    case .measure: "measure"
    case .seed: "seed"
    case .key(let name), .level(let name): name
    }
  }

  /// The heading of a column of labels.
  var heading: String { self == .method ? "Method" : self == .measure ? "Measure" : name }

  /// Whether the axis tells rows of one baseline apart.
  var isOfIntervention: Bool {
    switch self {
    case .intervention, .rounds: true
    case .method, .measure, .seed, .level: false
    case .key(let key): key.hasPrefix("intervention.")
    }
  }

  /// Whether the axis belongs to the runs and not to what their numbers follow from.
  ///
  /// Runs of one configuration are then told apart by it.
  var isOfRuns: Bool {
    switch self {
    case .seed, .level: true
    case .method, .intervention, .rounds, .measure, .key: false
    }
  }
}

extension RunResults {
  /// Returns the run's value of an axis that all its numbers share, nil where it has none.
  func value(of axis: TableAxis) -> String? {
    switch axis {
    case .seed: records.first.map { "\($0.seed)" }
    case .key(let key): settings.values[key]
    case .level(let name): levels[name]
    case .method, .intervention, .rounds, .measure: nil
    }
  }
}
