/// Finds runs that are no seeds of one another although they would share a row.
enum SettingsCheck {
  /// Checks that the runs of every row differ in their seeds only, and that all saw the same data.
  ///
  /// - Parameter runs: The runs of a table.
  /// - Throws: ``ResultError/differentSettings(row:first:second:differences:)`` or
  ///   ``ResultError/mixed(place:property:first:second:)`` for the first disagreement.
  static func check(_ runs: [RunResults]) throws {
    for method in runs.flatMap(\.records).map(\.method).unique {
      try compare(runs.filter { $0.has(method) }, row: method) { $0.settings.ofBaseline }
      for variant in runs.flatMap(\.records).compactMap(\.variant).unique {
        try compare(runs.filter { $0.has(method, variant) }, row: "\(method) + \(variant)") {
          $0.settings
        }
      }
    }
    let contents = runs.map { (run: $0, data: $0.settings.values[RunSettings.dataKey]) }
    if let first = contents.first, let other = contents.first(where: { $0.data != first.data }) {
      throw ResultError.mixed(
        place: "the table", property: "contents of the data set",
        first: "'\(ResultError.short(first.data))' (\(first.run.name))",
        second: "'\(ResultError.short(other.data))' (\(other.run.name))")
    }
  }

  private static func compare(
    _ runs: [RunResults], row: String, settings: (RunResults) -> RunSettings
  ) throws {
    guard let first = runs.first else { return }
    for other in runs.dropFirst() {
      let differences = settings(first).differences(from: settings(other))
      guard differences.isEmpty else {
        throw ResultError.differentSettings(
          row: row, first: first.name, second: other.name, differences: differences)
      }
    }
  }
}
