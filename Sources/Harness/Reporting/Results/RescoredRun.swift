import CoreAPI
import Essentials

/// A run whose class activation maps were cut at another threshold than in its recipe.
public struct RescoredRun: Sendable {
  /// The numbers; those that are not of class activation maps are as they were.
  public let results: RunResults
  /// The confusion matrices behind them, nil for a run that has none of its other numbers.
  public let confusions: RunConfusions?

  /// Scores a run.
  ///
  /// - Parameters:
  ///   - run: The run, with its folder as its name.
  ///   - threshold: Where to cut.
  /// - Throws: ``ResultError`` if the run's folder lacks the counts, they are damaged, or it has too
  ///   few images.
  public init(_ run: RunResults, at threshold: CAMThreshold) throws {
    let activations = try RunActivations(in: run.name)
    var results = run
    var sets = try run.confusions()?.sets
    for (place, record) in run.records.enumerated() where record.column == .classActivationMap {
      let counts = try activations.counts(ofRound: record.round)
      let scored = try Self.scored(counts, at: threshold, record.evaluation, run: run.name)
      results.records[place].evaluation = scored.evaluation
      results.records[place].meanIoU =
        scored.confusions.total.meanIoU(record.evaluation.mean) ?? 0
      sets?[.init(round: record.round, column: .classActivationMap)] = scored.confusions
    }
    var settings = run.settings.values
    settings["evaluation.cam_threshold"] = threshold.name
    results.settings = RunSettings(settings)
    self.results = results
    confusions = sets.map(RunConfusions.init)
  }

  private static func scored(
    _ counts: ActivationCounts, at threshold: CAMThreshold, _ evaluation: EvaluationProtocol,
    run: String
  ) throws -> (evaluation: EvaluationProtocol, confusions: ImageConfusions) {
    func best(of positions: [Int]?) -> Double {
      let sweep = counts.sweep(of: positions)
      return Double(sweep.thresholds[sweep.bestIndex(evaluation.mean)]).roundedToMillionths
    }
    var evaluation = evaluation
    switch threshold {
    case .fixed(let value):
      evaluation.threshold = .fixed(value)
      return (evaluation, counts.confusions(at: value))
    case .oracle:
      let value = best(of: nil)
      evaluation.threshold = .oracle(value)
      return (evaluation, counts.confusions(at: value))
    case .heldOut(let count):
      guard count < counts.imageCount else {
        throw ResultError.tooFewImages(run: run, found: counts.imageCount, heldOut: count)
      }
      // The same images in every run that is scored on the same ones.
      var stream = RandomStream(seed: 0, "held-out images", counts.imageCount)
      let order = Array(0..<counts.imageCount).shuffled(using: &stream)
      let value = best(of: order.prefix(count).sorted())
      let rest = order.dropFirst(count).sorted()
      evaluation.threshold = .heldOut(value, imageCount: count)
      evaluation.imageCount = rest.count
      return (
        evaluation,
        counts.confusions(
          at: value, of: rest, named: "\(counts.images) without \(count) held out")
      )
    }
  }
}

extension RunResults {
  /// Returns the results as they were when a number of a table was measured: at the threshold of
  /// that number, if the run's own is another one.
  ///
  /// - Parameter record: The number.
  /// - Returns: The results; the run's own where the counts for another threshold are not there.
  /// - Throws: ``ResultError/damagedActivations(path:problem:)`` if the counts are damaged.
  func asMeasured(_ record: ResultRecord) throws -> RunResults {
    guard !records.contains(record), record.column == .classActivationMap,
      let threshold = CAMThreshold(record.evaluation.threshold)
    else { return self }
    do {
      return try RescoredRun(self, at: threshold).results
    } catch let error as ResultError {
      if case .damagedActivations = error { throw error }
      return self
    }
  }
}

extension Double {
  /// The number without what its binary form has behind the sixth digit.
  var roundedToMillionths: Double { (self * 1e6).rounded() / 1e6 }
}
