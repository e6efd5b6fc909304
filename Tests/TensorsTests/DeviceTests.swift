import Tensors
import Testing

@Suite(.serialized) struct DeviceTests {
  @Test(arguments: [("cpu", Device.cpu), ("cuda", .cuda(0)), ("cuda:1", .cuda(1))])
  func parsesNames(name: String, device: Device) throws {
    #expect(try Device(name) == device)
    #expect(try Device(device.description) == device)
  }

  @Test(arguments: ["", "CPU", "gpu", "cuda:", "cuda:-1", "cuda:x", "cpu:0"])
  func refusesOtherNames(name: String) {
    #expect(throws: TensorError.unknownDevice(name)) { try Device(name) }
  }

  @Test func refusesDevicesThatAreNotThere() throws {
    let missing = Device.cuda(Runtime.cudaDeviceCount)
    let error = TensorError.deviceUnavailable(missing, available: Runtime.cudaDeviceCount)
    #expect(throws: error) { try Tensor.zeros([1], on: missing) }
    #expect(throws: error) { try Tensor.zeros([1]).to(missing) }
  }
}
