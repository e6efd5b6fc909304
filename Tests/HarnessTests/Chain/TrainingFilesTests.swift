import BuiltinPlugins
import CoreAPI
import Datasets
import Essentials
import Foundation
import Harness
import Imaging
import PluginTestSupport
import SharedTestSupport
import Testing

/// Files that only a training reads are looked for when the recipe is checked, and for the training
/// images only.
@Suite(.serialized) struct TrainingFilesTests {
  private let run: ChainRun
  private let folder: TemporaryFolder
  private let ids: [String]

  init() throws {
    var registry = try BuiltinPlugins.registry()
    try registry.registerSeedGenerator("minimal", summary: "", ports: [.block5]) { _, part in
      try MinimalSeedGenerator(part)
    }
    run = try ChainRun(registry)
    folder = try TemporaryFolder()
    ids = try ContextWorld(
      ContextWorld.Configuration(width: 48, height: 48, trainingCount: 8, testCount: 4)
    ).sampleIDs(in: "train")
  }

  // MARK: - Saliency maps

  private func writeMaps(of ids: [String]) throws {
    for id in ids {
      try RGBImage(width: 4, height: 4, red: 9, green: 9, blue: 9)
        .writePNG(to: "\(folder.path)/\(id).png")
    }
  }

  private func overrides(_ name: String) -> [String] {
    let values = [
      "sec": "input_size: 33, head_width: 16", "dsrg": "input_size: 33, retraining_steps: 0",
    ]
    return [
      "expander={name: \(name), backbone: tiny, batch_size: 4, \(values[name] ?? ""), "
        + "background: maps, background_maps: \(folder.path)}",
      "segmenter={name: \(name)}",
    ]
  }

  @Test(arguments: ["sec", "dsrg"])
  func mapsAreNeededOfTrainingImagesOnly(name: String) throws {
    try writeMaps(of: ids)
    _ = try run.chain(overrides(name))
    _ = try run.chain(overrides(name) + ["data.scored_split=val"])
    _ = try run.chain(overrides(name) + ["intervention.rounds=1"])
  }

  @Test(arguments: ["sec", "dsrg"])
  func aTrainingImageWithoutAMapIsNamed(name: String) throws {
    try writeMaps(of: Array(ids.dropLast()))
    let id = ids[ids.count - 1]
    expectMessage(
      "There is no saliency map '\(folder.path)/\(id).png'. Expected a PNG for every training "
        + "image, here for '\(id)'. Check 'background_maps', or choose 'background: gradient'."
    ) { _ = try run.chain(overrides(name)) }
  }

  @Test func aSegmenterBehindAnotherExpanderNeedsNone() throws {
    let segmenter = "name: sec, backbone: tiny, batch_size: 4, input_size: 33, head_width: 16"
    _ = try run.chain(["expander={name: none}", "segmenter={\(segmenter)}"])
    #expect(
      message {
        _ = try run.chain([
          "expander={name: none}", "segmenter={\(segmenter), background: activation}",
        ])
      }.hasPrefix("command line: Unknown key 'segmenter.background'."))
  }

  // MARK: - Localization cues

  private var cuePath: String { "\(folder.path)/cues.pickle" }
  private var listPath: String { "\(folder.path)/list.txt" }

  /// Writes cues that mark every cell of a grid of 9×9 as background.
  private func writeCues(of ids: [String]) throws {
    let size = ImageSize(width: 9, height: 9)
    try LocalizationCueFile.write(ids, to: cuePath, list: listPath) { _ in
      LocalizationCues(
        LabelMap(width: 9, height: 9, filledWith: 0), size: size, classCount: 7)
    }
  }

  private func checkCues(_ values: String = "") throws {
    _ = try run.chain([
      "expander={name: sec, backbone: tiny, batch_size: 4, input_size: 33, head_width: 16, "
        + "cues: \(cuePath), cue_list: \(listPath)\(values)}",
      "segmenter={name: sec}",
    ])
  }

  @Test func givenCuesAreReadWhenTheRecipeIsChecked() throws {
    try writeCues(of: ids)
    try checkCues(", cue_grid: 9")
    expectMessage(
      "'\(cuePath)': the marks of all images lie in the first 9 rows and 9 columns. Expected a "
        + "grid of 41×41; set 'cue_grid' to the side of the file's grid."
    ) { try checkCues() }
    try writeCues(of: Array(ids.dropLast()))
    expectMessage(
      "'\(listPath)' does not list image '\(ids[ids.count - 1])'. Name the list that belongs to "
        + "the cues."
    ) { try checkCues(", cue_grid: 9") }
    try AtomicFile.write(Data([0x1F, 0x8B, 8, 0]), to: cuePath)
    expectMessage(
      "The pickle '\(cuePath)' uses gzip compression, which is not read here. Decompress it with "
        + "gunzip."
    ) { try checkCues(", cue_grid: 9") }
    #expect(!FileManager.default.fileExists(atPath: run.path))
  }
}
