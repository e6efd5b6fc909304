extension ResultTable {
  /// The score of class activation maps for which no threshold is chosen, of every row that has it.
  var areaNotes: [String] {
    func isOfMaps(_ cell: Cell?) -> Bool {
      cell?.series.identity.measure == .classActivationMap
    }
    let places = columns.indices.filter { column in rows.contains { isOfMaps($0.cells[column]) } }
    let phrases = rows.flatMap { row -> [String] in
      places.compactMap { column -> String? in
        guard isOfMaps(row.cells[column]), let series = row.cells[column]?.series else {
          return nil
        }
        let areas = series.seeds.compactMap { series.numbers[$0]?.record.areaUnderCurve }
        guard !areas.isEmpty, areas.count == series.seeds.count else { return nil }
        let mean = areas.reduce(0, +) / Double(areas.count)
        let place = places.count > 1 ? " (\(columns[column].title))" : ""
        return "\(row.title)\(place) \(TableNumber.percent(mean))"
      }
    }
    guard !phrases.isEmpty else { return [] }
    return [
      "CAM mIoU (%) as the area under its curve over thresholds 0 to 1, none chosen: "
        + "\(phrases.joined(separator: ", "))."
    ]
  }
}
