import Essentials
import Foundation

/// The folder of a grid: `cells/NAME/` is the run of a cell, `cache/` holds their stages.
struct GridFolder {
  /// The folder.
  let path: String
  /// The folder of stages.
  let cache: String
  /// Who runs which cell.
  let claims: ClaimFolder

  private let request: GridRequest
  private let file: GridFile

  /// Creates the view of a grid's folder; nothing is written.
  init(_ file: GridFile, _ request: GridRequest) {
    path = request.output
    cache = request.cache ?? "\(request.output)/cache"
    claims = ClaimFolder(path: "\(request.output)/claims")
    self.file = file
    self.request = request
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

  /// The record of a cell; nil if it has none or was started with other arguments.
  ///
  /// A cell whose results cannot be read, because another version of this program wrote them for
  /// example, counts as one that never began: it finds its stages in the cache.
  func record(of cell: GridCell) -> CellRecord? {
    guard let record = CellRecord(in: folder(of: cell)), record.arguments == arguments(of: cell)
    else { return nil }
    let isReadable = (try? RunResults(runDirectory: folder(of: cell))) != nil
    return record.state != .done || isReadable ? record : nil
  }

  /// Notes that a cell begins, or begins again.
  func begin(_ cell: GridCell) throws {
    try CellRecord(cell, arguments: arguments(of: cell), state: .begun).write(
      in: folder(of: cell))
  }

  /// Notes how a cell ended.
  func end(_ cell: GridCell, error: String?, seconds: Double) throws {
    var record = CellRecord(
      cell, arguments: arguments(of: cell), state: error == nil ? .done : .failed)
    record.error = error
    record.seconds = (seconds * 10).rounded() / 10
    try record.write(in: folder(of: cell))
  }

  /// The error on the last lines of a cell's output.
  func error(of cell: GridCell) -> String {
    let text = (try? AtomicFile.read(log(of: cell))).map { String(decoding: $0, as: UTF8.self) }
    let line = text?.split(whereSeparator: \.isNewline).last { $0.hasPrefix("error: ") }
    return line.map { String($0.dropFirst("error: ".count)) }
      ?? "The process ended without a message."
  }
}
