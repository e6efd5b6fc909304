import CoreAPI
import Essentials
import Imaging
import PluginTestSupport
import SharedTestSupport
import TensorFiles
import Tensors
import Testing

@testable import DeepLab
@testable import Networks

/// DeepLab-v2 with its scale pyramid against runs of the reference.
@Suite(.serialized) struct DeepLabGoldenTests {
  @Test func pyramidMatchesTheReference() throws {
    try golden("deeplabv2_forward") { c in
      let scales = scales(of: c, behind: "logits_")
      let segmenter = try segmenter(c, scales)
      let image = try #require(try bgrImages(try c.input("image_bgr")).first)
      let input = try Tensor.batch([Normalization.deepLab(image)], on: .cpu)
      try withoutGradient {
        guard case .dilatedResNet(let network) = segmenter.network.trunk else {
          Issue.record("The default trunk is not the dilated ResNet")
          return
        }
        var features = try network.stemOutput(of: input)
        for layer in 1...5 {
          if layer > 1 { features = try network.stageOutput(layer - 2, of: features) }
          #expect(try features.shape == c.integers("layer\(layer)_shape"))
          try c.expect(
            try features.mean(along: [2, 3]).data(), matches: "layer\(layer)_channel_mean")
        }
        let outputs = try segmenter.network.pyramidScores(input)
        try #require(outputs.count == scales.count)
        for (name, output) in zip(scales, outputs) {
          try c.expect(try output.data(), matches: "logits_\(name)")
        }
        let enlarged = try #require(outputs.last).interpolated(
          to: (image.height, image.width), mode: .bilinear)
        try c.expect(
          try kept(enlarged.softmax(along: 1), as: "probs", in: c).data(), matches: "probs")
      }
    }
  }

  @Test func networkLearnsAsTheReference() throws {
    try golden("deeplabv2_train_step") { c in
      let scales = scales(of: c, behind: "label_")
      let segmenter = try segmenter(c, scales)
      let images = try bgrImages(try c.input("images_bgr"))
      let data = try c.input("labels")
      let pixels = data.values(as: UInt8.self)
      let area = data.shape[1] * data.shape[2]
      let labels = images.indices.map {
        LabelMap(
          width: data.shape[2], height: data.shape[1],
          indices: Array(pixels[$0 * area..<($0 + 1) * area]))
      }
      let outputs = try segmenter.network.pyramidScores(
        Tensor.batch(images.map { Normalization.deepLab($0) }, on: .cpu))
      try #require(outputs.count == scales.count)
      for (name, output) in zip(scales, outputs) {
        let size = ImageSize(width: output.shape[3], height: output.shape[2])
        try c.expect(
          labels.flatMap { $0.resized(to: size).indices }, matches: "label_\(name)")
        try c.expect(
          try segmenter.pyramidLoss([output], labels: labels).data(), matches: "loss_\(name)")
      }
      let loss = try segmenter.pyramidLoss(outputs, labels: labels)
      try loss.backward()
      try c.expect(try loss.data(), matches: "loss_total")
      try expectGradients(of: segmenter.parameters, in: c)
    }
  }

  @Test func optimizerGroupsMatchTheReference() throws {
    try golden("deeplabv2_train_step") { c in
      let segmenter = try DeepLabSegmenter(
        DeepLabConfiguration(ConfigurationReader(emptySectionAt: "segmenter")),
        PartContext(classes: .voc, seed: 0))
      let expected = try #require(c.parameters["optimizer_groups"].object)
      #expect(segmenter.parameterGroups.count == expected.count)
      for group in segmenter.parameterGroups {
        let table = try #require(expected["\(Int(group.rateMultiplier))x"])
        #expect(group.parameters.count == table["tensors"].integer)
        #expect(
          group.parameters.reduce(0) { $0 + $1.value.count } == table["elements"].integer)
      }
    }
  }

  /// Returns the names of the pyramid's outputs in their order: the full scale, the others, the
  /// maximum.
  private func scales(of c: GoldenCase, behind prefix: String) -> [String] {
    let names = c.outputNames.filter { $0.hasPrefix(prefix) }
      .map { String($0.dropFirst(prefix.count)) }
    let others = names.filter { $0 != "max" && Double($0) != 1 }
      .sorted { (Double($0) ?? 0) < (Double($1) ?? 0) }
    return names.filter { Double($0) == 1 } + others + ["max"]
  }

  private func segmenter(_ c: GoldenCase, _ scales: [String]) throws -> DeepLabSegmenter {
    let pyramid = scales.dropFirst().dropLast().joined(separator: ", ")
    let segmenter = try DeepLabSegmenter(
      DeepLabConfiguration(ConfigurationReader(section: ["pyramid": "[\(pyramid)]"])),
      PartContext(classes: .voc, seed: 0))
    try load(c, into: segmenter.parameters)
    return segmenter
  }
}
