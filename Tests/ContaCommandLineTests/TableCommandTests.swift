import Foundation
import Harness
import SharedTestSupport
import Testing

/// `conta table`, `conta why` and `conta compare` on the folder of a real run.
@Suite struct TableCommandTests {
  private let run: TinyRun
  private let folder: TemporaryFolder

  init() throws {
    run = try TinyRun.undisturbed()
    folder = try TemporaryFolder()
  }

  private func conta(_ arguments: String...) throws -> ContaProcess.Outcome {
    try ContaProcess.run(arguments)
  }

  @Test func aTableLeadsBackToItsRun() throws {
    let path = "\(folder.path)/table.md"
    let written = try conta("table", run.path, "--out", path)
    #expect(written == .init(code: 0, result: "", messages: "Wrote '\(path)'.\n"))
    let text = try folder.text(of: "table.md")
    #expect(text == run.text("table.md"))
    #expect(try conta("table", run.path).result == text)

    let why = try conta("why", "\(path):R2C3")
    #expect(why.code == 0)
    #expect(why.result.hasPrefix("R2C3 of '\(path)': Tiny IRNet + CONTA, Seg. Mask (val)\n"))
    #expect(why.result.contains("\n  segmenter.rate: 0.02\n"))
    #expect(why.result.contains("\nnumerics: "))
    // The run's own table does so too.
    let own = try conta("why", "\(run.path)/table.md:R1C1")
    #expect(own.result.contains("round 0 of '"))
    #expect(
      try conta("why", "\(path):second").messages
        == "error: 'second' is no address. Expected row and column of a number, for example R2C3: R "
        + "counts the rows below the heading, C the columns of numbers.\n")
  }

  @Test func cellsOfAGridHaveItsAxes() throws {
    let cells = "\(try TinyGrid.undisturbed().path)/cells"
    let seeds = try conta("table", cells, "--rows", "recipe,seed")
    #expect(seeds.code == 0, "\(seeds.messages)")
    #expect(seeds.result.contains("\n| irnet   | 0    |"))
    #expect(seeds.result.contains("\n| irnet   | 1    |"))
    #expect(!seeds.result.contains("±"))
    #expect(try conta("table", cells, "--columns", "control").code == 0)
    #expect(
      try conta("table", cells, "--rows", "recipes").messages
        == "error: No run has the axis 'recipes'. Expected method, intervention, rounds, measure, seed, "
        + "an axis of the grid (control, recipe) or a key of 'configuration.yaml', for example "
        + "segmenter.name. Did you mean 'recipe'?\n")
  }

  @Test func aCopiedRunNeedsNoStages() throws {
    let copy = "\(folder.path)/copy"
    try FileManager.default.copyItem(atPath: run.path, toPath: copy)
    try FileManager.default.removeItem(atPath: "\(copy)/stages")
    let outcome = try conta("table", copy, "--per-class", "--published", "--format", "json")
    #expect(outcome.code == 0, "\(outcome.messages)")
    #expect(outcome.result.contains("\"classes\" : ["))
  }

  @Test func mapsAreCutAtAnyThresholdWithoutTheirImages() throws {
    let path = "\(folder.path)/cut.md"
    #expect(try conta("table", run.path, "--cam-threshold", "0.3", "--out", path).code == 0)
    let text = try folder.text(of: "cut.md")
    #expect(text.contains("threshold fixed at 0.30"))
    let why = try conta("why", "\(path):R1C1").result
    #expect(why.contains("\n  evaluation.cam_threshold: 0.3\n"))
    #expect(!why.contains("Attention"))

    let sweep = try conta("sweep", run.path, "--out", "\(folder.path)/curves.csv")
    #expect(sweep.code == 0 && sweep.result.contains("one of 60 thresholds from 0.01 to 0.6"))
    let lines = try folder.text(of: "curves.csv").split(separator: "\n")
    #expect(lines.count == 1 + 2 * 60)
    #expect(
      try conta("table", run.path, "--cam-threshold", "best").messages.hasPrefix(
        "error: The value 'best' is invalid for '--cam-threshold <threshold>': '--cam-threshold best' "
          + "is unknown. Expected a number in 0...1, 'oracle', or 'heldout-K' with a number of images, "
          + "for example 'heldout-20'."))
    #expect(
      try conta("sweep", run.path, "--from", "0.5", "--to", "0.2").messages.hasPrefix(
        "error: '--from 0.5 --to 0.2' is no range of thresholds. Expected 0 <= from <= to <= 1."))
    #expect(
      try conta("sweep", run.path, "--by", "0").messages.hasPrefix(
        "error: '--by 0.0' is too small. Expected at least 0.001."))
  }

  @Test func aRunSaysWhatItsStagesAreMadeOf() throws {
    let outcome = try conta("why", run.path)
    #expect(outcome.result.contains("\nround 1\n  confounders "))
    let stage = try conta("why", run.path, "train-segmenter")
    #expect(stage.result.contains("\n  configuration rate: 0.02\n"))
    #expect(stage.result.contains("\n  numerics threads: 2\n"))
  }

  @Test func aRunEqualsItself() throws {
    let outcome = try conta("compare", run.path, run.path)
    #expect(outcome.code == 0)
    #expect(outcome.result.hasPrefix("Nothing but the folder differs"))
  }

  @Test func optionsAreChecked() throws {
    #expect(
      try conta("table", run.path, "--format", "latx").messages
        == "error: The value 'latx' is invalid for '--format <format>': '--format latx' is unknown. "
        + "Expected one of: markdown, latex, csv, json. Did you mean 'latex'? See "
        + "'conta table --help'.\n"
    )
    #expect(
      try conta("table", run.path, "--resamples", "5").messages
        == "error: '--resamples 5' is too small. Expected at least 100. See 'conta table --help'.\n"
    )
  }
}
