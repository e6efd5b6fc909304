import CoreAPI
import Networks
import SharedTestSupport
import TensorFiles
import Tensors
import Testing

/// What ResNet-38 has that other backbones have not: dropout, activations in front, its own file.
@Suite(.serialized) struct ResNet38Tests {
  private func stageOutput(
    _ backbone: ResNet38, _ index: Int, _ input: Tensor, sampleSeeds: [UInt64]?
  ) throws -> [Float] {
    try withoutGradient {
      try backbone.stage(index, input, statistics: .stored, sampleSeeds: sampleSeeds).floats()
    }
  }

  @Test func dropoutDependsOnTheSeedOfTheSample() throws {
    let backbone = try ResNet38(ParameterStore(seed: 1).root)
    let single = try Tensor.uniform([1, 1024, 3, 2], in: 0...1, seed: 2)
    let pair = try Tensor.concatenate([single, single], along: 0)
    let plain = try stageOutput(backbone, 5, pair, sampleSeeds: nil)
    let dropped = try stageOutput(backbone, 5, pair, sampleSeeds: [7, 8])
    let half = plain.count / 2
    #expect(plain[..<half].elementsEqual(plain[half...]))
    #expect(!dropped[..<half].elementsEqual(dropped[half...]) && dropped != plain)
    #expect(try stageOutput(backbone, 5, pair, sampleSeeds: [7, 8]) == dropped)
  }

  @Test func sideBranchesReadActivatedFeatures() throws {
    let backbone = try ResNet38(ParameterStore(seed: 1).root)
    let image = try Tensor.normal([1, 3, 24, 17], seed: 2)
    try withoutGradient {
      let outputs = try backbone.outputs(of: backbone.sideStages, for: image)
      #expect(outputs.map { $0.shape[1] } == [512, 1024, 4096])
      for (output, stage) in zip(outputs, backbone.sideStages) {
        let read = try backbone.activated(output, ofStage: stage)
        #expect(try read.min().item() >= 0)
        let isActivated = try output.min().item() >= 0
        #expect(isActivated == (stage == 5))
      }
      #expect(try backbone.activated(outputs[2], ofStage: 5).floats() == outputs[2].floats())
    }
  }

  @Test func readsItsWeightsFromTheFileOfMXNet() throws {
    let trained = ParameterStore(seed: 2)
    _ = try ResNet38(trained.root)
    try withTemporaryFolder { folder in
      // The same tensors under the names of the published file; safetensors spares a writer.
      let path = "\(folder)/r38.safetensors"
      var tensors = try trained.stateDictionary().map { (mxnetName(of: $0.0), $0.1) }
      tensors.append(
        ("arg:linear1000_bias", TensorData([1] as [Float], dtype: .float32, shape: [1])))
      try Safetensors.write(tensors, to: path)
      let store = ParameterStore(seed: 1)
      _ = try ResNet38(store.root)
      let head = try Conv2D(
        store.root / "fc8", inChannels: 4096, outChannels: 2, kernel: 1, bias: false)
      let initial = try head.weight.value.floats()
      let record = try BackboneKind.resNet38.loadWeights(
        path, at: "", besides: ["fc8"], into: store, use: "test"
      ).record
      #expect(record.kind == "weights" && record.source == path)
      for (name, data) in try trained.stateDictionary() {
        #expect(try store[name]?.value.data() == data, "\(name)")
      }
      #expect(try head.weight.value.floats() == initial)

      try Safetensors.write(tensors.filter { !$0.0.contains("bn7") }, to: path)
      expectMessage(
        """
        The weight file '\(path)' does not fit the backbone 'resnet38': 16 tensors are missing, the \
        first is 'b7.bn_branch2a.weight'. Name a file of this network.
        """
      ) {
        _ = try BackboneKind.resNet38.loadWeights(
          path, at: "", besides: ["fc8"], into: store, use: "test")
      }
    }
  }

  /// The name of the published file for one of ours, `arg:res3b1_branch2a_weight` for
  /// `b3_1.conv_branch2a.weight`.
  private func mxnetName(of name: String) -> String {
    let parts = name.split(separator: ".").map(String.init)
    let isNorm = parts.contains { $0.hasPrefix("bn") }
    let suffixes =
      isNorm
      ? [
        "weight": "gamma", "bias": "beta", "running_mean": "moving_mean",
        "running_var": "moving_var",
      ] : ["weight": "weight"]
    let suffix = suffixes[parts[parts.count - 1]] ?? ""
    let kind = suffix.hasPrefix("moving") ? "aux" : "arg"
    guard parts.count == 3 else { return "\(kind):\(parts[0])_\(suffix)" }
    let place = parts[0].dropFirst().split(separator: "_")
    let block = place.count == 1 ? "\(place[0])a" : "\(place[0])b\(place[1])"
    let layer = parts[1].split(separator: "_")
    return "\(kind):\(isNorm ? "bn" : "res")\(block)_\(layer[1])_\(suffix)"
  }
}
