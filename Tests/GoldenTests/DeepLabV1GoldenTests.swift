import CoreAPI
import Imaging
import Networks
import SharedTestSupport
import TensorFiles
import Tensors
import Testing

@testable import DeepLab

/// DeepLab-v1 on ResNet-38 against a run of the reference.
@Suite(.serialized) struct DeepLabV1GoldenTests {
  @Test func networkMatchesTheReference() throws {
    try golden("deeplabv1_r38") { c in
      let segmenter = try segmenter(c)
      let images = try Tensor(try c.input("images"))
      try withoutGradient {
        let first = try images.narrow(along: 0, from: 0, count: 1)
        try c.expect(
          try kept(enlarged(segmenter.network.scores(first), in: c), as: "eval_logits", in: c)
            .data(),
          matches: "eval_logits")
      }
    }
  }

  @Test func networkLearnsAsTheReference() throws {
    try golden("deeplabv1_r38") { c in
      let segmenter = try segmenter(c)
      let images = try Tensor(try c.input("images"))
      let data = try c.input("labels")
      let pixels = data.values(as: UInt8.self)
      let (height, width) = (data.shape[1], data.shape[2])
      let labels = (0..<data.shape[0]).map {
        LabelMap(
          width: width, height: height,
          indices: Array(pixels[$0 * height * width..<($0 + 1) * height * width]))
      }
      let scores = try segmenter.network.scores(images, statistics: .batch)
      let loss = try segmenter.loss(scores, labels: labels)
      try loss.backward()
      try c.expect(
        try kept(enlarged(scores, in: c), as: "train_logits", in: c).data(),
        matches: "train_logits")
      try c.expect(try loss.data(), matches: "train_loss")
      for name in c.outputNames where name.hasPrefix("after.") {
        let parameter = try #require(segmenter.parameters[String(name.dropFirst(6))])
        try c.expect(try parameter.value.data(), matches: name)
      }
      try expectGradients(of: segmenter.parameters, in: c)
    }
  }

  private func segmenter(_ c: GoldenCase) throws -> FieldOfViewSegmenter {
    let segmenter = try FieldOfViewSegmenter(
      FieldOfViewConfiguration(ConfigurationReader(emptySectionAt: "segmenter")),
      PartContext(classes: .voc, seed: 0))
    try load(c, into: segmenter.parameters)
    return segmenter
  }

  /// Returns scores enlarged to the images' size.
  private func enlarged(_ scores: Tensor, in c: GoldenCase) throws -> Tensor {
    let size = try c.input("images").shape
    return try scores.interpolated(to: (size[2], size[3]), alignCorners: true)
  }
}
