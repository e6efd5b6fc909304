import CoreAPI
import Foundation

/// The answer to `conta compare RUN RUN`: what differs in configuration and in numbers.
public struct RunComparison {
  private let first: RunResults
  private let second: RunResults
  private let images: [RunConfusions?]
  private let showsClasses: Bool
  private let resamples: Int

  /// Reads two runs.
  ///
  /// - Parameters:
  ///   - first: A run directory.
  ///   - second: Another one.
  ///   - showsClasses: Whether the IoU of classes is compared too.
  ///   - resamples: The number of resamples of an interval.
  /// - Throws: ``ResultError`` if a run has no results or they are damaged.
  public init(
    _ first: String, _ second: String, showsClasses: Bool = false, resamples: Int = 2000
  ) throws {
    self.first = try RunResults(runDirectory: first)
    self.second = try RunResults(runDirectory: second)
    images = try [self.first, self.second].map { try $0.confusions() }
    self.showsClasses = showsClasses
    self.resamples = resamples
  }

  /// The answer, in Markdown.
  public var text: String {
    var parts = [configuration, numbers]
    if showsClasses { parts += pairs.compactMap(classes) }
    return parts.joined(separator: "\n")
  }

  // MARK: - Configuration

  private var configuration: String {
    let rows = [self.first, self.second].map(Self.properties)
    let differing = Set(rows[0].keys).union(rows[1].keys).sorted()
      .filter { rows[0][$0] != rows[1][$0] }
    guard !differing.isEmpty else {
      return "Nothing but the folder differs in what the runs follow from.\n"
    }
    return MarkdownTable(
      header: ["Setting", first.name, second.name],
      rows: differing.map { key in
        [key] + rows.map { $0[key].map { ResultError.short($0) } ?? "–" }
      }, labelCount: 3
    ).text
  }

  /// Everything a run's numbers follow from, by name.
  private static func properties(of run: RunResults) -> [String: String] {
    var properties = run.settings.values
    for (key, value) in run.numerics { properties["numerics: \(key)"] = value }
    properties["conta"] = run.version
    properties["program"] = run.program
    properties["commit"] = run.commit
    properties["title"] = run.records.map(\.method).unique.joined(separator: ", ")
    properties["seed"] = run.records.map { "\($0.seed)" }.unique.joined(separator: ", ")
    properties["intervention.rounds"] = "\(run.records.map(\.round).max() ?? 0)"
    return properties
  }

  // MARK: - Numbers

  /// Two numbers of one kind, one from each run.
  private struct Pair {
    var first: ResultRecord
    var second: ResultRecord

    var title: String {
      first.variant.map { "+ \($0), round \(first.round)" } ?? "baseline"
    }
  }

  /// The numbers that both runs have, by variant, round and measure.
  private var pairs: [Pair] {
    first.records.compactMap { record in
      second.records.first {
        $0.variant == record.variant && $0.round == record.round && $0.column == record.column
      }.map { Pair(first: record, second: $0) }
    }
  }

  private var numbers: String {
    let pairs = pairs
    let intervals = pairs.map(interval)
    let table = MarkdownTable(
      header: ["Number", "Column", first.name, second.name, "Δ", "95 % interval"],
      rows: zip(pairs, intervals).map { pair, interval in
        [
          pair.title, "\(pair.first.column.title) (\(pair.first.evaluation.split))",
          TableNumber.percent(pair.first.meanIoU), TableNumber.percent(pair.second.meanIoU),
          pair.first.isMeasured(as: pair.second)
            ? TableNumber.points(pair.second.meanIoU - pair.first.meanIoU) : "–",
          interval.map {
            "\(TableNumber.points($0.lowerBound)) … \(TableNumber.points($0.upperBound))"
          } ?? "–",
        ]
      }, labelCount: 2)
    return ([table.text] + notes(intervals.contains { $0 != nil })).joined(separator: "\n") + "\n"
  }

  private func notes(_ hasIntervals: Bool) -> [String] {
    var notes = [
      "mIoU in percent; Δ: the second run minus the first, in points, where both were measured in one "
        + "way."
    ]
    if hasIntervals {
      notes.append(
        "Interval: \(resamples) paired resamples of the images. It says nothing about other seeds; "
          + "'conta table' compares several.")
    }
    let own = first.records.count - pairs.count
    let other = second.records.count - pairs.count
    if own + other > 0 {
      notes.append("Numbers that only one of the runs has: \(own) and \(other).")
    }
    return notes
  }

  private func interval(of pair: Pair) -> ClosedRange<Double>? {
    guard pair.first.isMeasured(as: pair.second), let (own, other) = sets(of: pair) else {
      return nil
    }
    let means = ImageBootstrap.meanIoUs(
      of: [own, other], resamples: resamples, seed: TableStatistics.seed,
      definition: pair.first.evaluation.mean)
    return BootstrapDistribution(zip(means[0], means[1]).map { $1 - $0 }).interval(level: 0.95)
  }

  /// The images of both numbers, nil unless they are the same ones.
  private func sets(of pair: Pair) -> (ImageConfusions, ImageConfusions)? {
    let place = RunConfusions.Place(round: pair.first.round, column: pair.first.column)
    guard let own = images[0]?.sets[place], let other = images[1]?.sets[place],
      own.images == other.images, own.imageCount > 0
    else { return nil }
    return (own, other)
  }

  private func classes(of pair: Pair) -> String? {
    guard pair.first.isMeasured(as: pair.second), let (own, other) = sets(of: pair) else {
      return nil
    }
    let totals = (own.total, other.total)
    let percent = { (value: Double?) in value.map(TableNumber.percent) ?? "–" }
    let table = MarkdownTable(
      header: ["Class", first.name, second.name, "Δ"],
      rows: pair.first.evaluation.classes.enumerated().map { index, name in
        let (a, b) = (totals.0.iou(ofClass: index), totals.1.iou(ofClass: index))
        let delta = a.flatMap { a in b.map { TableNumber.points($0 - a) } }
        return [name, percent(a), percent(b), delta ?? "–"]
      })
    return "IoU (%) by class, \(pair.title), \(pair.first.column.title):\n\n\(table.text)"
  }
}

extension ResultRecord {
  /// Whether another number was measured in the same way, the threshold's value aside.
  fileprivate func isMeasured(as other: ResultRecord) -> Bool {
    var (own, their) = (evaluation, other.evaluation)
    guard own.threshold.name == their.threshold.name else { return false }
    own.threshold = .none
    their.threshold = .none
    return own == their
  }
}
