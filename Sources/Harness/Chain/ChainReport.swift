public import CoreAPI
import Essentials
import Foundation

/// What a run found: the scores of all rounds, and what they were learned from.
public struct ChainReport: Sendable {
  /// The name of the baseline.
  public let title: String
  /// The scores of the baseline and of every round after it.
  public let scores: [RoundScores]
  /// The numbers for tables.
  public let results: RunResults
  /// Everything besides the training set that the run learned from.
  public let supervision: [SupervisionRecord]

  init(
    chain: Chain, scores: [RoundScores], stages: [String], contexts: [Int: ContextVariation]
  ) {
    self.scores = scores
    let configuration = chain.configuration
    title = configuration.title
    supervision =
      [
        SupervisionRecord(
          kind: "labels", use: "image-level labels of \(chain.splits.training.count) images",
          source: "\(chain.dataset.name), \(configuration.data.trainingSplit)",
          hash: chain.dataset.fingerprint),
        SupervisionRecord(
          kind: "threshold", use: "background score at which CAMs are scored, fixed in the recipe",
          source: "\(configuration.camThreshold)"),
      ] + chain.supervision
    var results = chain.results(of: scores, stages: stages)
    if !contexts.isEmpty { results.contexts = contexts }
    self.results = results
  }

  /// The table of the run with how it was measured, in Markdown.
  ///
  /// - Throws: ``ResultError`` if the numbers contradict each other.
  public func markdown() throws -> String {
    var text = try ResultTable([results]).markdown
    if scores.count > 2 {
      text +=
        "\n"
        + MarkdownTable(
          header: ["Round", "CAM", "CAM area", "Pseudo-Mask", "Seg. Mask"],
          rows: scores.enumerated().map { round, scores in
            [
              "\(round)",
              String(format: "%.1f", scores.cam), String(format: "%.1f", scores.camArea),
              String(format: "%.1f", scores.pseudoMask),
              String(format: "%.1f", scores.segmentation),
            ]
          }
        ).text
    }
    return text
  }

  /// Writes results, table and supervision into a run directory.
  func write(to directory: String) throws {
    try results.write(toRunDirectory: directory)
    try ResultTable([results]).write(markdown(), to: "\(directory)/table.md")
    try AtomicFile.write(JSON.encode(supervision), to: "\(directory)/supervision.json")
  }
}

extension Chain {
  /// The results of a run to come, with scores of 0: they show whether it can share a table.
  var expectedResults: RunResults {
    let rounds = configuration.intervention.rounds + 1
    return results(
      of: [RoundScores](repeating: .zero, count: rounds),
      stages: [String](repeating: "", count: rounds))
  }

  /// Returns the numbers for tables with what they follow from.
  ///
  /// - Parameters:
  ///   - scores: The scores of every round.
  ///   - stages: The folder of every round's evaluation, as the run's files name it.
  /// - Returns: The numbers.
  func results(of scores: [RoundScores], stages: [String]) -> RunResults {
    var results = RunResults(
      records: records(of: scores, stages: stages), settings: settings,
      intervention: scores.count > 1 ? configuration.intervention.summary : nil,
      version: ProgramVersion.current, program: ProgramVersion.contentHash,
      commit: ProgramVersion.commit, numerics: configuration.options.numericsProfile)
    results.name = directory
    return results
  }

  /// Returns the numbers with how each was measured.
  private func records(of scores: [RoundScores], stages: [String]) -> [ResultRecord] {
    func evaluation(
      _ split: String, _ count: Int, _ threshold: ThresholdProtocol = .none
    ) -> EvaluationProtocol {
      EvaluationProtocol(
        dataset: dataset.name, split: split, imageCount: count, classes: dataset.classes.names,
        threshold: threshold)
    }
    let scoredSplit = configuration.data.scoredSplit
    return zip(scores, stages).enumerated().flatMap { round, outcome in
      let (scores, stage) = outcome
      func record(
        _ column: ResultColumn, _ percent: Double, _ evaluation: EvaluationProtocol,
        area: Double? = nil
      ) -> ResultRecord {
        ResultRecord(
          method: configuration.title,
          variant: round == 0 ? nil : configuration.intervention.rowTitle, round: round,
          seed: configuration.seed, column: column, meanIoU: percent / 100,
          areaUnderCurve: area.map { $0 / 100 }, evaluation: evaluation, stage: stage)
      }
      return [
        record(
          .classActivationMap, scores.cam,
          evaluation(scoredSplit, splits.scored.count, .fixed(configuration.camThreshold)),
          area: scores.camArea),
        record(.pseudoMask, scores.pseudoMask, evaluation(scoredSplit, splits.scored.count)),
        record(
          .segmentationMask, scores.segmentation,
          evaluation(configuration.data.validationSplit, splits.validation.count)),
      ]
    }
  }
}
