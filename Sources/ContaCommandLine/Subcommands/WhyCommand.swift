import ArgumentParser
import Foundation
import Harness

/// `conta why`: says where a number comes from, or why a stage was computed.
struct WhyCommand: ContaSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "why",
    abstract: "Say where a number of a table comes from, or why a stage was computed.",
    discussion: """
      Of a table's cell: the runs and stages behind it, their configuration, the content of data and \
      weights, the version of the code, the numerics profile, and what was learned from besides the \
      labels. R counts the rows below the heading, C the columns of numbers. The table needs the file \
      FILE.json that was written beside it.

      Of a run: which stages were found and which computed, and which input had changed; for a stage \
      that the run had not reached before, in what it differs from the most similar one in its store \
      or cache. Of one of its stages: everything its key is made of.

      EXAMPLES
        conta why table.md:R3C2
        conta why runs/irnet
        conta why runs/irnet train-segmenter
      """)

  @Argument(
    help: ArgumentHelp("A cell of a table, or a run's folder.", valueName: "table:cell|run"),
    completion: .file())
  var subject: String

  @Argument(help: "A stage of the run, for example train-segmenter.")
  var stage: String?

  func run(in program: ContaProgram) throws {
    if let colon = subject.lastIndex(of: ":") {
      let (table, text) = (String(subject[..<colon]), subject[subject.index(after: colon)...])
      if let address = CellAddress(String(text)) {
        return program.output.say(try CellExplanation(table: table, address: address).text)
      }
      if FileManager.default.fileExists(atPath: table) { throw WhyError.badAddress(String(text)) }
    }
    let provenance = TableProvenance.path(ofTable: subject)
    if FileManager.default.fileExists(atPath: provenance) {
      throw WhyError.noAddress(table: subject)
    }
    let explanation = try StageExplanation(runDirectory: subject)
    program.output.say(try stage.map(explanation.text(ofStage:)) ?? explanation.text)
  }
}
