import BuiltinPlugins
import CoreAPI
import Datasets
import Foundation
import Harness
import SharedTestSupport
import Testing

/// The grids of this repository, checked as `conta grid` does before any work.
@Suite(.serialized) struct ShippedGridTests {
  private static let folder = "\(SharedFolder.packageRoot)/recipes/grids"

  @Test(arguments: ["demo", "table1-tiny", "table1-world", "table2-tiny", "table2-world"])
  func everyCellOfAGeneratedWorldCanRun(name: String) throws {
    try check(name)
  }

  /// Pretrained networks are frozen at the front, where a port would be in vain.
  @Test(arguments: ["table1-animals", "table2-animals"])
  func everyCellOfPhotographsCanRun(name: String) throws {
    guard requireShared("data/voc12_animals/VOC2012") != nil,
      requireShared("data/weights") != nil
    else { return }
    // The recipes name a folder beside the checkout; beside a copy of them it is the tests' one.
    try withTemporaryFolder { place in
      let manager = FileManager.default
      for folder in ["checkout", "shared"] {
        try manager.createDirectory(
          atPath: "\(place)/\(folder)", withIntermediateDirectories: false)
      }
      try manager.copyItem(
        atPath: "\(SharedFolder.packageRoot)/recipes", toPath: "\(place)/checkout/recipes")
      try manager.createSymbolicLink(
        atPath: "\(place)/shared/data",
        withDestinationPath: URL(fileURLWithPath: SharedFolder.location(of: "data")).path)
      try check(name, in: "\(place)/checkout/recipes/grids")
    }
  }

  /// A small world in VOC's layout stands for the data, and small networks for those of the papers:
  /// everything that the recipes say is read, and all cells are built.
  @Test(arguments: [("table1-voc", "SEAM"), ("table2-voc", "SEAM, IRNet")])
  func everyCellOfVOCCanRun(name: String, withSegmenters recipes: String) throws {
    let place = try TemporaryFolder()
    try withExtendedLifetime(place) {
      // As many images as the largest batch needs.
      try ContextWorld(
        ContextWorld.Configuration(width: 48, height: 48, trainingCount: 40, testCount: 4)
      ).write(to: "\(place.path)/VOC2012")
      try place.write(
        """
        base: \(Self.folder)/\(name).yaml
        values:
          data.root: \(place.path)/VOC2012
          data.training_split: train
          seed_generator.backbone: tiny
          expander.backbone: tiny
        when: [{recipe: [\(recipes)], values: {segmenter.backbone: tiny}}]

        """, to: "grid.yaml")
      try check("grid", in: place.path)
    }
  }

  private func check(_ name: String, in grids: String = ShippedGridTests.folder) throws {
    try withTemporaryFolder { folder in
      let run = try GridRun(
        GridRequest(file: "\(grids)/\(name).yaml", output: "\(folder)/out"),
        registry: BuiltinPlugins.registry(), progress: SilentProgress())
      try run.check()
    }
  }
}
