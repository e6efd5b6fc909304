import CoreAPI
import Essentials
import Foundation

/// Where every number of a table comes from, kept beside the table as `<table>.json`.
public struct TableProvenance: Codable, Equatable, Sendable {
  /// The version of the file's layout that this program reads and writes.
  public static let currentFormat = 1

  /// One number behind a cell.
  public struct Source: Codable, Equatable, Sendable {
    /// The run's folder, relative to the table's.
    public var run: String
    /// The hash of what the number follows from besides the seed.
    public var settings: String
    /// The number, as the run recorded it.
    public var record: ResultRecord
  }

  /// A cell with a number.
  public struct Cell: Codable, Equatable, Sendable {
    /// What the row is called.
    public var row: String
    /// What the column is called.
    public var column: String
    /// What the cell says.
    public var text: String
    /// The address of the cell that the difference is taken to.
    public var baseline: String?
    /// The numbers that were averaged, by their seeds.
    public var sources: [Source]
  }

  /// The version of the file's layout.
  public var format: Int
  /// The SHA-256 of the table, by which a table that was edited or replaced is noticed.
  public var table: String
  /// The version of the program that wrote the table.
  public var version: String
  /// The cells by their addresses.
  public var cells: [String: Cell]

  /// Describes a table.
  ///
  /// - Parameters:
  ///   - table: The table.
  ///   - text: The text that stands in the file.
  ///   - path: The file.
  init(of table: ResultTable, text: String, path: String) {
    format = Self.currentFormat
    self.table = SHA256.hexDigest(of: text.utf8)
    version = ProgramVersion.current
    let folder = RelativePath.folder(of: path)
    let entries = table.grids[0].rows
    var cells: [String: Cell] = [:]
    for address in table.addresses {
      guard let cell = table[address] else { continue }
      let entry = entries[address.row][table.labelHeadings.count + address.column]
      cells[address.description] = Cell(
        row: table.rows[address.row].title, column: table.columns[address.column].title,
        text: entry.text + entry.suffix, baseline: cell.baseline?.description,
        sources: cell.series.seeds.compactMap { seed in
          cell.series.numbers[seed].map { number in
            Source(
              run: RelativePath.from(folder, to: table.runs[number.run].name),
              settings: cell.series.settings.hash, record: number.record)
          }
        })
    }
    self.cells = cells
  }

  /// Returns the file that belongs to a table.
  ///
  /// - Parameter table: The table's file.
  /// - Returns: The path beside it.
  public static func path(ofTable table: String) -> String { "\(table).json" }

  /// Reads the file beside a table.
  ///
  /// - Parameter table: The table's file.
  /// - Throws: ``WhyError`` if there is none or it cannot be used.
  init(besideTable table: String) throws {
    struct Header: Decodable { var format: Int }
    let path = Self.path(ofTable: table)
    guard FileManager.default.fileExists(atPath: path) else {
      throw WhyError.noProvenance(table: table)
    }
    let data = try AtomicFile.read(path)
    guard let header = try? JSONDecoder().decode(Header.self, from: data) else {
      throw WhyError.damaged(path: path)
    }
    guard header.format <= Self.currentFormat else {
      throw WhyError.newerFormat(path: path, found: header.format)
    }
    guard let provenance = try? JSONDecoder().decode(Self.self, from: data) else {
      throw WhyError.damaged(path: path)
    }
    self = provenance
  }
}

extension ResultTable {
  /// Writes the table's text and, beside it, where its numbers come from.
  ///
  /// - Parameters:
  ///   - text: The text, as ``text(as:)`` returns it.
  ///   - path: The table's file; both files appear whole or not at all.
  /// - Throws: `FileError` if a file cannot be written.
  public func write(_ text: String, to path: String) throws {
    try AtomicFile.write(
      JSON.encode(TableProvenance(of: self, text: text, path: path)),
      to: TableProvenance.path(ofTable: path))
    try AtomicFile.write(text, to: path)
  }
}

/// Paths of runs as files beside them name them, so that both can be moved together.
enum RelativePath {
  /// Returns the folder of a file as an absolute path.
  static func folder(of file: String) -> String {
    (URL(fileURLWithPath: file).standardizedFileURL.path as NSString).deletingLastPathComponent
  }

  /// Returns the way from an absolute folder to a path, "." for the folder itself.
  static func from(_ folder: String, to path: String) -> String {
    let start = folder.split(separator: "/")
    let end = URL(fileURLWithPath: path).standardizedFileURL.path.split(separator: "/")
    let shared = zip(start, end).prefix { $0 == $1 }.count
    let steps = start.dropFirst(shared).map { _ in ".." } + end.dropFirst(shared).map(String.init)
    return steps.isEmpty ? "." : steps.joined(separator: "/")
  }

  /// Returns the path that a relative one means in a folder.
  static func resolve(_ path: String, in folder: String) -> String {
    path == "." ? folder : URL(fileURLWithPath: "\(folder)/\(path)").standardizedFileURL.path
  }
}
