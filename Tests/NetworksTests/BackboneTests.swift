import CoreAPI
import Imaging
import Networks
import PluginTestSupport
import TensorFiles
import Tensors
import Testing

/// Stages, freezing and ports, the same for every backbone.
@Suite(.serialized) struct BackboneTests {
  private func backbone(_ kind: BackboneKind) throws -> (any Backbone, ParameterStore) {
    let store = ParameterStore(seed: 1)
    return (try kind.make(store.root / "net"), store)
  }

  private let batch = ContextBatch(
    ids: ["a"], geometries: [.init(wholeFrameIn: .init(width: 50, height: 37))])

  @Test(arguments: BackboneKind.allCases)
  func stagesHaveTheChannelsAndStridesTheySay(kind: BackboneKind) throws {
    let (backbone, _) = try backbone(kind)
    let outputs = try withoutGradient {
      try backbone.features(of: Tensor.normal([1, 3, 37, 50], seed: 1))
    }
    #expect(outputs.count == backbone.stages.count)
    #expect(outputs.count == kind.stageCount)
    for (output, stage) in zip(outputs, backbone.stages) {
      let size = [37, 50].map { ($0 + stage.stride - 1) / stage.stride }
      #expect(output.shape == [1, stage.channels] + size)
    }
    #expect(backbone.outputChannels == outputs.last?.shape[1])
  }

  @Test func mobileNetV2CanEndBeforeItsLastConvolution() throws {
    let store = ParameterStore(seed: 1)
    let whole = try MobileNetV2(store.root / "whole")
    let other = ParameterStore(seed: 1)
    let headless = try MobileNetV2(other.root / "whole", hasHead: false)
    #expect(whole.outputChannels == 1280 && headless.outputChannels == 320)
    #expect(store.parameters.filter { $0.name.contains(".head.") }.count == 2)
    #expect(!other.parameters.contains { $0.name.contains(".head.") })
    let output = try withoutGradient {
      try headless.features(of: Tensor.normal([1, 3, 37, 50], seed: 1)).last
    }
    #expect(output?.shape == [1, 320, 3, 4])
  }

  @Test(arguments: BackboneKind.allCases)
  func everyParameterBelongsToExactlyOneStage(kind: BackboneKind) throws {
    let (backbone, store) = try backbone(kind)
    for parameter in store.parameters {
      let owners = backbone.stages.filter { stage in
        stage.parameterPrefixes.contains { parameter.name.hasPrefix("net.\($0)") }
      }
      #expect(owners.count == 1, "\(parameter.name)")
    }
  }

  @Test(arguments: BackboneKind.allCases)
  func frozenStagesGetNoGradientAndAllOthersDo(kind: BackboneKind) throws {
    for frozen in [0, 2] {
      let (backbone, store) = try backbone(kind)
      let features = try backbone.features(
        of: Tensor.normal([1, 3, 37, 50], seed: 1), frozenStages: frozen, ports: NoContext())
      try features.square().sum().backward()
      let prefixes = backbone.stages.prefix(frozen).flatMap(\.parameterPrefixes)
      for parameter in store.parameters where parameter.role != .buffer {
        // ResNet-38 never trains its norms.
        let isFrozen =
          !parameter.isTrainable || prefixes.contains { parameter.name.hasPrefix("net.\($0)") }
        #expect((parameter.value.gradient == nil) == isFrozen, "\(parameter.name)")
      }
    }
  }

  /// Some operations of libtorch have no gradient in `bfloat16`, and only fast machines train in it.
  ///
  /// On others every multiplication is emulated, so the image is small.
  @Test(arguments: BackboneKind.allCases)
  func everyParameterLearnsInReducedPrecision(kind: BackboneKind) throws {
    let (backbone, store) = try backbone(kind)
    let features = try withAutocast(.bfloat16) {
      try backbone.features(
        of: Tensor.normal([1, 3, 24, 24], seed: 1), frozenStages: 0, ports: NoContext())
    }
    try features.to(.float32).square().sum().backward()
    for parameter in store.parameters where parameter.isTrainable {
      let gradient = try #require(parameter.value.gradient, "\(parameter.name)")
      #expect(gradient.dtype == .float32, "\(parameter.name)")
      #expect(try gradient.isFinite().all().item() == 1, "\(parameter.name)")
    }
  }

  @Test func portsInFrontOfFrozenStagesAreNotOffered() throws {
    let (backbone, _) = try backbone(.tiny)
    #expect(backbone.ports(frozenStages: 0) == [.block2, .block3, .block4, .block5])
    #expect(backbone.ports(frozenStages: 3) == [.block3, .block4, .block5])
    let context = TestContext()
    #expect(try backbone.declarePorts(to: context, frozenStages: 3) == 96)
    #expect(context.declared.map(\.port) == [.block3, .block4, .block5])
    _ = try backbone.features(
      of: Tensor.ones([1, 3, 37, 50]), frozenStages: 3, ports: context.bound(to: batch))
    #expect(context.visited == [.block3, .block4, .block5] && context.violations.isEmpty)
  }

  @Test func portBehindTheLastFrozenStageLearns() throws {
    let (backbone, _) = try backbone(.tiny)
    let context = TestContext(activeAt: .block3)
    _ = try backbone.declarePorts(to: context, frozenStages: 3)
    let features = try backbone.features(
      of: Tensor.normal([1, 3, 37, 50], seed: 1), frozenStages: 3,
      ports: context.bound(to: batch))
    try features.square().sum().backward()
    let gradient = try #require(context.parameters?.parameters.first?.value.gradient)
    #expect(try gradient.norm().item() > 0)
  }

  @Test func onlyTheLastPortMayWiden() throws {
    let (backbone, _) = try backbone(.tiny)
    let last = TestContext(activeAt: .block5, widens: true)
    #expect(try backbone.declarePorts(to: last, frozenStages: 0) == 97)
    #expect(throws: CoreError.portCannotWiden(name: "block4")) {
      try backbone.declarePorts(
        to: TestContext(activeAt: .block4, widens: true), frozenStages: 0)
    }
  }
}
