import CoreAPI
import Foundation

/// The mean IoU of the class activation maps of finished runs over a range of thresholds.
///
/// Nothing is computed again: every run has counted the scores of its maps.
public struct CAMSweep: Sendable {
  /// The curve of one row of the table, the mean over its seeds.
  public struct Curve: Sendable {
    /// The baseline's labels.
    public var method: String
    /// What was added to it, nil for the baseline itself.
    public var variant: String?
    /// The round that was scored.
    public var round: Int
    /// The mean IoU at every threshold, `0...1`, of every seed, ascending.
    public var seeds: [(seed: UInt64, values: [Double])]
    /// The recipe's threshold and the mean IoU there, the mean over seeds.
    var own: (threshold: Double, value: Double)?
    /// The area under the curve from 0 to 1, the mean over seeds.
    var area: Double?

    /// The mean over seeds at every threshold.
    public var means: [Double] {
      (seeds.first?.values.indices ?? 0..<0).map { place in
        seeds.reduce(0) { $0 + $1.values[place] } / Double(seeds.count)
      }
    }
  }

  /// The thresholds, ascending.
  public let thresholds: [Double]
  /// The curves, in the order of the table's rows.
  public let curves: [Curve]
  private let notes: [String]

  /// Reads the counts of runs.
  ///
  /// - Parameters:
  ///   - runs: The runs, each with its folder as its name.
  ///   - thresholds: The thresholds in `0...1`, strictly ascending.
  /// - Throws: ``ResultError`` if the runs were not measured in one way, or their counts are missing
  ///   or damaged.
  public init(_ runs: [RunResults], thresholds: [Double]) throws {
    let table = try ResultTable(runs)
    self.thresholds = thresholds
    let floats = thresholds.map(Float.init)
    curves = try table.rows.compactMap { row in
      guard
        let cell = row.cells.compactMap({ $0 }).first(where: {
          $0.series.identity.measure == .classActivationMap
        })
      else { return nil }
      let series = cell.series
      let numbers = series.seeds.compactMap { series.numbers[$0] }
      let records = numbers.map(\.record)
      let areas = records.compactMap(\.areaUnderCurve)
      return Curve(
        method: (row.block ?? row.labels).filter { !$0.isEmpty }.joined(separator: ", "),
        variant: series.identity.variant, round: series.identity.round,
        seeds: try numbers.map { number in
          let counts = try RunActivations(in: runs[number.run].name)
            .counts(ofRound: series.identity.round)
          return (
            number.record.seed,
            counts.sweep(over: floats).curve(number.record.evaluation.mean)
          )
        },
        own: records.first?.evaluation.threshold.value.map { ($0, cell.value.mean) },
        area: areas.isEmpty ? nil : areas.reduce(0, +) / Double(areas.count))
    }
    notes = Array(table.notes.prefix(2))
  }

  /// The best threshold of every curve, in Markdown.
  public var markdown: String {
    let rows = curves.map { curve -> [String] in
      let means = curve.means
      // The lowest among equals.
      let best = means.indices.reduce(0) { means[$1] > means[$0] ? $1 : $0 }
      return [
        curve.variant.map { "+ \($0)" } ?? curve.method,
        curve.own.map {
          "\(TableNumber.percent($0.value)) at \(String(format: "%.2f", $0.threshold))"
        } ?? "–",
        curve.area.map(TableNumber.percent) ?? "–",
        means.isEmpty ? "–" : TableNumber.percent(means[best]),
        String(format: "%g", thresholds[best]),
      ]
    }
    let range =
      "\(String(format: "%g", thresholds.first ?? 0)) to "
      + String(format: "%g", thresholds.last ?? 0)
    return MarkdownTable(header: ["Method", "CAM", "Area", "Best", "at"], rows: rows).text
      + "\n"
      + (notes + [
        "Best: the highest mean over seeds at one of \(thresholds.count) thresholds from \(range), "
          + "chosen on the scored ground truth (oracle)."
      ]).map { "- \($0)\n" }.joined()
  }

  /// All numbers as comma-separated values, a line for each, percent with all digits.
  public var csv: String {
    var lines = [["method", "intervention", "round", "seed", "threshold", "miou_percent"]]
    for curve in curves {
      for (seed, values) in curve.seeds {
        for (threshold, value) in zip(thresholds, values) {
          lines.append([
            curve.method, curve.variant ?? "", "\(curve.round)", "\(seed)", "\(threshold)",
            "\(value * 100)",
          ])
        }
      }
    }
    return CSVText.text(lines)
  }
}
