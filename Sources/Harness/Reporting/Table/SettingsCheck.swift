/// Finds runs that were not made from the same data.
enum SettingsCheck {
  /// Checks that all runs saw the same data, or that the table's axes tell the data apart.
  ///
  /// - Parameters:
  ///   - runs: The runs of a table.
  ///   - layout: What its rows and columns stand for.
  /// - Throws: ``ResultError/mixed(place:property:first:second:)`` for the first disagreement.
  static func check(_ runs: [RunResults], layout: TableLayout) throws {
    let groups = Dictionary(grouping: runs) { run in
      layout.dataAxes.map { run.value(of: $0) }
    }
    // The first disagreement in the order of the runs, whatever the order of the groups.
    for run in runs {
      let group = groups[layout.dataAxes.map { run.value(of: $0) }] ?? []
      guard let first = group.first else { continue }
      let expected = first.settings.values[RunSettings.dataKey]
      let found = run.settings.values[RunSettings.dataKey]
      guard found != expected else { continue }
      throw ResultError.mixed(
        place: "the table", property: "contents of the data set",
        first: "'\(ResultError.short(expected))' (\(first.name))",
        second: "'\(ResultError.short(found))' (\(run.name))")
    }
  }
}
