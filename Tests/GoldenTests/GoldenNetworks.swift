import Imaging
import SharedTestSupport
import TensorFiles
import Tensors
import Testing

/// Loads the generated weights of a case into a network that has exactly these tensors.
func load(
  _ c: GoldenCase, into store: ParameterStore, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let tensors = Dictionary(uniqueKeysWithValues: try c.network().tensors())
  let report = try store.load(tensors)
  #expect(report.isComplete, "Case \(c.id): \(report)", sourceLocation: sourceLocation)
}

/// Compares every gradient of the case: its norm, and 64 of its elements (all if there are fewer).
func expectGradients(
  of store: ParameterStore, in c: GoldenCase, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  for output in c.outputNames {
    let parts = output.split(separator: ".", maxSplits: 1).map(String.init)
    guard let kind = parts.first, kind == "gradnorm" || kind == "grad64" else { continue }
    let parameter = try #require(store[parts[1]], "\(output)", sourceLocation: sourceLocation)
    let gradient = try #require(
      parameter.value.gradient, "\(output)", sourceLocation: sourceLocation
    ).doubles()
    if kind == "gradnorm" {
      let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
      try c.expect([norm], matches: output, sourceLocation: sourceLocation)
    } else {
      try c.expect(sampled(gradient), matches: output, sourceLocation: sourceLocation)
    }
  }
}

/// Returns the elements that the golden files keep: at `i * n / 64 + (i * 7919) mod (n / 64)`.
private func sampled(_ gradient: [Double]) -> [Double] {
  let count = gradient.count
  guard count > 64 else { return gradient }
  return (0..<64).map { gradient[$0 * count / 64 + ($0 * 7919) % (count / 64)] }
}

/// Returns the rows and columns of maps `[batch, channels, height, width]` that an output keeps.
func kept(_ maps: Tensor, as output: String, in c: GoldenCase) throws -> Tensor {
  let step = try c.keptStep(of: output)
  func indices(_ count: Int) throws -> Tensor {
    let values = stride(from: 0, to: count, by: step).map(Int64.init)
    return try Tensor(values, shape: [values.count])
  }
  return try maps.indexSelected(along: 2, indices: indices(maps.shape[2]))
    .indexSelected(along: 3, indices: indices(maps.shape[3]))
}

/// Returns the images of `[count, height, width, 3]` or `[height, width, 3]`, blue first.
func bgrImages(_ data: TensorData) throws -> [RGBImage] {
  let (height, width) = (data.shape[data.shape.count - 3], data.shape[data.shape.count - 2])
  let samples = data.values(as: UInt8.self)
  return stride(from: 0, to: samples.count, by: height * width * 3).map { start in
    var pixels = Array(samples[start..<start + height * width * 3])
    for i in stride(from: 0, to: pixels.count, by: 3) { pixels.swapAt(i, i + 2) }
    return RGBImage(width: width, height: height, pixels: pixels)
  }
}

/// Returns the images of `[count, height, width, 3]` or `[height, width, 3]`, red first.
func rgbImages(_ data: TensorData) throws -> [RGBImage] {
  try bgrImages(data).map { image in
    var image = image
    for i in stride(from: 0, to: image.pixels.count, by: 3) { image.pixels.swapAt(i, i + 2) }
    return image
  }
}
