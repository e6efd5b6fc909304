import BuiltinPlugins
import CoreAPI
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
    guard requireShared("data/voc12_animals/VOC2012") != nil else { return }
    // The recipes name the folder beside the checkout.
    let place = "\(SharedFolder.packageRoot)/../shared/data/voc12_animals/VOC2012"
    guard FileManager.default.fileExists(atPath: place) else {
      print("skipped: \(place) does not exist, and the recipes name it")
      return
    }
    try check(name)
  }

  private func check(_ name: String) throws {
    try withTemporaryFolder { folder in
      let run = try GridRun(
        GridRequest(file: "\(Self.folder)/\(name).yaml", output: "\(folder)/out"),
        progress: SilentProgress())
      try run.check(registry: BuiltinPlugins.registry())
    }
  }
}
