import CoreAPI
import Imaging
import Networks
import Tensors
import Testing

@Suite(.serialized) struct BoundaryLossTests {
  /// Left half dark, right half bright.
  private func halves(width: Int, height: Int) -> RGBImage {
    var image = RGBImage(width: width, height: height, red: 20, green: 20, blue: 20)
    for row in 0..<height {
      for column in width / 2..<width {
        for channel in 0..<3 { image.pixels[3 * (row * width + column) + channel] = 230 }
      }
    }
    return image
  }

  @Test func flooredSoftmaxIsAProbabilityWithAFloor() throws {
    let logits = try Tensor([100, 0, -100, 0] as [Float], shape: [1, 4, 1, 1])
    let p = try logits.flooredSoftmax(minimum: 0.1).doubles()
    // (1 + 0.1) / 1.4 and 0.1 / 1.4.
    for (value, expected) in zip(p, [1.1 / 1.4, 0.1 / 1.4, 0.1 / 1.4, 0.1 / 1.4]) {
      #expect(abs(value - expected) < 1e-6)
    }
  }

  @Test func refinementFollowsTheEdgesOfTheImage() throws {
    let (width, height) = (12, 8)
    // Class 1 is likelier up to column 4; the image's edge is at column 6.
    let scores = [false, true].flatMap { isFirst in
      (0..<width * height).map { ($0 % width < 4) == isFirst ? 1 : 0 as Float }
    }
    let logits = try Tensor(scores, shape: [1, 2, height, width])
    let q = try BoundaryRefinement()(logits, images: [halves(width: width, height: height)])
    let map = try LabelMap(highestOf: q)
    #expect(map[4, 5] == 1 && map[4, 7] == 0)
    let sums = try q.sum(along: 1).floats()
    #expect(sums.allSatisfy { abs($0 - 1) < 1e-6 })
    #expect(try q.min().item() >= 1e-4 / 1.0001)
  }

  @Test func samplesAreRefinedOneByOne() throws {
    let logits = try Tensor.normal([3, 4, 6, 5], seed: 1)
    let images =
      [halves(width: 5, height: 6)]
      + [30, 60].map {
        RGBImage(width: 5, height: 6, red: $0, green: 0, blue: 0)
      }
    let refinement = BoundaryRefinement(energy: .probabilities, minimum: 0)
    let all = try refinement(logits, images: images)
    for (index, image) in images.enumerated() {
      let one = try refinement(logits.narrow(along: 0, from: index, count: 1), images: [image])
      #expect(try all[index].floats() == one[0].floats())
    }
  }

  @Test func targetIsAConstantAndTheProbabilitiesLearn() throws {
    let logits = try Tensor.normal([1, 3, 5, 4], seed: 1).requiringGradient()
    let q = try BoundaryRefinement()(logits, images: [halves(width: 4, height: 5)])
    #expect(!q.requiresGradient)
    let p = try logits.softmax(along: 1)
    try ConstrainToBoundaryLoss()(p, refined: q).backward()
    // The derivative of -sum Q log softmax(x) by x is P - Q, here over the mean of 20 pixels.
    let expected = try ((p - q) / 20.0).floats()
    let gradient = try #require(logits.gradient).floats()
    #expect(zip(gradient, expected).allSatisfy { abs($0 - $1) < 1e-7 })
  }

  @Test func boundsLimitTheRatio() throws {
    let p = try Tensor([0.001, 0.999] as [Float], shape: [1, 2, 1, 1])
    let q = try Tensor([0.5, 0.5] as [Float], shape: [1, 2, 1, 1])
    let loss = try ConstrainToBoundaryLoss(ratioBounds: 0.05...20)(p, refined: q).item()
    // 0.5 log 20 + 0.5 log(0.5 / 0.999)
    #expect(abs(loss - (0.5 * 2.9957323 + 0.5 * -0.6921467)) < 1e-5)
  }
}
