import ContaCommandLine
import CoreAPI
import Foundation
import SharedTestSupport
import Testing

@Suite struct WorldWriterTests {
  private let place: TemporaryFolder
  private var folder: String { "\(place.path)/world" }

  init() throws { place = try TemporaryFolder() }

  @Test func writesAWorldOfTheAskedSize() throws {
    try WorldWriter.write(
      WorldRequest(
        output: folder,
        overrides: ["training_images=2", "test_images=1", "width=48", "height=48"], seed: 4),
      progress: SilentProgress())
    let masks = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/SegmentationClass")
    #expect(masks.count == 3)
  }

  @Test func refusesWhatItDoesNotKnow() {
    #expect {
      try WorldWriter.write(
        WorldRequest(output: folder, overrides: ["widt=48"]), progress: SilentProgress())
    } throws: {
      "\($0)" == "command line: Unknown key 'widt'. Did you mean 'width'? Keys of the recipe: "
        + "height, layout_strength, partner_strength, seed, stuff_strength, test_images, "
        + "training_images, width."
    }
    #expect(!FileManager.default.fileExists(atPath: folder))
  }
}
