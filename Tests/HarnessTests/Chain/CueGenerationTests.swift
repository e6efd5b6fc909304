import BuiltinPlugins
import CoreAPI
import Foundation
import Harness
import Imaging
import SharedTestSupport
import Testing

/// `conta cues` from a recipe to the public files.
@Suite(.serialized) struct CueGenerationTests {
  private func request(_ recipe: String, in folder: TemporaryFolder) -> CueRequest {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    return CueRequest(
      recipe: root.appendingPathComponent("recipes/tiny/\(recipe).yaml").path,
      directory: "\(folder.path)/run", output: "\(folder.path)/cues.pickle",
      list: "\(folder.path)/list.txt", steps: 1, threads: 2)
  }

  @Test func writesTheCuesOfEveryTrainingImage() throws {
    let folder = try TemporaryFolder()
    let request = request("sec", in: folder)
    let registry = try BuiltinPlugins.registry()
    let count = try CueGeneration.run(request, registry: registry, progress: SilentProgress())
    #expect(count == 24)
    let names = try folder.text(of: "list.txt").split(separator: "\n")
      .map { String($0.prefix { $0 != "." }) }
    #expect(names.count == 24)
    let file = try LocalizationCueFile(
      contentsOf: request.output, list: request.list, classCount: 7,
      size: ImageSize(width: 13, height: 13))
    #expect(file.count == 24)
    for name in names { #expect(try file.cues(of: name).classCount == 7) }

    // The second time everything comes from the run's folder.
    let first = try Data(contentsOf: URL(fileURLWithPath: request.output))
    _ = try CueGeneration.run(request, registry: registry, progress: SilentProgress())
    #expect(try Data(contentsOf: URL(fileURLWithPath: request.output)) == first)

    // Behind given cues there are none to make.
    var again = request
    again.directory = "\(folder.path)/again"
    again.overrides = [
      "expander.cues=\(request.output)", "expander.cue_list=\(request.list)",
      "expander.cue_grid=13",
    ]
    expectMessage(
      "The expander 'sec' learns from the cues of '\(request.output)', so there are none to make. "
        + "Remove 'expander.cues' from the recipe to make them."
    ) { _ = try CueGeneration.run(again, registry: registry, progress: SilentProgress()) }
    #expect(!FileManager.default.fileExists(atPath: again.directory))
  }

  @Test func expanderWithoutCuesIsRefused() throws {
    let folder = try TemporaryFolder()
    #expect(
      message {
        _ = try CueGeneration.run(
          request("irnet", in: folder), registry: BuiltinPlugins.registry(),
          progress: SilentProgress())
      }
        == "The expander 'irnet' does not learn from localization cues. "
        + "Name one that does in the recipe, for example 'expander.name=sec'.")
  }
}
