import CoreAPI
import Imaging
import Networks
import Tensors
import Testing

@Suite(.serialized) struct BackboneOutputSizeTests {
  @Test(arguments: [BackboneKind.vgg16, .mobileNetV2, .tiny])
  func itIsThatOfTheNetworksOutput(kind: BackboneKind) throws {
    let store = ParameterStore(seed: 1)
    let network = try kind.makeForSegmentation(store.root / "net")
    for size in [ImageSize(width: 50, height: 37), ImageSize(width: 40, height: 40)] {
      let output = try withoutGradient {
        try network.features(
          of: Tensor.zeros([1, 3, size.height, size.width]), frozenStages: 0, ports: NoContext())
      }
      #expect(
        try network.outputSize(of: size, on: .cpu)
          == ImageSize(width: output.shape[3], height: output.shape[2]))
    }
  }

  /// A stride of 8 would give 40 cells for 320 pixels.
  @Test func poolsOfVGG16RoundUp() throws {
    let store = ParameterStore(seed: 1)
    let network = try BackboneKind.vgg16.makeForSegmentation(store.root)
    for (side, cells) in [(320, 41), (321, 41), (18, 4)] {
      let size = ImageSize(width: side, height: side)
      #expect(
        try network.outputSize(of: size, on: .cpu) == ImageSize(width: cells, height: cells))
    }
  }
}
