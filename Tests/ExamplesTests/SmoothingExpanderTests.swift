import CoreAPI
import Imaging
import PluginTestSupport
import Tensors
import Testing

@testable import Smoothing

@Suite(.serialized) struct SmoothingExpanderTests {
  @Test func keepsTheContract() throws {
    try checkExpanderContract(SmoothingPlugin.name, from: SmoothingPlugin.register)
  }

  @Test func averagesOverTheWindowInsideOfTheImage() throws {
    let reader = try ConfigurationReader(
      ConfigurationNode(
        .section([.init(key: "radius", node: ConfigurationNode(.scalar("1")))])),
      path: "expander")
    let expander = try SmoothingExpander(
      reader, PartContext(classes: ClassList(foreground: ["cat"]), seed: 0))
    let map = ClassActivationMap(
      classes: [1], height: 2, width: 3, scores: [1, 0, 0, 0, 0, 0.5])
    // Each row's window holds both rows; columns at the edge have two neighbours, the middle three.
    #expect(
      expander.smoothed(map).scores == [0.25, 0.25, 0.125, 0.25, 0.25, 0.125])
  }
}
