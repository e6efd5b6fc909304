import CoreAPI
import Dispatch
import Foundation

/// Ends the process on Ctrl-C or SIGTERM with a line that says how to go on.
///
/// Everything the program writes appears whole or not at all, so it can end at any moment, and on
/// Ctrl-C it does. SIGTERM is how batch systems announce the end: trainings write a checkpoint
/// first, for which they have a while.
struct Interruption {
  private let sources: [any DispatchSourceSignal]

  /// The number of seconds from SIGTERM to the end, if work does not end by itself; batch systems
  /// kill after thirty.
  private static let grace = 20.0

  /// Begins to wait for signals.
  ///
  /// - Parameters:
  ///   - program: The program's name.
  ///   - arguments: The arguments of the command, to be repeated in the message.
  ///   - output: Where the message goes.
  init(program: String, arguments: [String], output: ProgramOutput) {
    let end: @Sendable (Int32) -> Never = { number in
      output.note(Self.message(program: program, arguments: arguments))
      _exit(128 + number)
    }
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        guard number == SIGTERM, Self.isContinued(arguments) else { end(number) }
        StopRequest.make()
        DispatchQueue.global().asyncAfter(deadline: .now() + Self.grace) { end(number) }
      }
      source.resume()
      return source
    }
  }

  /// Whether the same command goes on where it stopped.
  private static func isContinued(_ arguments: [String]) -> Bool {
    ["run", "grid"].contains(arguments.first)
  }

  /// Returns the line that says how to go on.
  ///
  /// - Parameters:
  ///   - program: The program's name.
  ///   - arguments: The arguments of the command.
  /// - Returns: The line.
  static func message(program: String, arguments: [String]) -> String {
    // A preview is thrown away.
    guard isContinued(arguments), !arguments.contains("--dry-run") else { return "Interrupted." }
    let words = ([program] + arguments).map { word in
      let isPlain = word.utf8.allSatisfy { byte in
        isalnum(Int32(byte)) != 0 || "-_./=:,+@%".utf8.contains(byte)
      }
      return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
    }
    return "Interrupted. Finished work is kept; to resume, run: \(words.joined(separator: " "))"
  }
}
