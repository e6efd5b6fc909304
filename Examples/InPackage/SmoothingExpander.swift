import CoreAPI
import Imaging
import Tensors

/// Averages every class's map over a square window, and cuts the result at a background score.
///
/// ```
/// S(y, x) = mean of CAM over the window [y - radius, y + radius] × [x - radius, x + radius],
///           as much of it as lies inside of the image
/// ```
final class SmoothingExpander: Expander {
  /// Nothing is learned.
  let parameters: ParameterStore
  private let radius: Int
  private let backgroundScore: Double

  init(_ reader: ConfigurationReader, _ part: PartContext) throws {
    radius = try reader.int("radius", default: 4, in: 0...256)
    backgroundScore = try reader.double("background_score", default: 0.15, in: 0...1)
    try reader.finish()
    parameters = ParameterStore(seed: part.seed, device: part.device)
  }

  /// The values that were chosen by hand.
  var supervision: [SupervisionRecord] {
    [
      SupervisionRecord(
        kind: "threshold", use: "smoothing, background score", source: "\(backgroundScore)")
    ]
  }

  func train(
    on set: TrainingSet, seeds: any SeedSource, in environment: TrainingEnvironment
  ) throws {}

  func expand(
    _ seed: Seed, in image: RGBImage, environment: TrainingEnvironment
  ) throws -> PseudoMask {
    PseudoMask(
      labelMap: smoothed(seed.fullResolution).labelMap(backgroundScore: Float(backgroundScore)))
  }

  /// Returns a map averaged over the window, rows first and columns after them.
  func smoothed(_ map: ClassActivationMap) -> ClassActivationMap {
    var result = map
    let (height, width) = (map.height, map.width)
    for plane in map.classes.indices {
      let start = plane * height * width
      for row in 0..<height {
        average(&result.scores, from: start + row * width, step: 1, count: width)
      }
      for column in 0..<width {
        average(&result.scores, from: start + column, step: width, count: height)
      }
    }
    return result
  }

  /// Averages one row or column in place, with sums from its beginning.
  private func average(_ scores: inout [Float], from start: Int, step: Int, count: Int) {
    var sums: [Double] = [0]
    for i in 0..<count { sums.append(sums[i] + Double(scores[start + i * step])) }
    for i in 0..<count {
      let (first, end) = (max(i - radius, 0), min(i + radius + 1, count))
      scores[start + i * step] = Float((sums[end] - sums[first]) / Double(end - first))
    }
  }
}
