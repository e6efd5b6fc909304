import CoreAPI
import Essentials
import Foundation

/// The folder of a grid: `cells/NAME/` is the run of a cell, `cache/` holds their stages.
struct GridFolder: Sendable {
  /// The folder.
  let path: String
  /// The folder of stages.
  let cache: String
  /// Who runs which cell.
  let claims: ClaimFolder

  private let request: GridRequest
  private let file: GridFile
  /// The content of the asked cells' recipes, with the files it is based on.
  private let recipes: [String: String]
  /// The versions of what this program's stages write, by the configurations of cells.
  private let versions: [[String]: CellVersions]

  /// Creates the view of a grid's folder; nothing is written.
  ///
  /// Only the recipes of the cells that are asked for are read: a worker has one of hundreds.
  init(_ file: GridFile, _ request: GridRequest, registry: PluginRegistry) {
    path = request.output
    cache = request.cache ?? "\(request.output)/cache"
    claims = ClaimFolder(path: "\(request.output)/claims")
    self.file = file
    self.request = request
    let cells = file.cells.filter(request.asks(for:))
    recipes = Dictionary(
      uniqueKeysWithValues: Set(cells.map(\.recipe)).compactMap { path in
        (try? Recipe(path: path)).map {
          (path, SHA256.hexDigest(of: $0.root.canonicalText.utf8))
        }
      })
    versions = Dictionary(
      cells.map { ($0.configuration, $0) }, uniquingKeysWith: { first, _ in first }
    ).compactMapValues { CellVersions(of: $0, registry: registry) }
  }

  /// The folder of a cell's run.
  func folder(of cell: GridCell) -> String { "\(path)/cells/\(cell.name)" }

  /// The file that a cell's output goes into.
  func log(of cell: GridCell) -> String { "\(folder(of: cell))/log.txt" }

  /// The arguments of the program that runs a cell.
  func arguments(of cell: GridCell) -> [String] {
    var arguments = ["run", cell.recipe] + cell.overrides
    arguments += ["--out", folder(of: cell), "--cache", cache]
    if let threads = request.threads ?? file.threads { arguments += ["--threads", "\(threads)"] }
    if let steps = request.steps ?? file.steps { arguments += ["--steps", "\(steps)"] }
    if let device = request.device { arguments += ["--device", device] }
    return arguments
  }

  /// The record of a cell; nil if it has none or was started with other arguments, another content
  /// of its recipe, or by a program whose stages have other versions.
  ///
  /// A cell whose results cannot be read counts as one that never began, too: it finds its stages
  /// in the cache.
  func record(of cell: GridCell) -> CellRecord? {
    guard let record = fittingRecord(of: cell), !isOutdated(record, of: cell) else { return nil }
    let isReadable = (try? RunResults(runDirectory: folder(of: cell))) != nil
    return record.state != .done || isReadable ? record : nil
  }

  /// Returns whether a cell ended under a program whose stages have other versions than this one's.
  func isOutdated(_ cell: GridCell) -> Bool {
    guard let record = fittingRecord(of: cell), record.state != .begun else { return false }
    return isOutdated(record, of: cell)
  }

  /// The record of a cell with these arguments and this recipe, whatever wrote it.
  private func fittingRecord(of cell: GridCell) -> CellRecord? {
    guard let record = CellRecord(in: folder(of: cell)),
      record.recipe == nil || record.recipe == recipes[cell.recipe]
    else { return nil }
    let today = CellArguments(arguments(of: cell))
    let known = CellArguments(record.arguments, folder: record.folder ?? today.folder)
    return known.askForTheSame(as: today) ? record : nil
  }

  private func isOutdated(_ record: CellRecord, of cell: GridCell) -> Bool {
    guard let versions = versions[cell.configuration] else { return false }
    if let known = record.versions { return known != versions.all }
    // Records of older programs have none, but the results of a finished run do.
    guard record.state == .done,
      let results = try? RunResults(runDirectory: folder(of: cell))
    else { return false }
    return results.settings.values[RunSettings.versionsKey] != versions.ofRun
  }

  /// Makes a network file system ask its server what a cell's folder holds.
  ///
  /// It remembers for up to a minute that a file was not there; listing the folder ends that.
  func refresh(_ name: String) {
    _ = try? FileManager.default.contentsOfDirectory(atPath: "\(path)/cells/\(name)")
  }

  /// Notes that a cell begins, or begins again.
  func begin(_ cell: GridCell) throws {
    try record(cell, .begun).write(in: folder(of: cell))
  }

  /// Notes how a cell ended.
  func end(_ cell: GridCell, error: String?, seconds: Double) throws {
    var record = record(cell, error == nil ? .done : .failed)
    record.error = error
    record.seconds = (seconds * 10).rounded() / 10
    try record.write(in: folder(of: cell))
  }

  private func record(_ cell: GridCell, _ state: CellRecord.State) -> CellRecord {
    CellRecord(
      cell, arguments: CellArguments(arguments(of: cell)), recipe: recipes[cell.recipe],
      versions: versions[cell.configuration], state: state)
  }

  /// The error on the last lines of a cell's output, or what its exit code tells.
  func error(of cell: GridCell, code: Int32) -> String {
    if let message = Self.lastError(in: log(of: cell)) { return message }
    guard code > 128 else { return "The process ended with code \(code) and without a message." }
    let hint =
      code == 128 + SIGKILL
      ? ", as when memory runs out. Ask Slurm for more with SBATCH_MEM_PER_NODE, or use a smaller "
        + "batch_size" : ""
    return "The process was ended by signal \(code - 128)\(hint)."
  }

  /// The message on the last line of a file that begins with "error: ", nil if there is none.
  static func lastError(in path: String) -> String? {
    let text = (try? AtomicFile.read(path)).map { String(decoding: $0, as: UTF8.self) }
    let line = text?.split(whereSeparator: \.isNewline).last { $0.hasPrefix("error: ") }
    return line.map { String($0.dropFirst("error: ".count)) }
  }
}
