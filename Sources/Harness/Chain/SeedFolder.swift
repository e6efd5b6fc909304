import CoreAPI
import Essentials
import Foundation
import TensorFiles

/// A folder with the seed of every image, one file each.
///
/// Scores are stored in half precision: they lie in `0...1`, where its steps are at most 0.0005, far
/// below the steps of any threshold.
struct SeedFolder: SeedSource {
  let path: String

  func file(of id: String) -> String { "\(path)/\(id).safetensors" }

  func contains(_ id: String) -> Bool { FileManager.default.fileExists(atPath: file(of: id)) }

  func write(_ seed: Seed, of id: String) throws {
    try Safetensors.write(
      [
        ("classes", Self.classes(of: seed.fullResolution)),
        ("full", Self.data(of: seed.fullResolution)),
        ("quarter", Self.data(of: seed.quarterResolution)),
      ], metadata: [:], to: file(of: id))
  }

  func seed(of id: String) throws -> Seed {
    let file = try SafetensorsFile(contentsOf: file(of: id))
    let classes = try file.tensor(named: "classes").integers()
    return Seed(
      fullResolution: try Self.map(file.tensor(named: "full"), classes: classes),
      quarterResolution: try Self.map(file.tensor(named: "quarter"), classes: classes))
  }

  private static func classes(of map: ClassActivationMap) -> TensorData {
    TensorData(map.classes.map(Int64.init), dtype: .int64, shape: [map.classes.count])
  }

  private static func data(of map: ClassActivationMap) -> TensorData {
    TensorData(
      map.scores.map { Float16($0) }, dtype: .float16,
      shape: [map.classes.count, map.height, map.width])
  }

  private static func map(_ tensor: TensorData, classes: [Int]) -> ClassActivationMap {
    ClassActivationMap(
      classes: classes, height: tensor.shape[1], width: tensor.shape[2],
      scores: tensor.values(as: Float16.self).map(Float.init))
  }
}
