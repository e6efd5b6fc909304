import CoreAPI
import Essentials
import Foundation
import Imaging
import TensorFiles

/// A folder with the seed of every image, one file each.
///
/// Scores are stored in ``ScoreLevel/count`` levels, the planes of all classes beneath each other in
/// one gray PNG stream: an eighth of the bytes of half precision. Every stage reads what is stored,
/// also in the run that computed it.
struct SeedFolder: SeedSource {
  /// What the files are made of, part of the key of the stage that writes them.
  static let encoding = "201 levels, PNG"

  let path: String

  func file(of id: String) -> String { "\(path)/\(id).safetensors" }

  func contains(_ id: String) -> Bool { FileManager.default.fileExists(atPath: file(of: id)) }

  func write(_ seed: Seed, of id: String) throws {
    let classes = seed.fullResolution.classes
    let maps = [seed.fullResolution, seed.quarterResolution]
    try Safetensors.write(
      [
        (
          "classes",
          TensorData(classes.map(Int64.init), dtype: .int64, shape: [classes.count])
        ),
        (
          "sizes",
          TensorData(
            maps.flatMap { [Int64($0.height), Int64($0.width)] }, dtype: .int64, shape: [2, 2])
        ),
        ("full", try Self.data(of: maps[0])), ("quarter", try Self.data(of: maps[1])),
      ], metadata: [:], to: file(of: id))
  }

  func seed(of id: String) throws -> Seed {
    let path = file(of: id)
    let file = try SafetensorsFile(contentsOf: path)
    let classes = try file.tensor(named: "classes").integers()
    let sizes = try file.tensor(named: "sizes").integers()
    func map(_ name: String, height: Int, width: Int) throws -> ClassActivationMap {
      ClassActivationMap(
        classes: classes, height: height, width: width,
        scores: classes.isEmpty
          ? []
          // The planes of several classes may be more than an image may have.
          : try LabelMap(
            decoding: file.tensor(named: name).bytes, name: path,
            largest: height * width * classes.count
          ).indices.map { ScoreLevel.scores[Int($0)] })
    }
    return Seed(
      fullResolution: try map("full", height: sizes[0], width: sizes[1]),
      quarterResolution: try map("quarter", height: sizes[2], width: sizes[3]))
  }

  /// The planes of a map as a PNG stream, nothing for a map without classes.
  private static func data(of map: ClassActivationMap) throws -> TensorData {
    let bytes =
      map.classes.isEmpty
      ? Data()
      : try GrayImage(
        width: map.width, height: map.classes.count * map.height,
        samples: map.scores.map(ScoreLevel.level)
      ).pngData()
    return TensorData(dtype: .uint8, shape: [bytes.count], bytes: bytes)
  }
}
