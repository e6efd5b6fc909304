import Essentials
import Foundation

/// A column of the paper's table.
public enum ResultColumn: String, Codable, Sendable, CaseIterable {
  /// The class activation maps.
  case classActivationMap = "cam"
  /// The pseudo-masks.
  case pseudoMask = "pseudo-mask"
  /// The segmentation masks.
  case segmentationMask = "segmentation-mask"

  /// The column's heading.
  public var title: String {
    switch self {
    case .classActivationMap: "CAM"
    case .pseudoMask: "Pseudo-Mask"
    case .segmentationMask: "Seg. Mask"
    }
  }
}

/// One measured number of a run, with all that decides which cell it belongs into.
public struct ResultRecord: Codable, Equatable, Sendable {
  /// The baseline's name, for example "IRNet".
  public var method: String
  /// What was added to it, for example "CONTA"; nil for the baseline itself.
  public var variant: String?
  /// The round the number was measured after; 0 is the baseline.
  public var round: Int
  /// The seed of the run.
  public var seed: UInt64
  /// What was scored.
  public var column: ResultColumn
  /// The mean IoU, `0...1`.
  public var meanIoU: Double
  /// The area under the mIoU-threshold curve, `0...1`, for class activation maps.
  public var areaUnderCurve: Double?
  /// How it was measured.
  public var evaluation: EvaluationProtocol

  /// Creates a record.
  ///
  /// - Parameters:
  ///   - method: The baseline's name.
  ///   - variant: What was added to it, nil for the baseline itself.
  ///   - round: The round the number was measured after.
  ///   - seed: The seed of the run.
  ///   - column: What was scored.
  ///   - meanIoU: The mean IoU, `0...1`.
  ///   - areaUnderCurve: The area under the mIoU-threshold curve, `0...1`.
  ///   - evaluation: How it was measured.
  public init(
    method: String, variant: String? = nil, round: Int, seed: UInt64, column: ResultColumn,
    meanIoU: Double, areaUnderCurve: Double? = nil, evaluation: EvaluationProtocol
  ) {
    self.method = method
    self.variant = variant
    self.round = round
    self.seed = seed
    self.column = column
    self.meanIoU = meanIoU
    self.areaUnderCurve = areaUnderCurve
    self.evaluation = evaluation
  }
}

/// The numbers of a run directory, in its `results.json`.
public struct RunResults: Codable, Equatable, Sendable {
  /// The file's name in a run directory.
  public static let fileName = "results.json"

  /// The numbers, in the order they were measured.
  public var records: [ResultRecord]
  /// What the numbers follow from besides the seed.
  public var settings: RunSettings
  /// The reading of the intervention in a line, nil without one.
  public var intervention: String?
  /// What the run is called in messages: its folder, which is not part of the file.
  public var name = "this run"

  private enum CodingKeys: CodingKey { case records, settings, intervention }

  /// Creates results.
  ///
  /// - Parameters:
  ///   - records: The numbers.
  ///   - settings: What the numbers follow from besides the seed.
  ///   - intervention: The reading of the intervention in a line, nil without one.
  public init(
    records: [ResultRecord] = [], settings: RunSettings = RunSettings(),
    intervention: String? = nil
  ) {
    self.records = records
    self.settings = settings
    self.intervention = intervention
  }

  /// Returns whether the run measured a row.
  ///
  /// - Parameters:
  ///   - method: The baseline's name.
  ///   - variant: What was added to it, nil for any row of the method.
  /// - Returns: Whether there is such a row.
  func has(_ method: String, _ variant: String? = nil) -> Bool {
    records.contains { $0.method == method && (variant == nil || $0.variant == variant) }
  }

  /// Reads the results of a run directory.
  ///
  /// - Parameter directory: The run directory.
  /// - Throws: ``ResultError`` if the directory has none or they are damaged.
  public init(runDirectory directory: String) throws {
    let path = "\(directory)/\(Self.fileName)"
    guard FileManager.default.fileExists(atPath: path) else {
      throw ResultError.noResults(directory: directory)
    }
    let data = try AtomicFile.read(path)
    guard let results = try? JSONDecoder().decode(RunResults.self, from: data) else {
      throw ResultError.damaged(path: path)
    }
    self = results
    name = directory
  }

  /// Writes the results into a run directory.
  ///
  /// - Parameter directory: The run directory.
  /// - Throws: `FileError` if the file cannot be written.
  public func write(toRunDirectory directory: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    try AtomicFile.write(try encoder.encode(self), to: "\(directory)/\(Self.fileName)")
  }
}
