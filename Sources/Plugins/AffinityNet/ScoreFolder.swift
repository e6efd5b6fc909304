import Foundation
import Imaging
import TensorFiles

/// A folder with the scores of every training image, in half precision.
///
/// A photograph of 500×375 pixels with two classes takes 2.3 MB.
struct ScoreFolder: Sendable {
  let path: String

  func contains(_ id: String) -> Bool { FileManager.default.fileExists(atPath: file(of: id)) }

  func write(_ scores: AffinityLabels.Scores, of id: String) throws {
    try Safetensors.write(
      [("low", Self.data(of: scores.low)), ("high", Self.data(of: scores.high))],
      to: file(of: id))
  }

  func scores(of id: String) throws -> AffinityLabels.Scores {
    let file = try SafetensorsFile(contentsOf: file(of: id))
    return AffinityLabels.Scores(
      low: Self.planes(try file.tensor(named: "low")),
      high: Self.planes(try file.tensor(named: "high")))
  }

  private func file(of id: String) -> String { "\(path)/\(id).safetensors" }

  private static func data(of planes: PlanarImage) -> TensorData {
    TensorData(
      planes.planes.map { Float16($0) }, dtype: .float16,
      shape: [planes.channels, planes.height, planes.width])
  }

  private static func planes(_ data: TensorData) -> PlanarImage {
    PlanarImage(
      channels: data.shape[0], height: data.shape[1], width: data.shape[2],
      planes: data.values(as: Float16.self).map(Float.init))
  }
}
