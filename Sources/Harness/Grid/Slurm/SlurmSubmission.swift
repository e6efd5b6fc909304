import Essentials
import Foundation

/// A job array: its cells, in a folder `slurm/NUMBER` of the grid's, which is all that is remembered.
struct SlurmSubmission {
  /// The array's number in the grid.
  let number: Int
  /// The names of the cells, by array index.
  let cells: [String]

  /// The most cells of an array: Slurm's default for MaxArraySize, 1001, is no index any more.
  static let largestSize = 1000

  private let folder: String
  private let grid: String

  /// The job's name, by which it is found in the queue: that of no other grid.
  var jobName: String { Self.jobName(grid: grid, number: number) }

  /// The file that a cell's output goes into, nil for a cell of another array.
  func output(of cell: String) -> String? {
    cells.firstIndex(of: cell).map { "\(folder)/\($0).txt" }
  }

  private static func jobName(grid: String, number: Int) -> String {
    "conta-\(SHA256.hexDigest(of: CachePath.absolute(grid).utf8).prefix(8))-\(number)"
  }

  /// Returns the arrays of a grid that were submitted so far.
  ///
  /// - Parameter grid: The grid's folder.
  /// - Returns: The arrays, by number.
  static func all(of grid: String) -> [SlurmSubmission] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(grid)/slurm")) ?? []
    return names.compactMap { Int($0) }.sorted().compactMap { number in
      let folder = "\(grid)/slurm/\(number)"
      guard let data = try? AtomicFile.read("\(folder)/cells.txt") else { return nil }
      let cells = String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
      return SlurmSubmission(number: number, cells: cells, folder: folder, grid: grid)
    }
  }

  /// Submits cells as one array.
  ///
  /// - Parameters:
  ///   - cells: The names of the cells, at least one.
  ///   - grid: The grid's folder.
  ///   - number: The array's number, which no other one of the grid has.
  ///   - command: The command that runs the cell whose name follows.
  ///   - threads: The number of processors of a cell, nil for the cluster's default.
  ///   - options: The options of `sbatch`.
  ///   - queue: Slurm.
  /// - Throws: ``SlurmError`` if Slurm refuses it, `FileError` if the folder cannot be written.
  init(
    _ cells: [String], grid: String, number: Int, command: [String], threads: Int?,
    options: SlurmOptions, queue: SlurmQueue
  ) throws {
    self.init(number: number, cells: cells, folder: "\(grid)/slurm/\(number)", grid: grid)
    let script = "\(folder)/job.sh"
    let list = CachePath.absolute("\(folder)/cells.txt")
    try AtomicFile.write(
      """
      #!/bin/sh
      cell=$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" \(Self.quoted(list)))
      exec \(command.map(Self.quoted).joined(separator: " ")) "$cell"

      """, to: script)
    try AtomicFile.write(cells.joined(separator: "\n") + "\n", to: "\(folder)/cells.txt")
    var arguments = [
      "--job-name=\(jobName)", "--requeue", "--open-mode=append",
      "--array=0-\(cells.count - 1)\(options.arrayLimit.map { "%\($0)" } ?? "")",
      // A minute before the end of its time, a cell writes a checkpoint.
      "--signal=B:TERM@60", "--output=\(folder)/%a.txt",
    ]
    if let threads { arguments.append("--cpus-per-task=\(threads)") }
    do {
      try queue.submit(arguments + options.arguments, script: script)
    } catch {
      try? FileManager.default.removeItem(atPath: folder)
      throw error
    }
  }

  private init(number: Int, cells: [String], folder: String, grid: String) {
    self.number = number
    self.cells = cells
    self.folder = folder
    self.grid = grid
  }

  /// A word for a shell, in quotes.
  static func quoted(_ word: String) -> String { "'\(word.replacing("'", with: "'\\''"))'" }
}
