import CoreAPI
import Foundation

extension ResultTable {
  /// How the numbers were measured, one item a line.
  var notes: [String] {
    var notes = protocolNotes
    let limits = rows.flatMap(\.cells).compactMap { $0?.series.settings.values["--steps"] }.unique
    if !limits.isEmpty {
      notes.append(
        "Every training was cut at \(limits.joined(separator: " or ")) steps (--steps): the scores mean "
          + "nothing.")
    }
    notes.append(seedNote)
    for row in rows {
      guard let seeds = row.seedsUnlikeBaseline(in: self) else { continue }
      notes.append(
        "\(row.title): no difference, its seeds (\(seeds.own)) are not the baseline's "
          + "(\(seeds.baseline)).")
    }
    notes += areaNotes
    return notes + statisticsNotes + interventions + contextNotes + (published?.notes ?? [])
  }

  /// How the numbers of every data set were measured.
  private var protocolNotes: [String] {
    let series = rows.flatMap { $0.cells.compactMap { $0?.series } }
    let data = { (one: ResultSeries) in layout.dataAxes.map { one.value(of: $0) } }
    let lines = series.map(data).unique.flatMap { key -> [String] in
      let own = series.filter { data($0) == key }
      let measured = ResultColumn.allCases.map { column in
        (column, own.filter { $0.identity.measure == column })
      }
      guard let common = measured.lazy.compactMap({ $1.first?.evaluation }).first else {
        return []
      }
      let columns = measured.compactMap { column, series in
        series.first?.evaluation.map {
          "\(column.title): \($0.split), \($0.imageCount) images\(Self.thresholdPhrase(series, $0))"
        }
      }
      return [
        "mIoU (%) on \(common.dataset), \(common.classes.count) classes with background: "
          + "\(common.mean.phrase); ground truth 255 is not counted, a predicted 255 is "
          + "\(common.ignoredPrediction.rawValue).",
        columns.joined(separator: "; ") + ".",
      ]
    }
    return lines.unique
  }

  /// The seeds of all rows, or of each row where they differ.
  private var seedNote: String {
    let measured = rows.filter { !$0.seeds.isEmpty }
    let all = measured.map(\.seeds).unique
    let phrase = { (seeds: [UInt64]) in seeds.map { "\($0)" }.joined(separator: ", ") }
    var note = "Seeds: "
    if layout.has(.seed) {
      let seeds = Set(addresses.flatMap { self[$0]?.series.seeds ?? [] })
      note += "\(phrase(seeds.sorted())), each by itself"
    } else if all.count > 1 {
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

  /// A reading of the intervention in a row.
  private struct Reading {
    var text: String
    /// The columns that have it in parentheses, empty where the whole row does.
    var place: String
    /// The runs behind it.
    var runs: [Int]
  }

  /// Returns the readings of the intervention in a row: several where the columns stand for them.
  private func readings(of row: Row) -> [Reading] {
    let texts = row.cells.compactMap { $0?.series.intervention }.unique
    return texts.map { text in
      let own = columns.indices.filter { row.cells[$0]?.series.intervention == text }
      let titles = own.map { columns[$0].title }.joined(separator: ", ")
      let runs = own.compactMap { row.cells[$0]?.series }.flatMap { series in
        series.seeds.compactMap { series.numbers[$0]?.run }
      }
      return Reading(text: text, place: texts.count > 1 ? " (\(titles))" : "", runs: runs.unique)
    }
  }

  /// How each row read the intervention; one line where all rows read it in one way.
  private var interventions: [String] {
    let all = rows.map { readings(of: $0) }
    let texts = all.flatMap { $0.map(\.text) }.unique
    guard texts.count > 1 else { return texts.map { "Intervention: \($0)." } }
    return zip(rows, all).flatMap { row, readings -> [String] in
      let isOnly = rows.count { $0.block == row.block && $0.block != nil } == 1
      let name = isOnly ? row.block?.joined(separator: ", ") ?? row.title : row.title
      return readings.map { "Intervention, \(name)\($0.place): \($0.text)." }
    }
  }

  /// How much M differs between images in each row that has one.
  private var contextNotes: [String] {
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    let phrases = rows.filter { $0.variant != nil }.flatMap { row -> [String] in
      readings(of: row).compactMap { reading -> String? in
        let contexts = reading.runs.compactMap { runs[$0].contexts?[row.rounds] }
        guard !contexts.isEmpty else { return nil }
        let entropies = contexts.compactMap(\.attentionEntropy)
        return "\(row.title)\(reading.place) "
          + String(format: "%.1f %%", 100 * mean(contexts.map(\.spread)))
          + (entropies.isEmpty ? "" : String(format: " (%.2f)", mean(entropies)))
      }
    }
    guard !phrases.isEmpty else { return [] }
    return [
      "M differs between training images by this share of its size (attention entropy as a share of "
        + "the largest): \(phrases.joined(separator: ", ")). At 0 % it tells nothing of an image."
    ]
  }

  private static func thresholdPhrase(
    _ series: [ResultSeries], _ evaluation: EvaluationProtocol
  ) -> String {
    let thresholds = series.flatMap {
      $0.numbers.values.compactMap(\.record.evaluation.threshold.value)
    }
    let values = thresholds.unique.sorted().map { String(format: "%.2f", $0) }
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
    guard let block, !seeds.isEmpty, !table.layout.has(.seed),
      let baseline = table.rows.first(where: { $0.block == nil && $0.labels == block }),
      baseline.seeds != seeds
    else { return nil }
    let phrase = { (seeds: [UInt64]) in
      seeds.isEmpty ? "none" : seeds.map { "\($0)" }.joined(separator: ", ")
    }
    return (phrase(seeds), phrase(baseline.seeds))
  }
}
