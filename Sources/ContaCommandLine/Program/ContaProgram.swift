import ArgumentParser
import CoreAPI
import Foundation
import Harness

/// The command-line program: every subcommand, given the plugins it knows.
///
/// ``main(with:adding:)`` makes a program with plugins of its own three lines.
public struct ContaProgram: Sendable {
  /// The program's version, as `conta --version` prints it.
  public static let version = ProgramVersion.current

  /// The parts that compute.
  public let actions: ProgramActions

  let output: ProgramOutput

  /// Creates a program.
  ///
  /// - Parameters:
  ///   - actions: The parts that compute.
  ///   - output: Where text goes.
  public init(actions: ProgramActions, output: ProgramOutput = .standard) {
    self.actions = actions
    self.output = output
  }

  /// Runs the process's command and ends the process.
  ///
  /// The exit code is 0 for success, 1 for failure, 64 for arguments that cannot be understood, and
  /// 130 or 143 after an interruption, of which one line says how to resume.
  public func main() -> Never {
    let arguments = Array(CommandLine.arguments.dropFirst())
    let name = CommandLine.arguments.first.map { ($0 as NSString).lastPathComponent } ?? "conta"
    ParentWatch.begin()
    let interruption = Interruption(program: name, arguments: arguments, output: output)
    let code = run(arguments)
    withExtendedLifetime(interruption) {}
    if code == Self.stoppedCode {
      output.note(Interruption.message(program: name, arguments: arguments))
    }
    exit(code)
  }

  /// Runs a command.
  ///
  /// - Parameter arguments: The arguments without the program's name.
  /// - Returns: The exit code.
  public func run(_ arguments: [String]) -> Int32 {
    let command: any ParsableCommand
    do {
      command = try ContaCommand.parseAsRoot(arguments)
    } catch {
      return report(parsing: error, of: arguments)
    }
    guard let subcommand = command as? any ContaSubcommand else {
      // `conta help …` is a command of the parser's own, and `conta` alone asks for help.
      do {
        var command = command
        try command.run()
        return 0
      } catch {
        return report(parsing: error, of: arguments)
      }
    }
    do {
      try subcommand.run(in: self)
      return 0
    } catch is StopRequest.Stopped {
      return Self.stoppedCode
    } catch {
      output.fail("\(error)")
      return 1
    }
  }

  /// The exit code of a command that ended because of SIGTERM, with its work kept.
  static let stoppedCode = 128 + SIGTERM

  private func report(parsing error: any Error, of arguments: [String]) -> Int32 {
    let code = ContaCommand.exitCode(for: error)
    if code.isSuccess {
      output.say(ContaCommand.fullMessage(for: error))
    } else {
      let message = ContaCommand.message(for: error)
      let isSentence = message.last.map { ".?!".contains($0) } ?? false
      output.fail("\(message)\(isSentence ? "" : ".") See '\(Self.command(of: arguments)) --help'.")
    }
    return code.rawValue
  }

  /// The command that arguments begin with, as far as there is one: "conta cache gc".
  private static func command(of arguments: [String]) -> String {
    var path = "conta"
    var known = ContaCommand.configuration.subcommands
    for argument in arguments {
      guard let next = known.first(where: { $0.configuration.commandName == argument }) else {
        break
      }
      path += " \(argument)"
      known = next.configuration.subcommands
    }
    return path
  }
}
