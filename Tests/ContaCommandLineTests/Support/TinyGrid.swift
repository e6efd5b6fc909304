import Foundation
import Harness
import SharedTestSupport
import Testing

/// A grid of the tiny recipe, with and without the intervention, for two seeds.
struct TinyGrid: Sendable {
  /// A grid that nothing disturbed, made once for all tests.
  static func undisturbed() throws -> TinyGrid { try shared.get() }

  private static let shared: Result<TinyGrid, any Error> = Result {
    var grid = try TinyGrid()
    grid.folder.removeAtExit()
    let clock = ContinuousClock()
    let start = clock.now
    let outcome = try grid.finish()
    grid.seconds = (clock.now - start) / .seconds(1)
    #expect(outcome.code == 0, "\(outcome.messages)")
    return grid
  }

  private let folder: TemporaryFolder
  /// The grid's file.
  let file: String
  /// The grid's folder.
  let path: String
  /// How long the undisturbed grid took.
  private(set) var seconds = 0.0

  /// A grid that has not begun; by default the one with four cells.
  init(_ text: String? = nil) throws {
    folder = try TemporaryFolder()
    path = "\(folder.path)/grid"
    file = "\(folder.path)/grid.yaml"
    try folder.write(
      text ?? """
        title: Tiny grid
        recipes: \(TinyRun.recipe)
        controls: [baseline, conta]
        seeds: 2
        threads: 1
        values: {runtime.checkpoint_interval: 0}
        """, to: "grid.yaml")
  }

  /// Starts the grid or goes on with it.
  func start(
    _ arguments: [String] = ["--jobs", "2"], environment: [String: String] = [:]
  ) throws -> ContaProcess {
    try ContaProcess(["grid", file, "--out", path] + arguments, environment: environment)
  }

  /// Runs to the end.
  @discardableResult func finish(
    _ arguments: [String] = ["--jobs", "2"]
  ) throws -> ContaProcess.Outcome {
    try start(arguments).outcome()
  }

  // MARK: - What it left

  /// The names of the cells.
  func cells() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(path)/cells").sorted()
  }

  /// The text of a file.
  func text(_ name: String) -> String {
    String(
      decoding: FileManager.default.contents(atPath: "\(path)/\(name)") ?? Data(), as: UTF8.self)
  }

  /// What the stages of all cells did.
  func events() throws -> [StageEvent] {
    try cells().flatMap { try StageEventLog(path: "\(path)/cells/\($0)/events.jsonl").events() }
  }

  /// The published stages: the manifest of every folder of the cache, by the folder's name.
  func manifests() throws -> [String: String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(path)/cache/stages")
    return Dictionary(
      uniqueKeysWithValues: names.map { ($0, text("cache/stages/\($0)/manifest.json")) })
  }
}
