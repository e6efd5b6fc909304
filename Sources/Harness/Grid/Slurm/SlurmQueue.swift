import Essentials
import Foundation

/// Slurm's commands.
struct SlurmQueue: Sendable {
  /// What is in the queue: of every job name, the array indices and their states.
  typealias Tasks = [String: [Int: String]]

  /// The folders that have the commands, with colons between them; nil for those of this process.
  var folders: String?

  /// Submits a script.
  ///
  /// - Parameters:
  ///   - arguments: The options of `sbatch`.
  ///   - script: The script's path.
  /// - Throws: ``SlurmError`` if Slurm refuses it.
  func submit(_ arguments: [String], script: String) throws {
    let outcome = try run(["sbatch", "--parsable"] + arguments + [script])
    guard outcome.code == 0 else { throw SlurmError.refused(reason: outcome.error) }
  }

  /// Returns the tasks of jobs that wait or run; nil if Slurm does not answer just now.
  ///
  /// - Parameter names: The names of jobs.
  /// - Returns: The tasks by job and array index.
  /// - Throws: ``SlurmError`` if there is no Slurm.
  func tasks(of names: [String]) throws -> Tasks? {
    guard !names.isEmpty else { return [:] }
    let outcome = try run([
      "squeue", "--noheader", "--array", "--name=\(names.joined(separator: ","))",
      "--format=%j %K %t",
    ])
    guard outcome.code == 0 else { return nil }
    return Self.parse(outcome.output)
  }

  /// Reads lines of the form `NAME INDEX STATE`.
  static func parse(_ text: String) -> Tasks {
    var tasks: Tasks = [:]
    for line in text.split(whereSeparator: \.isNewline) {
      let fields = line.split(separator: " ")
      guard fields.count == 3, let index = Int(fields[1]) else { continue }
      tasks[String(fields[0]), default: [:]][index] = String(fields[2])
    }
    return tasks
  }

  private func run(_ command: [String]) throws -> (code: Int32, output: String, error: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    if let folders {
      process.environment = ProcessInfo.processInfo.environment.merging(["PATH": folders]) { $1 }
    }
    let (output, error) = (Pipe(), Pipe())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = error
    do {
      try process.run()
    } catch {
      throw SlurmError.noCommand(command[0])
    }
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let message = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    // `env` ends with 127 if there is no such command.
    guard process.terminationStatus != 127 else { throw SlurmError.noCommand(command[0]) }
    return (
      process.terminationStatus, text, message.trimmingCharacters(in: .whitespacesAndNewlines)
    )
  }
}

/// Cells that cannot be run by Slurm.
public enum SlurmError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A machine without Slurm's commands.
  case noCommand(String)
  /// Options that Slurm does not take.
  case refused(reason: String)
  /// Cells that are not in the queue any more and have no result.
  case lostCells(names: [String], message: String?, output: String)

  /// The message: what was found, what was expected, what to do next.
  public var description: String {
    switch self {
    case .noCommand(let command):
      "There is no '\(command)' on this machine. Expected Slurm's commands; without them, leave "
        + "--launcher out."
    case .refused(let reason):
      "Slurm refused the cells: \(reason). Check --account, --partition, --gpus and --time, and how "
        + "many jobs you may submit."
    case .lostCells(let names, let message, let output):
      "\(names.count) \(names.count == 1 ? "cell" : "cells") left Slurm's queue without a result: "
        + "\(names.prefix(5).joined(separator: ", "))\(names.count > 5 ? ", …" : ""). "
        + (message.map { "The last message: \($0) See " }
          ?? "They were cancelled, ran out of time, or their node failed; see ")
        + "'\(output)/slurm'. Run the same "
        + "command again: it submits them again, and they go on where they stopped."
    }
  }
}
