import Dispatch
import Foundation

/// Ends the process on Ctrl-C or SIGTERM with a line that says how to go on.
///
/// Everything the program writes appears whole or not at all, so it can end at any moment.
struct Interruption {
  private let sources: [any DispatchSourceSignal]

  /// Begins to wait for signals.
  ///
  /// - Parameters:
  ///   - program: The program's name.
  ///   - arguments: The arguments of the command, to be repeated in the message.
  ///   - output: Where the message goes.
  init(program: String, arguments: [String], output: ProgramOutput) {
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        output.note(Self.message(program: program, arguments: arguments))
        _exit(128 + number)
      }
      source.resume()
      return source
    }
  }

  /// Returns the line that says how to go on.
  ///
  /// - Parameters:
  ///   - program: The program's name.
  ///   - arguments: The arguments of the command.
  /// - Returns: The line.
  static func message(program: String, arguments: [String]) -> String {
    guard ["run", "grid"].contains(arguments.first) else { return "Interrupted." }
    let words = ([program] + arguments).map { word in
      let isPlain = word.utf8.allSatisfy { byte in
        isalnum(Int32(byte)) != 0 || "-_./=:,+@%".utf8.contains(byte)
      }
      return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
    }
    return "Interrupted. Finished work is kept; to resume, run: \(words.joined(separator: " "))"
  }
}
