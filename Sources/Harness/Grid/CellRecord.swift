import Essentials
import Foundation

/// What a grid knows about a cell, in `cell.json` of its folder.
struct CellRecord: Codable, Equatable, Sendable {
  /// Where a cell stands.
  enum State: String, Codable, Sendable {
    /// It was started and has no end yet.
    case begun
    /// Its run is finished.
    case done
    /// Its run ended with an error.
    case failed
  }

  /// The file's name in a cell's folder.
  static let fileName = "cell.json"

  /// The arguments of the cell's run; with other ones the record says nothing.
  var arguments: [String]
  /// The folder in which relative paths of the arguments start.
  ///
  /// Nil if an older version of this program wrote the record.
  var folder: String?
  /// The hash of the content of the cell's recipe; with another one the record says nothing.
  ///
  /// Nil if an older version of this program wrote the record.
  var recipe: String?
  /// The versions of what the stages write; with other ones the record says nothing.
  ///
  /// Nil if an older version of this program wrote the record, or if they were unknown.
  var versions: String?
  /// The levels, by axis.
  var levels: [String: String]
  /// Where the cell stands.
  var state: State
  /// The error that ended the run, nil otherwise.
  var error: String?
  /// How long the last run took, in seconds, nil before its end.
  var seconds: Double?

  /// Reads the record of a cell; nil if there is none or it is damaged.
  init?(in folder: String) {
    guard let data = try? AtomicFile.read("\(folder)/\(Self.fileName)"),
      let record = try? JSONDecoder().decode(CellRecord.self, from: data)
    else { return nil }
    self = record
  }

  /// Creates the record of a cell.
  init(
    _ cell: GridCell, arguments: CellArguments, recipe: String?, versions: CellVersions?,
    state: State
  ) {
    self.arguments = arguments.words
    folder = arguments.folder
    self.recipe = recipe
    self.versions = versions?.all
    levels = Dictionary(
      cell.coordinates.map { ($0.axis, $0.level) }, uniquingKeysWith: { first, _ in first })
    self.state = state
  }

  /// Writes the record.
  ///
  /// - Parameter folder: The cell's folder.
  /// - Throws: `FileError` if it cannot be written.
  func write(in folder: String) throws {
    try AtomicFile.write(JSON.encode(self), to: "\(folder)/\(Self.fileName)")
  }
}
