import CoreAPI

/// Finds numbers that must not stand in one table.
enum ProtocolCheck {
  /// Checks that numbers were measured in one way.
  ///
  /// Within a column everything but the threshold's value must agree, and within a method that too
  /// if it was given in advance; between columns the data set, the classes and the definition of the
  /// mean must.
  ///
  /// - Parameter records: The numbers.
  /// - Throws: ``ResultError/mixed(place:property:first:second:)`` for the first disagreement.
  static func check(_ records: [ResultRecord]) throws {
    for column in ResultColumn.allCases {
      let measured = records.filter { $0.column == column }
      guard let first = measured.first else { continue }
      for other in measured.dropFirst() {
        try compare(
          tableProperties + ownProperties, first, other, place: "the column \(column.title)")
      }
      for (other, index) in zip(measured, 0...) where other.evaluation.threshold.kind == .fixed {
        guard let same = measured[..<index].first(where: { $0.method == other.method }) else {
          continue
        }
        try compare([threshold], same, other, place: "the column \(column.title)")
      }
    }
    guard let first = records.first else { return }
    for other in records.dropFirst() {
      try compare(tableProperties, first, other, place: "the table")
    }
    let rounds = records.filter { $0.variant != nil }
    for variant in rounds.compactMap(\.variant).unique {
      let last = Dictionary(grouping: rounds.filter { $0.variant == variant }) {
        "\($0.method), seed \($0.seed)"
      }.mapValues { $0.map(\.round).max() ?? 0 }.sorted { $0.key < $1.key }
      guard let reference = last.first else { continue }
      if let other = last.first(where: { $0.value != reference.value }) {
        throw ResultError.mixed(
          place: "+ \(variant)", property: "numbers of rounds",
          first: "\(reference.value) (\(reference.key))", second: "\(other.value) (\(other.key))")
      }
    }
  }

  private typealias Property = (name: String, value: @Sendable (EvaluationProtocol) -> String)

  private static let tableProperties: [Property] = [
    ("data sets", { $0.dataset }),
    ("class lists", { $0.classes.joined(separator: ", ") }),
    ("definitions of the mean", { $0.mean.rawValue }),
    ("ignore policies", { "predicted 255 = \($0.ignoredPrediction.rawValue)" }),
  ]

  private static let threshold: Property = (
    "fixed thresholds", { "\($0.threshold.value ?? 0)" }
  )

  private static let ownProperties: [Property] = [
    ("splits", { $0.split }),
    ("numbers of images", { "\($0.imageCount)" }),
    ("threshold protocols", { $0.threshold.name }),
  ]

  private static func compare(
    _ properties: [Property], _ first: ResultRecord, _ other: ResultRecord, place: String
  ) throws {
    for property in properties {
      let (a, b) = (property.value(first.evaluation), property.value(other.evaluation))
      guard a != b else { continue }
      throw ResultError.mixed(
        place: place, property: property.name, first: "'\(a)' (\(name(first)))",
        second: "'\(b)' (\(name(other)))")
    }
  }

  private static func name(_ record: ResultRecord) -> String {
    "\(record.method)\(record.variant.map { " + \($0)" } ?? ""), seed \(record.seed)"
  }
}
