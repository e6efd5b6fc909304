import CoreAPI
import Essentials
import Foundation
import Imaging
import PluginTestSupport
import SharedTestSupport
import TensorFiles

@testable import External

/// A folder of another program's files for two images of 8×5 pixels, "a" with cat and "b" with dog.
struct ExternalFixture: SegmentationDataset {
  static let size = ImageSize(width: 8, height: 5)

  let folder: String

  let name = "two images"
  let classes = ClassList(foreground: ["cat", "dog", "cow"])
  let fingerprint = "two images"

  func sampleIDs(in split: String) throws -> [String] { ["a", "b"] }

  func image(of id: String) throws -> RGBImage {
    RGBImage(
      width: Self.size.width, height: Self.size.height, red: 1, green: id == "a" ? 2 : 3, blue: 4)
  }

  func labels(of id: String) throws -> ImageLabels {
    ImageLabels(indices: [id == "a" ? 1 : 2], foregroundCount: 3)
  }

  func groundTruth(of id: String) throws -> LabelMap {
    LabelMap(width: Self.size.width, height: Self.size.height, filledWith: 0)
  }

  var images: TrainingSet { TrainingSet(dataset: self, ids: ["a", "b"]) }

  // MARK: - Files

  /// A plane that rises from 0 to `top` over the pixels.
  static func ramp(_ size: ImageSize = size, top: Float = 1) -> [Float] {
    let count = size.width * size.height
    return (0..<count).map { top * Float($0) / Float(count - 1) }
  }

  func writeMask(_ id: String, _ mask: LabelMap) throws {
    try mask.write(to: "\(folder)/\(id).png")
  }

  func writeMask(_ id: String, filledWith index: UInt8, size: ImageSize = size) throws {
    try writeMask(id, LabelMap(width: size.width, height: size.height, filledWith: index))
  }

  /// Writes a file as SEAM does: one map under each class number.
  func writeNumbered(_ id: String, _ maps: [(Int, [Float])], size: ImageSize = size) throws {
    try write(id) { pickle in
      for (number, scores) in maps {
        pickle.integer(number)
        pickle.array(scores, shape: [size.height, size.width])
      }
    }
  }

  /// Writes a file as IRN does: numbers and two stacks of maps.
  func writeKeyed(
    _ id: String, keys: [Int], full: [Float], quarter: [Float]?, size: ImageSize = size
  ) throws {
    try write(id) { pickle in
      pickle.text("keys")
      pickle.array(keys)
      if let quarter {
        let small = size.strided(by: 4)
        pickle.text("cam")
        pickle.array(quarter, shape: [keys.count, small.height, small.width])
      }
      pickle.text("high_res")
      pickle.array(full, shape: [keys.count, size.height, size.width])
    }
  }

  func write(_ id: String, _ items: (inout PickleBuilder) -> Void) throws {
    try AtomicFile.write(PickleBuilder.numPyDictionary(items), to: "\(folder)/\(id).npy")
  }

  // MARK: - Parts

  /// Returns the section of a recipe; `"[a, b]"` is a list.
  func reader(_ values: [String: String] = [:]) throws -> ConfigurationReader {
    try ConfigurationReader(section: values.merging(["folder": folder]) { first, _ in first })
  }

  var part: PartContext { PartContext(classes: classes, seed: 0) }
  var environment: TrainingEnvironment {
    TrainingEnvironment(stage: "test", seed: 0, workDirectory: "")
  }

  func seed(_ id: String, _ values: [String: String] = [:]) throws -> Seed {
    try ExternalSeedGenerator(reader(values), part).seed(
      for: image(of: id), id: id, labels: labels(of: id), in: environment)
  }

  func prediction(_ id: String, _ values: [String: String] = [:]) throws -> LabelMap {
    try ExternalSegmenter(reader(values), part).segment(image(of: id), id: id, in: environment)
  }

  func pseudoMask(
    _ id: String, _ values: [String: String] = [:], classes: [Int] = [1]
  ) throws -> LabelMap {
    let map = ClassActivationMap(
      classes: classes, height: Self.size.height, width: Self.size.width,
      scores: classes.flatMap { _ in Self.ramp() })
    return try ExternalExpander(reader(values), part).expand(
      Seed(fullResolution: map), in: image(of: id), id: id, environment: environment
    ).labelMap
  }
}

/// Runs a body with an empty fixture.
func withFixture(_ body: (ExternalFixture) throws -> Void) throws {
  try withTemporaryFolder { try body(ExternalFixture(folder: $0)) }
}
