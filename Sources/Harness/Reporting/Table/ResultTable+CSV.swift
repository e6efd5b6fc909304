extension ResultTable {
  /// The numbers as comma-separated values (RFC 4180), a line for each: percent with all digits.
  public var csv: String {
    let labels = labelHeadings.map { $0.lowercased() }
    var lines = [
      ["cell"] + labels
        + [
          "intervention", "column", "measure", "split", "rounds", "n", "seeds", "miou_percent",
          "standard_deviation", "delta", "interval_low", "interval_high", "p", "p_holm",
          "detectable", "best", "paper_percent", "runs",
        ]
    ]
    for address in addresses {
      guard let cell = self[address] else { continue }
      let row = rows[address.row]
      let series = cell.series
      let comparison = cell.comparison
      let paper = published.flatMap { published -> Double? in
        ResultColumn.allCases.firstIndex(of: series.identity.measure)
          .flatMap { published.values[address.row]?[$0] }
      }
      lines.append(
        [address.description] + (row.block ?? row.labels)
          + [
            row.block == nil ? series.identity.variant ?? "" : row.labels[0],
            columns[address.column].title, series.identity.measure.rawValue,
            series.evaluation?.split ?? "", "\(series.identity.round)", "\(cell.value.count)",
            series.seeds.map { "\($0)" }.joined(separator: " "), Self.percent(cell.value.mean),
            cell.value.count > 1 ? Self.percent(cell.value.standardDeviation) : "",
            Self.percent(cell.delta), Self.percent(comparison?.interval.lowerBound),
            Self.percent(comparison?.interval.upperBound),
            comparison.map { "\($0.pValue)" } ?? "",
            comparison.map { "\($0.adjustedPValue)" } ?? "", Self.percent(comparison?.detectable),
            cell.isBest ? "1" : "0", paper.map { "\($0)" } ?? "",
            series.seeds.compactMap { series.numbers[$0].map { runs[$0.run].name } }
              .joined(separator: " "),
          ])
    }
    return CSVText.text(lines)
  }

  private static func percent(_ value: Double?) -> String { value.map { "\($0 * 100)" } ?? "" }
}
