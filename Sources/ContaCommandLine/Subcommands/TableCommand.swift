import ArgumentParser
import Harness

/// `conta table`: prints the table of finished runs.
struct TableCommand: ContaSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "table",
    abstract: "Print the table of one or several runs, in Markdown.",
    discussion: """
      Several seeds of one method become a mean with its standard deviation. Numbers that were not \
      measured in one way (split, classes, threshold protocol) are refused, and so are runs of one \
      row that differ in more than the seed; another title gives a run a row of its own.

      EXAMPLE
        conta table runs/irnet-seed0 runs/irnet-seed1
      """)

  @Argument(help: "The folders of runs.", completion: .directory)
  var runs: [String]

  func run(in program: ContaProgram) throws {
    program.output.say(try ResultTable(runs.map(RunResults.init(runDirectory:))).markdown)
  }
}
