import CoreAPI
import Essentials
import Imaging
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
      let segmenter = try segmenter(c)
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
        try #require(outputs.count == Self.outputNames.count)
        for (name, output) in zip(Self.outputNames, outputs) {
          try c.expect(try output.data(), matches: "logits_\(name)")
        }
        let enlarged = try outputs[3].interpolated(
          to: (image.height, image.width), mode: .bilinear)
        let probabilities = try enlarged.softmax(along: 1)
        // Only every third row and column is stored.
        let stored = try c.output("probs").shape[2]
        let step = (image.height + stored - 1) / stored
        let rows = try indices(upTo: image.height, step: step)
        let columns = try indices(upTo: image.width, step: step)
        try c.expect(
          try probabilities.indexSelected(along: 2, indices: rows)
            .indexSelected(along: 3, indices: columns).data(), matches: "probs")
      }
    }
  }

  @Test func networkLearnsAsTheReference() throws {
    try golden("deeplabv2_train_step") { c in
      let segmenter = try segmenter(c)
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
      try #require(outputs.count == Self.outputNames.count)
      for (name, output) in zip(Self.outputNames, outputs) {
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
      let segmenter = try DeepLabSegmenter(configuration(), PartContext(classes: .voc, seed: 0))
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

  /// The scales of the default pyramid in the order of the outputs.
  private static let outputNames = ["1.0", "0.5", "0.75", "max"]

  private func configuration() throws -> DeepLabConfiguration {
    try DeepLabConfiguration(ConfigurationReader(emptySectionAt: "segmenter"))
  }

  private func segmenter(_ c: GoldenCase) throws -> DeepLabSegmenter {
    let segmenter = try DeepLabSegmenter(configuration(), PartContext(classes: .voc, seed: 0))
    try load(c, into: segmenter.parameters)
    return segmenter
  }

  private func indices(upTo end: Int, step: Int) throws -> Tensor {
    let values = stride(from: 0, to: end, by: step).map(Int64.init)
    return try Tensor(values, shape: [values.count])
  }
}
