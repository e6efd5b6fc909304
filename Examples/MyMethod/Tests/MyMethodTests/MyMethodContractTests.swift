import MyMethod
import PluginTestSupport
import Testing

/// What conta expects of every plugin; see the protocols of CoreAPI.
@Suite(.serialized) struct MyMethodContractTests {
  @Test func seedGeneratorKeepsTheContract() throws {
    try checkSeedGeneratorContract(
      MyMethodPlugin.name, from: MyMethodPlugin.register,
      configuration: ["batch_size": "4", "epochs": "2", "crop_size": "32"])
  }

  @Test func expanderKeepsTheContract() throws {
    try checkExpanderContract(MyMethodPlugin.name, from: MyMethodPlugin.register)
  }
}
