import Essentials
import Foundation

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
  /// The version of the program that measured the numbers.
  public var version: String
  /// The SHA-256 of the program's file, nil if it is unknown; see ``ProgramVersion/contentHash``.
  public var program: String?
  /// The commit of the checkout that the program was linked in, nil if it is unknown; see
  /// ``ProgramVersion/commit``.
  public var commit: String?
  /// How much M differs between images in each round that has one, by round; nil if nobody looked.
  public var contexts: [Int: ContextVariation]?
  /// What the last bits depend on besides: device, precision, threads, instruction set, libraries.
  public var numerics: [String: String]
  /// What the run is called in messages: its folder, which is not part of the file.
  public var name = "this run"
  /// The run's levels by the axes of the grid that it is a cell of, none for any other run; they are
  /// not part of the file.
  public var levels: [String: String] = [:]

  private enum CodingKeys: CodingKey {
    case records, settings, intervention, version, program, commit, contexts, numerics
  }

  /// Creates results.
  ///
  /// - Parameters:
  ///   - records: The numbers.
  ///   - settings: What the numbers follow from besides the seed.
  ///   - intervention: The reading of the intervention in a line, nil without one.
  ///   - version: The version of the program that measured the numbers.
  ///   - program: The SHA-256 of the program's file, nil if it is unknown.
  ///   - commit: The commit of the checkout that the program was linked in, nil if it is unknown.
  ///   - numerics: What the last bits depend on besides.
  public init(
    records: [ResultRecord] = [], settings: RunSettings = RunSettings(),
    intervention: String? = nil, version: String = "", program: String? = nil,
    commit: String? = nil, numerics: [String: String] = [:]
  ) {
    self.records = records
    self.settings = settings
    self.intervention = intervention
    self.version = version
    self.program = program
    self.commit = commit
    self.numerics = numerics
  }

  /// Reads the results of a run directory, and its levels from the grid's record of it.
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
    levels = CellRecord(in: directory)?.levels ?? [:]
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

  /// Reads the confusion matrices of the run's images.
  ///
  /// - Returns: The matrices, nil for a run that has none.
  /// - Throws: An error that names the file if it is damaged.
  public func confusions() throws -> RunConfusions? {
    guard FileManager.default.fileExists(atPath: "\(name)/\(RunConfusions.fileName)") else {
      return nil
    }
    return try RunConfusions(in: name)
  }
}
