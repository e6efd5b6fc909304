import ArgumentParser
import Harness

/// `conta compare`: says what differs between two runs.
struct CompareCommand: ContaSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Say what differs between two runs, in configuration and in numbers.",
    discussion: """
      The first table has every value that differs: configuration, contents of data and weights, \
      seed, versions, numerics profile. The second one has all numbers, their differences, and for \
      runs that were scored on the same images an interval of each difference over these.

      EXAMPLE
        conta compare runs/irnet-seed0 runs/irnet-seed1 --per-class
      """)

  @Argument(help: "A run's folder.", completion: .directory)
  var first: String

  @Argument(help: "Another run's folder.", completion: .directory)
  var second: String

  @Flag(help: "Add the IoU of every class.")
  var perClass = false

  func run(in program: ContaProgram) throws {
    program.output.say(try RunComparison(first, second, showsClasses: perClass).text)
  }
}
