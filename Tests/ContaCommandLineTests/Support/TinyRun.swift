import Foundation
import Harness
import SharedTestSupport
import Testing

/// A run of the tiny recipe in a folder.
struct TinyRun: Sendable {
  /// The recipe.
  static let recipe: String = {
    var url = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    for _ in 0..<4 { url.deleteLastPathComponent() }
    return url.appendingPathComponent("recipes/tiny/irnet.yaml").path
  }()

  /// A run that nothing disturbed, made once for all tests.
  static func undisturbed() throws -> TinyRun { try shared.get() }

  private static let shared: Result<TinyRun, any Error> = Result {
    let folder = try TemporaryFolder()
    folder.removeAtExit()
    var run = TinyRun(folder: folder, path: "\(folder.path)/run")
    let clock = ContinuousClock()
    let start = clock.now
    let outcome = try run.finish()
    run.seconds = (clock.now - start) / .seconds(1)
    #expect(outcome.code == 0, "\(outcome.messages)")
    return run
  }

  private let folder: TemporaryFolder
  /// The run directory.
  let path: String
  /// How long the undisturbed run took.
  private(set) var seconds = 0.0

  /// A run that has not begun.
  init() throws {
    folder = try TemporaryFolder()
    path = "\(folder.path)/run"
  }

  private init(folder: TemporaryFolder, path: String) {
    self.folder = folder
    self.path = path
  }

  /// A run that begins with all that the undisturbed one left.
  static func copyOfUndisturbed() throws -> TinyRun {
    let run = try TinyRun()
    try FileManager.default.copyItem(atPath: undisturbed().path, toPath: run.path)
    try FileManager.default.removeItem(atPath: "\(run.path)/events.jsonl")
    return run
  }

  /// The command's arguments.
  func arguments(_ overrides: [String]) -> [String] {
    ["run", Self.recipe] + overrides + ["--out", path]
  }

  /// Starts the run or goes on with it.
  func start(_ overrides: [String] = []) throws -> ContaProcess {
    try ContaProcess(arguments(overrides))
  }

  /// Runs to the end.
  @discardableResult func finish(_ overrides: [String] = []) throws -> ContaProcess.Outcome {
    try start(overrides).outcome()
  }

  // MARK: - What it left

  /// The bytes of a file, none if it is not there.
  func data(_ name: String) -> Data {
    FileManager.default.contents(atPath: "\(path)/\(name)") ?? Data()
  }

  /// The text of a file.
  func text(_ name: String) -> String { String(decoding: data(name), as: UTF8.self) }

  /// What its stages did, oldest first.
  func events() throws -> [StageEvent] { try StageEventLog(path: "\(path)/events.jsonl").events() }

  /// The published stages: the manifest of every folder, by the folder's name.
  func manifests() -> [String: Data] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/stages")) ?? []
    return Dictionary(
      uniqueKeysWithValues: names.map { ($0, data("stages/\($0)/manifest.json")) })
  }

  /// The folder of the stage of a name in a round, by the order in which its stages were reached.
  func stage(_ name: String, round: Int) throws -> String {
    var keys: [String] = []
    for event in try events() where event.stage == name && !keys.contains(event.key) {
      keys.append(event.key)
    }
    let key = try #require(keys.dropFirst(round).first, "No stage \(name) of round \(round)")
    return "\(name)-\(key.prefix(16))"
  }

  /// The names and hashes of a stage's files, without the key and the description behind them.
  func files(ofStage name: String, round: Int) throws -> [String] {
    struct Manifest: Decodable {
      struct File: Decodable {
        var path: String
        var sha256: String
      }
      var files: [File]
    }
    let data = data("stages/\(try stage(name, round: round))/manifest.json")
    return try JSONDecoder().decode(Manifest.self, from: data).files.map {
      "\($0.sha256) \($0.path)"
    }
  }
}
