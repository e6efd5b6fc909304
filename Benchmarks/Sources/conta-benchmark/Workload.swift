import Foundation
import Imaging
import Tensors

/// One computation that is timed here and in the peers.
enum Workload: String, CaseIterable {
  case crf3Labels = "crf-3"
  case crf21Labels = "crf-21"
  case randomWalk = "walk"
  case classifierStep = "classifier-step"

  /// What the table calls it.
  var title: String {
    switch self {
    case .crf3Labels: "dense CRF, 375×500, 3 labels, IRN setting, 10 iterations"
    case .crf21Labels: "dense CRF, 375×500, 21 labels, SEC setting, 10 iterations"
    case .randomWalk: "random walk, 94×125, radius 5, exponent 10, 256 steps, 3 classes"
    case .classifierStep: "classifier step, MobileNetV2, 16 crops of 320×320, front stages frozen"
    }
  }

  /// The peer script, what it measures, and whether it can use several threads.
  var peer: (script: String, name: String, usesThreads: Bool) {
    switch self {
    case .crf3Labels, .crf21Labels: ("dense_crf.py", "pydensecrf", false)
    case .randomWalk: ("random_walk.py", "SciPy sparse", false)
    case .classifierStep: ("classifier_step.py", "PyTorch", true)
    }
  }

  /// Prepares the inputs and returns the computation.
  func prepared(threads: Int) throws -> () throws -> Double {
    switch self {
    case .crf3Labels, .crf21Labels:
      let (image, energies, parameters) = crfInputs
      return {
        let crf = DenseCRF(image: image, parameters: parameters, threads: threads)
        return Double(crf.infer(energies)[0])
      }
    case .randomWalk:
      let (boundaryMap, activations) = walkInputs
      return {
        let walk = RandomWalk(
          boundaryMap: boundaryMap, height: 94, width: 125, radius: 5, affinityExponent: 10,
          threads: threads)
        return Double(walk.propagate(activations, doublings: 8)[0])
      }
    case .classifierStep:
      Runtime.setThreadCount(threads)
      Runtime.keepFreedMemory()
      let step = try ClassifierStep()
      return { try step.run() }
    }
  }

  /// Writes the inputs as raw arrays and their description as JSON, for a peer.
  func writeInputs(to folder: URL) throws {
    var description: [String: Any] = [:]
    func write<Element>(_ values: [Element], _ name: String) throws {
      try values.withUnsafeBytes { Data($0) }.write(to: folder.appending(path: name))
    }
    switch self {
    case .crf3Labels, .crf21Labels:
      let (image, energies, parameters) = crfInputs
      try write(image.pixels, "image.u8")
      try write(energies.values, "energies.f32")
      description = [
        "height": image.height, "width": image.width, "labels": energies.labelCount,
        "gaussian_sxy": parameters.smoothnessDeviation,
        "gaussian_compat": parameters.smoothnessWeight,
        "bilateral_sxy": parameters.appearanceDeviation,
        "bilateral_srgb": parameters.colorDeviation,
        "bilateral_compat": parameters.appearanceWeight,
        "iterations": parameters.iterationCount,
      ]
    case .randomWalk:
      let (boundaryMap, activations) = walkInputs
      try write(boundaryMap, "boundary.f32")
      try write(activations, "activations.f32")
      let paths = PathIndex(radius: 5).paths.map { path in
        path.points.map { [$0.rows, $0.columns] }
      }
      description = [
        "height": 94, "width": 125, "classes": 3, "exponent": 10, "steps": 256, "paths": paths,
      ]
    case .classifierStep:
      let step = try ClassifierStep()
      try write(step.images.floats(), "images.f32")
      for (name, values) in try step.weights() { try write(values, "\(name).f32") }
      description = ["batch": ClassifierStep.batch, "side": ClassifierStep.side]
    }
    try JSONSerialization.data(withJSONObject: description)
      .write(to: folder.appending(path: "inputs.json"))
  }

  private var crfInputs: (RGBImage, UnaryEnergies, DenseCRFParameters) {
    var scene = SyntheticScene(width: 500, height: 375, seed: 1)
    let image = scene.image()
    let labelCount = self == .crf3Labels ? 3 : 21
    let energies = UnaryEnergies(
      values: scene.energies(labelCount: labelCount), labelCount: labelCount)
    return (image, energies, self == .crf3Labels ? .irnLabels : .secInference)
  }

  private var walkInputs: ([Float], [Float]) {
    var scene = SyntheticScene(width: 125, height: 94, seed: 2)
    return (scene.boundaryMap(), scene.activations(classCount: 3))
  }
}
