import CoreAPI
import Foundation

extension ResultTable {
  /// The table in Markdown, with the lines that say how it was measured.
  ///
  /// ```
  /// | Method  | CAM (train) | Pseudo-Mask (train) | Seg. Mask (val) |
  /// | :------ | ----------: | ------------------: | --------------: |
  /// | IRNet   |        46.5 |                60.1 |            58.2 |
  /// | + CONTA | 47.9 (+1.4) |         61.0 (+0.9) |               – |
  /// ```
  public var markdown: String {
    let header = ["Method"] + ResultColumn.allCases.map(heading)
    let body = rows.map { row in
      [row.title] + ResultColumn.allCases.map { row.cells[$0].map(Self.text) ?? "–" }
    }
    return MarkdownTable(header: header, rows: body).text + "\n" + notes.joined(separator: "\n")
      + "\n"
  }

  private func heading(of column: ResultColumn) -> String {
    column.title + (protocols[column].map { " (\($0.split))" } ?? "")
  }

  private static func text(of cell: Cell) -> String {
    var text = percent(cell.value.mean)
    if cell.value.count > 1 { text += " ± " + percent(cell.value.standardDeviation) }
    if let delta = cell.delta { text += String(format: " (%+.1f)", delta * 100) }
    return text
  }

  private static func percent(_ value: Double) -> String { String(format: "%.1f", value * 100) }

  /// How the numbers were measured, one item a line.
  private var notes: [String] {
    var notes: [String] = []
    if let common = ResultColumn.allCases.compactMap({ protocols[$0] }).first {
      notes.append(
        "mIoU (%) on \(common.dataset), \(common.classes.count) classes with background: "
          + "\(common.mean.phrase); ground truth 255 is not counted, a predicted 255 is "
          + "\(common.ignoredPrediction.rawValue).")
    }
    let columns = ResultColumn.allCases.compactMap { column in
      protocols[column].map {
        "\(column.title): \($0.split), \($0.imageCount) images\(thresholdPhrase(column, $0))"
      }
    }
    if !columns.isEmpty { notes.append(columns.joined(separator: "; ") + ".") }
    let seeds = rows.flatMap(\.seeds).unique.sorted().map { "\($0)" }.joined(separator: ", ")
    let rounds = rows.filter { $0.variant != nil }.map(\.rounds).unique.sorted()
    var run = "Seeds: \(seeds.isEmpty ? "none" : seeds)"
    if rows.contains(where: { $0.seeds.count > 1 }) { run += " (mean ± standard deviation)" }
    if !rounds.isEmpty { run += "; rounds T = \(rounds.map { "\($0)" }.joined(separator: ", "))" }
    notes.append(run + ".")
    for row in rows where row.variant != nil {
      guard let baseline = rows.first(where: { $0.method == row.method && $0.variant == nil }),
        !row.seeds.isEmpty, baseline.seeds != row.seeds
      else { continue }
      notes.append("\(row.method) \(row.title): no difference, its seeds are not the baseline's.")
    }
    return notes + interventions
  }

  /// How each row read the intervention; one line where all rows read it in one way.
  private var interventions: [String] {
    let readings = rows.compactMap(\.intervention).unique
    guard readings.count > 1 else { return readings.map { "Intervention: \($0)." } }
    return rows.compactMap { row in
      let isOnly = rows.count { $0.method == row.method && $0.variant != nil } == 1
      return row.intervention.map {
        "Intervention, \(row.method)\(isOnly ? "" : " \(row.title)"): \($0)."
      }
    }
  }

  private func thresholdPhrase(_ column: ResultColumn, _ evaluation: EvaluationProtocol) -> String {
    let values = (thresholds[column] ?? []).map { String(format: "%.2f", $0) }
      .joined(separator: ", ")
    return switch evaluation.threshold.kind {
    case .none: ""
    case .fixed: ", threshold fixed at \(values)"
    case .oracle: ", threshold chosen on the scored ground truth (oracle): \(values)"
    case .heldOut:
      ", threshold chosen on \(evaluation.threshold.imageCount ?? 0) other images: \(values)"
    }
  }
}
