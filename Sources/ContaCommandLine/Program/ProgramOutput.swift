public import CoreAPI
import Foundation
import Harness

/// Where the program's text goes: results to standard output, everything else to standard error.
public struct ProgramOutput: Sendable {
  private let writeResult: @Sendable (String) -> Void
  private let writeMessage: @Sendable (String) -> Void
  /// Shows progress.
  let progress: any ProgressSink

  /// Creates an output.
  ///
  /// - Parameters:
  ///   - result: Writes results as they are.
  ///   - message: Writes messages as they are.
  ///   - progress: Shows progress.
  public init(
    result: @escaping @Sendable (String) -> Void, message: @escaping @Sendable (String) -> Void,
    progress: any ProgressSink = SilentProgress()
  ) {
    writeResult = result
    writeMessage = message
    self.progress = progress
  }

  /// The process's standard output and standard error.
  public static var standard: ProgramOutput {
    let reporter = ProgressReporter()
    return ProgramOutput(
      result: {
        reporter.closeLine()
        FileHandle.standardOutput.write(Data($0.utf8))
      },
      message: {
        reporter.closeLine()
        FileHandle.standardError.write(Data($0.utf8))
      },
      progress: reporter)
  }

  /// Writes a result.
  ///
  /// - Parameter text: The text; a line break is added if it has none at its end.
  func say(_ text: String) { writeResult(text.hasSuffix("\n") ? text : text + "\n") }

  /// Writes a message for the person.
  ///
  /// - Parameter line: The line.
  func note(_ line: String) { writeMessage(line + "\n") }

  /// Writes an error on one line.
  ///
  /// - Parameter message: The message; line breaks in it become spaces.
  func fail(_ message: String) {
    let line = message.split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
    writeMessage("error: \(line)\n")
  }
}
