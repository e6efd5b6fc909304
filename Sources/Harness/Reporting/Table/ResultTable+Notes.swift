import CoreAPI
import Foundation

extension ResultTable {
  /// How the numbers were measured, one item a line.
  var notes: [String] {
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
    notes.append(seedNote)
    for row in rows {
      guard let seeds = row.seedsUnlikeBaseline(in: self) else { continue }
      notes.append(
        "\(row.title): no difference, its seeds (\(seeds.own)) are not the baseline's "
          + "(\(seeds.baseline)).")
    }
    return notes + statisticsNotes + interventions + (published?.notes ?? [])
  }

  /// The seeds of all rows, or of each row where they differ.
  private var seedNote: String {
    let measured = rows.filter { !$0.seeds.isEmpty }
    let all = measured.map(\.seeds).unique
    let phrase = { (seeds: [UInt64]) in seeds.map { "\($0)" }.joined(separator: ", ") }
    var note = "Seeds: "
    if all.count > 1 {
      note += measured.map { "\($0.title) \(phrase($0.seeds)) (n = \($0.seeds.count))" }
        .joined(separator: "; ")
      if all.contains(where: { $0.count > 1 }) { note += "; mean ± standard deviation" }
    } else {
      let seeds = all.first ?? []
      note += seeds.isEmpty ? "none" : phrase(seeds)
      if seeds.count > 1 { note += " (mean ± standard deviation, n = \(seeds.count))" }
    }
    let rounds = rows.map(\.rounds).filter { $0 > 0 }.unique.sorted()
    if !rounds.isEmpty, !layout.has(.rounds) {
      note += "; rounds T = \(rounds.map { "\($0)" }.joined(separator: ", "))"
    }
    return note + "."
  }

  /// What the intervals mean, and where there are none.
  private var statisticsNotes: [String] {
    var notes: [String] = []
    if let statistics, statistics.differences > 0 {
      notes.append(
        "Δ: the mean over seeds of a row minus its baseline of the same seed, in points; "
          + "\(TableNumber.share(statistics.level)) interval and p from \(statistics.resamples) "
          + "resamples of seeds, then images, the same for both; p (Holm): adjusted for the "
          + "\(statistics.differences) differences of this table; n.s.: not below "
          + String(format: "%g", statistics.significance)
          + "; detectable: the smallest difference that n seeds find with power "
          + String(format: "%g", MinimumDetectableEffect.power) + " at level "
          + String(format: "%g", MinimumDetectableEffect.level) + " (paired t).")
    }
    let compared = addresses.compactMap { self[$0] }.filter { $0.comparison != nil }
    if compared.contains(where: { $0.value.count < 5 }) {
      notes.append(
        "Intervals of fewer than five seeds are too narrow; compare Δ with what is detectable.")
    }
    for run in statistics?.withoutImages ?? [] {
      notes.append("No interval: '\(run)' has no \(RunConfusions.fileName).")
    }
    if addresses.contains(where: { self[$0]?.delta != nil && self[$0]?.value.count == 1 }) {
      notes.append("A difference of one seed has no interval and says little.")
    }
    return notes
  }

  /// How each row read the intervention; one line where all rows read it in one way.
  private var interventions: [String] {
    let readings = rows.compactMap(\.intervention).unique
    guard readings.count > 1 else { return readings.map { "Intervention: \($0)." } }
    return rows.compactMap { row in
      let isOnly = rows.count { $0.block == row.block && $0.block != nil } == 1
      let name = isOnly ? row.block?.joined(separator: ", ") ?? row.title : row.title
      return row.intervention.map { "Intervention, \(name): \($0)." }
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

extension ResultTable.Row {
  /// The seeds of the row and of its baseline, nil where they are the same.
  fileprivate func seedsUnlikeBaseline(
    in table: ResultTable
  ) -> (own: String, baseline: String)? {
    guard let block, !seeds.isEmpty,
      let baseline = table.rows.first(where: { $0.block == nil && $0.labels == block }),
      baseline.seeds != seeds
    else { return nil }
    let phrase = { (seeds: [UInt64]) in
      seeds.isEmpty ? "none" : seeds.map { "\($0)" }.joined(separator: ", ")
    }
    return (phrase(seeds), phrase(baseline.seeds))
  }
}
