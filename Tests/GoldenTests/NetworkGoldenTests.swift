import CoreAPI
import Networks
import SharedTestSupport
import TensorFiles
import Tensors
import Testing

/// Networks with published weights against feature maps that another program computed.
@Suite(.serialized) struct NetworkGoldenTests {
  @Test func mobileNetV2MatchesTheReference() throws {
    let name = "mobilenetv2_folded_imagenet_torch"
    guard let weights = requireShared("data/weights/\(name).safetensors"),
      let folder = requireShared("data/weights/reference_features")
    else { return }
    let store = ParameterStore(seed: 0)
    // The reference has torchvision's stride 32.
    let network = try MobileNetV2(store.root / "mobilenetv2", lastStride: 2)
    let record = try BackboneKind.mobileNetV2.loadWeights(
      weights, at: "mobilenetv2", into: store, use: "test"
    ).record
    #expect(record.source == weights)
    let input = try Tensor(try NumPyFile.read("\(folder)/input_0.npy"))
    let features = try withoutGradient { try network.features(of: input) }
    let expected = try NumPyFile.read("\(folder)/\(name)_features.npy")
    let actual = try #require(features.last).data()
    #expect(actual.shape == expected.shape)
    // The reference sums in float64; 52 convolutions of up to 960 float32 products each leave
    // about 1e-6 of the largest value, 6. The limit has room for another order of summation.
    let tolerance = GoldenTolerance(absolute: 0, relative: 1e-4)
    #expect(tolerance.failure(of: actual, against: expected) == nil)
  }
}
