import BuiltinPlugins
import ContaCommandLine
import CoreAPI
import Foundation
import Harness
import Imaging
import SharedTestSupport
import Synchronization
import Testing

@Suite struct ContaProgramTests {
  private struct Refusal: Error, CustomStringConvertible {
    let description = "The first line.\n  The second line."
  }

  private final class Recorder: Sendable {
    let result = Mutex("")
    let messages = Mutex("")
    let runs = Mutex<[RunRequest]>([])
    let worlds = Mutex<[WorldRequest]>([])
  }

  private let recorder = Recorder()
  private let place: TemporaryFolder
  private var folder: String { place.path }

  init() throws { place = try TemporaryFolder() }

  private func run(_ arguments: String...) -> (code: Int32, result: String, messages: String) {
    let recorder = recorder
    let program = ContaProgram(
      actions: ProgramActions(
        run: { request, _ in
          recorder.runs.withLock { $0.append(request) }
          if request.recipes == ["bad.yaml"] { throw Refusal() }
          return "table"
        },
        plugins: {
          [
            PluginSummary(
              role: "seed generator", name: "irnet", summary: "CAMs.",
              ability: "context ports: block5"),
            PluginSummary(role: "segmenter", name: "deeplab-v2", summary: "Masks."),
          ]
        },
        world: { request, _ in recorder.worlds.withLock { $0.append(request) } }),
      output: ProgramOutput(
        result: { text in recorder.result.withLock { $0 += text } },
        message: { text in recorder.messages.withLock { $0 += text } }))
    let code = program.run(arguments)
    return (code, recorder.result.withLock { $0 }, recorder.messages.withLock { $0 })
  }

  @Test func runPassesEveryArgumentOn() {
    let outcome = run(
      "run", "x.yaml", "a.b=1", "c=[1, 2]", "--out", "runs/x", "--steps", "20", "--threads", "2",
      "--device", "cpu", "--seed", "7")
    #expect(outcome == (0, "table\n", ""))
    #expect(
      recorder.runs.withLock { $0 } == [
        RunRequest(
          recipes: ["x.yaml"], overrides: ["a.b=1", "c=[1, 2]"], output: "runs/x", steps: 20,
          threads: 2, device: "cpu", seed: 7)
      ])
  }

  @Test func anErrorIsOneLineAndCodeOne() {
    #expect(
      run("run", "bad.yaml", "--out", "x") == (1, "", "error: The first line. The second line.\n"))
  }

  @Test func unknownArgumentsAreCodeSixtyFour() {
    #expect(
      run("run", "x.yaml") == (
        64, "",
        "error: Missing expected argument '--out <out>'. "
          + "See 'conta run --help'.\n"
      ))
  }

  @Test(arguments: ["--steps", "--threads"])
  func countsMustBePositive(option: String) {
    #expect(
      run("run", "x.yaml", "--out", "o", option, "0") == (
        64, "",
        "error: '\(option) 0' is too "
          + "small. Expected at least 1. See 'conta run --help'.\n"
      ))
  }

  @Test(arguments: [
    "run", "table", "why", "compare", "evaluate", "plugins", "plugin", "world", "cues", "cache",
    "grid", "sweep",
  ])
  func everyHelpShowsAnExample(subcommand: String) {
    let outcome = run(subcommand, "--help")
    #expect(outcome.code == 0)
    #expect(outcome.result.contains("EXAMPLE"))
    #expect(outcome.result.contains("  conta \(subcommand)"))
  }

  @Test func withoutArgumentsItShowsTheSubcommands() {
    let outcome = run()
    #expect(outcome.code == 0)
    #expect(outcome.result.contains("SUBCOMMANDS:"))
    #expect(run("--version").result.hasSuffix("\(ContaProgram.version)\n"))
  }

  @Test func listsPluginsByRole() {
    #expect(
      run("plugins").result
        == "seed generator:\n  irnet       CAMs.\n              context ports: block5\n"
        + "segmenter:\n  deeplab-v2  Masks.\n")
  }

  @Test func saysWhatASeedGeneratorCanDo() throws {
    let plugins = PluginSummary.all(in: try BuiltinPlugins.registry())
    #expect(
      plugins.first { $0.name == "irnet" }?.ability
        == "context ports: block2, block3, block4, block5"
    )
    #expect(plugins.first { $0.name == "external" }?.ability == "no context ports: baselines only")
    #expect(
      plugins.filter { $0.name == "external" }.map(\.role)
        == ["seed generator", "expander", "segmenter"])
  }

  @Test func severalRecipesAreOneRun() {
    #expect(
      run("run", "x.yaml", "a.b=1", "y.yml", "title=z.yaml", "--out", "runs/x").code == 0)
    #expect(
      recorder.runs.withLock { $0 } == [
        RunRequest(
          recipes: ["x.yaml", "y.yml"], overrides: ["a.b=1", "title=z.yaml"], output: "runs/x")
      ])
  }

  @Test(arguments: [
    (
      "My Method",
      "'My Method' is no name for a plugin. Expected lower-case letters and digits, words joined by "
        + "hyphens, a letter first, for example my-method."
    ),
    (
      "2-steps",
      "'2-steps' is no name for a plugin. Expected lower-case letters and digits, words joined by "
        + "hyphens, a letter first, for example my-method."
    ),
    (
      "irnet",
      "A plugin named 'irnet' is registered already. Choose another name; 'conta plugins' lists "
        + "those that are taken."
    ),
    (
      "core-a-p-i",
      "A plugin named 'core-a-p-i' would need a module 'CoreAPI', which exists already. Choose "
        + "another name."
    ),
  ])
  func aNewPluginNeedsAFreeName(name: String, message: String) {
    #expect(run("plugin", "new", name, "--out", "\(folder)/new") == (1, "", "error: \(message)\n"))
    #expect(!FileManager.default.fileExists(atPath: "\(folder)/new"))
  }

  @Test func aNewPluginNeedsAnEmptyFolder() throws {
    try Data().write(to: URL(fileURLWithPath: "\(folder)/file"))
    #expect(
      run("plugin", "new", "my-method", "--out", folder) == (
        1, "",
        "error: '\(folder)' is not empty. Name a new folder with --out, or empty this one first.\n"
      ))
  }

  @Test func aNewPluginNeedsContasPackage() {
    #expect(
      run("plugin", "new", "my-method", "--out", "\(folder)/new", "--conta", folder) == (
        1, "",
        "error: '\(folder)' is not the folder of conta's package. Pass --conta with the folder of a "
          + "checkout, the one that holds Package.swift and Sources/CoreAPI.\n"
      ))
  }

  /// `Examples/MyMethod` is built and tested by itself.
  @Test func aNewPluginIsTheExampleRenamed() throws {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    let new = "\(folder)/new"
    let outcome = run("plugin", "new", "co-segments", "--out", new, "--conta", root.path)
    #expect(
      outcome == (
        0, "",
        "Wrote '\(new)'. Build it with: swift build -c release --package-path \(new)\n"
      ))
    func renamed(_ text: String) -> String {
      text.replacing("MyMethod", with: "CoSegments").replacing("my-method", with: "co-segments")
        .replacing("path: \"../..\"", with: "path: \"\(root.path)\"")
    }
    let example = try files(in: root.appendingPathComponent("Examples/MyMethod").path)
    #expect(example.count == 9)
    #expect(
      try files(in: new)
        == Dictionary(uniqueKeysWithValues: example.map { (renamed($0), renamed($1)) }))
  }

  private func files(in folder: String) throws -> [String: String] {
    var files: [String: String] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder)
    where !path.hasPrefix(".build") && path != "Package.resolved" && path.contains(".") {
      files[path] = try? String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
    }
    return files
  }

  @Test func worldPassesItsArgumentsOn() {
    #expect(run("world", "--out", "w", "--seed", "3", "count=4") == (0, "", "Wrote 'w'.\n"))
    #expect(
      recorder.worlds.withLock { $0 } == [
        WorldRequest(output: "w", overrides: ["count=4"], seed: 3)
      ])
  }

  @Test func tableReadsRunDirectories() throws {
    let evaluation = EvaluationProtocol(
      dataset: "world", split: "train", imageCount: 4, classes: ["background", "cat"])
    try RunResults(records: [
      ResultRecord(
        method: "IRNet", round: 0, seed: 0, column: .pseudoMask, meanIoU: 0.5,
        evaluation: evaluation)
    ]).write(toRunDirectory: folder)
    let outcome = run("table", folder)
    #expect(outcome.code == 0)
    #expect(outcome.result.contains("| IRNet  |   – |                50.0 |         – |"))
    #expect(
      run("table", "\(folder)/none").messages == "error: '\(folder)/none' has no results.json. "
        + "Expected the --out folder of a finished 'conta run'.\n")
  }

  // MARK: - evaluate

  private func write(_ indices: [UInt8], width: Int = 2, to name: String) throws {
    try LabelMap(width: width, height: indices.count / width, indices: indices)
      .write(to: "\(folder)/\(name).png")
  }

  private func evaluate(_ arguments: String...) -> (code: Int32, result: String, messages: String) {
    recorder.result.withLock { $0 = "" }
    recorder.messages.withLock { $0 = "" }
    let program = ContaProgram(
      actions: ProgramActions(
        run: { _, _ in "" }, plugins: { [] }, world: { _, _ in }),
      output: ProgramOutput(
        result: { [recorder] text in recorder.result.withLock { $0 += text } },
        message: { [recorder] text in recorder.messages.withLock { $0 += text } }))
    let code = program.run(
      ["evaluate", "--predictions", "\(folder)/p", "--ground-truth", "\(folder)/g"] + arguments)
    return (code, recorder.result.withLock { $0 }, recorder.messages.withLock { $0 })
  }

  @Test func evaluatePrintsEveryClassAndItsProtocol() throws {
    try write([0, 1, 1, 255], to: "g/a")
    try write([0, 1, 0, 1], to: "p/a")
    try write([0, 0], to: "g/b")
    try write([0, 255], to: "p/b")
    #expect(
      evaluate("--classes", "cat,dog") == (
        0,
        """
        | Class      | IoU (%) | false (%) | missed (%) | true pixels |
        | :--------- | ------: | --------: | ---------: | ----------: |
        | background |   75.00 |     25.00 |       0.00 |           3 |
        | cat        |   50.00 |      0.00 |      50.00 |           2 |
        | dog        |       – |         – |          – |           0 |

        mIoU (%): 62.50
        pixel accuracy (%): 80.00

        2 images, 3 classes with background; mean over the classes that occur or are predicted \
        (present-classes); ground truth 255 is not counted, a predicted 255 is background; \
        false and missed are shares of a class's union.

        """, ""
      ))
    #expect(evaluate("--classes", "cat,dog", "--mean", "all-classes").result.contains(": 41.67\n"))
    #expect(evaluate().result.contains("| 1          |   50.00 |"))
    #expect(
      evaluate("--ignored-predictions", "refused", "--classes", "cat").messages
        == "error: 'b.png': The prediction has class index 255. Expected 0 through 1, or 255 to "
        + "ignore. Check the class list.\n")
  }

  @Test func evaluateSuggestsTheDefinitionThatWasMeant() {
    #expect(
      evaluate("--mean", "all-clases") == (
        64, "",
        "error: The value 'all-clases' is invalid for "
          + "'--mean <mean>': '--mean all-clases' is unknown. Expected one of: all-classes, "
          + "present-classes, ground-truth-classes, recognized-classes. "
          + "Did you mean 'all-classes'? See 'conta evaluate --help'.\n"
      ))
  }

  @Test func evaluateNamesWhatIsMissing() throws {
    #expect(
      evaluate() == (
        1, "",
        "error: '\(folder)/p' is not a folder. "
          + "Expected a folder of PNG label maps.\n"
      ))
    try write([0, 1], to: "g/a")
    try write([0, 1], to: "g/b")
    try write([0, 1], to: "g/c")
    try write([0, 1], to: "p/a")
    #expect(
      evaluate().messages == "error: '\(folder)/p' has no prediction for 'b.png' and for 1 more "
        + "of 3 images. Pass --list to score fewer images.\n")
    let list = "\(folder)/list.txt"
    try Data("/JPEGImages/a.jpg /SegmentationClassAug/a.png\n".utf8)
      .write(to: URL(fileURLWithPath: list))
    #expect(evaluate("--list", list).code == 0)
    try Data("a\nd\n".utf8).write(to: URL(fileURLWithPath: list))
    #expect(
      evaluate("--list", list).messages == "error: '\(folder)/g' has no ground truth for 'd.png' "
        + "of 2 images. Check the list and the folder.\n")
    try Data().write(to: URL(fileURLWithPath: list))
    #expect(
      evaluate("--list", list).messages == "error: '\(list)' names no images. "
        + "Expected PNG label maps in a folder, or names in a list.\n")
  }

  @Test func evaluateNamesTheImageThatDoesNotFit() throws {
    try write([0, 1, 2, 0], to: "g/a")
    try write([0, 1], to: "p/a")
    #expect(
      evaluate().messages == "error: 'a.png': The prediction is 2×1, the ground truth is 2×2. "
        + "Expected equal sizes; predict at the image's size.\n")
    try write([0, 1, 2, 0], to: "p/a")
    #expect(
      evaluate("--classes", "cat").messages == "error: 'a.png': The ground truth has class index "
        + "2. Expected 0 through 1, or 255 to ignore. Check the class list.\n")
    #expect(
      evaluate("--classes", "cat,,dog").messages == "error: 'cat,,dog' is not a list of classes. "
        + "Expected different names separated by commas, in the order of their indices, for example "
        + "cat,dog.\n")
    try Data("no image".utf8).write(to: URL(fileURLWithPath: "\(folder)/p/a.png"))
    #expect(evaluate().messages.hasPrefix("error: '\(folder)/p/a.png' is neither a PNG"))
  }
}
