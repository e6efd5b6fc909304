import CoreAPI

/// The numbers of one configuration, which differ in nothing but their seeds; of one seed or of one
/// level of a grid where an axis of the table tells these apart.
struct ResultSeries: Sendable, Equatable {
  /// The number of one seed, and the run it comes from.
  struct Number: Sendable, Equatable {
    var record: ResultRecord
    /// The position of the run among the table's.
    var run: Int
  }

  /// What two numbers share that are averaged.
  struct Identity: Hashable {
    var method: String
    var variant: String?
    var round: Int
    var measure: ResultColumn
    /// The hash of the settings that the numbers follow from.
    var settings: String
    /// The values of the table's axes that belong to runs, by axis.
    var places: [TableAxis: String]
  }

  let identity: Identity
  /// What the numbers follow from; the baseline's do not depend on the intervention's reading.
  let settings: RunSettings
  /// The settings without the intervention's.
  let baselineSettings: RunSettings
  /// The reading of the intervention in a line, nil for a baseline.
  let intervention: String?
  private(set) var numbers: [UInt64: Number]

  /// The seeds, ascending.
  var seeds: [UInt64] { numbers.keys.sorted() }
  /// The mean IoU of every seed, in the order of the seeds, so that sums have a fixed order.
  var values: [Double] { seeds.compactMap { numbers[$0]?.record.meanIoU } }
  /// How the numbers were measured.
  var evaluation: EvaluationProtocol? { numbers.values.first?.record.evaluation }
  /// The series that a difference is taken to, nil for a baseline.
  var baseline: Identity? {
    guard identity.variant != nil else { return nil }
    return Identity(
      method: identity.method, variant: nil, round: 0, measure: identity.measure,
      settings: baselineSettings.hash, places: identity.places)
  }

  /// Returns the value of an axis that does not concern the intervention.
  func value(of axis: TableAxis) -> String {
    switch axis {
    case .method: identity.method
    case .measure: identity.measure.title
    case .intervention: identity.variant ?? "baseline"
    case .rounds: "\(identity.round)"
    case .key(let key): ResultError.short(settings.values[key] ?? "–")
    case .seed, .level: identity.places[axis] ?? "–"
    }
  }

  /// Sorts the numbers of runs into series, in the order they are met.
  ///
  /// A number that several runs have, because they share a baseline, counts once; once for each
  /// level where the table has an axis of the runs' grid.
  ///
  /// - Parameters:
  ///   - runs: The runs.
  ///   - layout: What the table's rows and columns stand for.
  /// - Returns: The series.
  /// - Throws: ``ResultError/duplicate(row:column:seed:first:second:)`` if two runs of one seed disagree.
  static func collect(_ runs: [RunResults], layout: TableLayout) throws -> [ResultSeries] {
    var series: [ResultSeries] = []
    var places: [Identity: Int] = [:]
    for (index, run) in runs.enumerated() {
      let baselineSettings = run.settings.ofBaseline
      var axisValues: [TableAxis: String] = [:]
      for axis in layout.runAxes { axisValues[axis] = run.value(of: axis) }
      for record in run.records {
        if layout.has(.seed) { axisValues[.seed] = "\(record.seed)" }
        let settings = record.variant == nil ? baselineSettings : run.settings
        let identity = Identity(
          method: record.method, variant: record.variant, round: record.round,
          measure: record.column, settings: settings.hash, places: axisValues)
        let place = places[identity] ?? series.count
        if place == series.count {
          places[identity] = place
          series.append(
            ResultSeries(
              identity: identity, settings: settings, baselineSettings: baselineSettings,
              intervention: record.variant == nil ? nil : run.intervention, numbers: [:]))
        }
        if let known = series[place].numbers[record.seed] {
          guard known.record.meanIoU == record.meanIoU else {
            throw ResultError.duplicate(
              row: record.variant.map { "+ \($0)" } ?? record.method, column: record.column.title,
              seed: record.seed, first: runs[known.run].name, second: run.name)
          }
        } else {
          series[place].numbers[record.seed] = Number(record: record, run: index)
        }
      }
    }
    return series
  }

  /// Returns the series without those of rounds before the last one of their configuration.
  static func lastRounds(of series: [ResultSeries]) -> [ResultSeries] {
    let configuration = { (one: ResultSeries) -> Identity in
      var identity = one.identity
      identity.round = 0
      identity.measure = .classActivationMap
      return identity
    }
    let last = Dictionary(grouping: series, by: configuration)
      .mapValues { $0.map(\.identity.round).max() ?? 0 }
    return series.filter { $0.identity.round == last[configuration($0)] }
  }
}
