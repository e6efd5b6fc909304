import ArgumentParser
import Foundation
import Harness

/// `conta table`: prints the table of finished runs.
struct TableCommand: ContaSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "table",
    abstract: "Print the table of runs: means over seeds, differences, intervals.",
    discussion: """
      Runs are given by their folders, or by folders that hold them. Seeds of one configuration become \
      a mean with its standard deviation; everything else keeps a row or a column of its own. Rows and \
      columns stand for keys of the configuration, for axes of the grid that the runs are cells of, or \
      for method, intervention, rounds, measure, seed; without --rows and --columns the table has the \
      paper's layout. Where an axis is seed, every seed stands by itself and nothing is averaged.

      Differences to the baseline get an interval and a p-value from two seeds on: seeds, then images \
      are drawn again, and the p-values are adjusted for all differences of the table. "n.s." marks \
      what is not significant, bold the best of a column.

      Numbers that were not measured in one way (data, split, classes, threshold protocol) are refused.

      EXAMPLES
        conta table runs/irnet-seed0 runs/irnet-seed1
        conta table runs --out table.md
        conta table runs --published --per-class --format latex --out table.tex
        conta table runs --rows seed_generator.name,expander.name --columns segmenter.name
        conta table runs --columns rounds
        conta table runs/table1/cells --rows ablation
        conta table runs/table2/cells --rows recipe,seed
        conta why table.md:R2C1
      """)

  @Argument(help: "The folders of runs, or folders that hold them.", completion: .directory)
  var runs: [String]

  @Option(
    help: ArgumentHelp(
      "What the rows stand for, the outermost first, separated by commas.", valueName: "axes"))
  var rows: String?

  @Option(
    help: ArgumentHelp(
      "What the columns stand for, the outermost first, separated by commas.", valueName: "axes"))
  var columns: String?

  @Option(
    help: ArgumentHelp(
      "Where to cut the CAMs instead of where the recipes say: a threshold, 'oracle' (the best one on "
        + "the scored ground truth) or 'heldout-K' (the best one of K images, the others are scored).",
      valueName: "threshold"),
    transform: TableCommand.threshold)
  var camThreshold: CAMThreshold?

  @Flag(help: "Add the IoU of every class.")
  var perClass = false

  @Flag(help: "Put the numbers of the paper's table 2 beside the same methods.")
  var published = false

  @Option(
    help: ArgumentHelp(
      "The format: \(TableFormat.allCases.map(\.rawValue).joined(separator: ", ")); by default that "
        + "of the file's ending, else markdown."),
    transform: { try Choice.parse($0, option: "--format") })
  var format: TableFormat?

  @Option(
    help: "The file to write; FILE.json beside it says where every number comes from.",
    completion: .file())
  var out: String?

  @Option(help: "The number of resamples of intervals, by default at least 2000.")
  var resamples: Int?

  func validate() throws {
    if let resamples, resamples < 100 {
      throw ValidationError("'--resamples \(resamples)' is too small. Expected at least 100.")
    }
  }

  func run(in program: ContaProgram) throws {
    let folders = try RunFolders(runs)
    for path in folders.unfinished {
      program.output.note("'\(path)' is not finished and not in the table.")
    }
    let layout =
      rows == nil && columns == nil
      ? TableLayout.paper : try TableLayout(rows: Self.axes(rows), columns: Self.axes(columns))
    var runs = try folders.finished.map(RunResults.init(runDirectory:))
    var confusions = { (run: RunResults) in try run.confusions() }
    if let camThreshold {
      let rescored = try runs.map { try RescoredRun($0, at: camThreshold) }
      runs = rescored.map(\.results)
      let byName = Dictionary(
        rescored.map { ($0.results.name, $0.confusions) }, uniquingKeysWith: { first, _ in first })
      confusions = { byName[$0.name] ?? nil }
    }
    var table = try ResultTable(runs, layout: layout)
    try table.compare(confusions, resamples: resamples)
    if perClass { try table.addClasses(confusions) }
    if published { table.addPublished() }
    let format = format ?? out.flatMap(TableFormat.init(ofFile:)) ?? .markdown
    let text = try table.text(as: format)
    guard let out else { return program.output.say(text) }
    try table.write(text, to: out)
    program.output.note("Wrote '\(out)'.")
  }

  private static func threshold(_ text: String) throws -> CAMThreshold {
    guard let threshold = CAMThreshold(text) else {
      throw ValidationError(
        "'--cam-threshold \(text)' is unknown. Expected a number in 0...1, 'oracle', or 'heldout-K' with "
          + "a number of images, for example 'heldout-20'.")
    }
    return threshold
  }

  private static func axes(_ text: String?) -> [TableAxis] {
    (text ?? "").split(separator: ",").map {
      TableAxis($0.trimmingCharacters(in: .whitespaces))
    }
  }
}
