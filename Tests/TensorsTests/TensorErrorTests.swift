import SharedTestSupport
import TensorFiles
import Tensors
import Testing

@Suite(.serialized) struct TensorErrorTests {
  @Test func saysWhatLibtorchSaid() throws {
    let a = try Tensor.zeros([2, 3])
    #expect(
      message { _ = try a + Tensor.zeros([2, 4]) }
        == "The tensor operation '+' failed: The size of tensor a (3) must match the size of "
        + "tensor b (4) at non-singleton dimension 1.")
    #expect(
      message { _ = try a.reshaped([4]) }
        == "The tensor operation 'reshaped' failed: shape '[4]' is invalid for input of size 6.")
    let weight = try Tensor.zeros([8, 3, 3, 3])
    #expect(
      message { _ = try Tensor.zeros([1, 4, 8, 8]).conv2d(weight: weight) }
        == "The tensor operation 'conv2d' failed: Given groups=1, weight of size [8, 3, 3, 3], "
        + "expected input[1, 4, 8, 8] to have 3 channels, but got 4 channels instead.")
  }

  @Test(arguments: [
    (
      TensorError.unsupportedType(.uint16),
      "libtorch does not compute with elements of type uint16. Convert them to int64 first."
    ),
    (
      .shapeMismatch(name: "fc.weight", found: [20, 4], expected: [21, 4]),
      "Tensor 'fc.weight' has shape [20, 4], but this model needs [21, 4]. Load weights of the "
        + "same architecture and number of classes, or leave this tensor out."
    ),
    (
      .unknownParameter(name: "a"),
      "The optimizer's state has an entry for 'a', which this optimizer does not train. Resume "
        + "with the model and settings the state was saved with."
    ),
    (
      .conflictingTensors(name: "a", first: "b", second: "c"),
      "Tensors 'b' and 'c' are both meant for 'a', but differ. Leave one of them out."
    ),
    (
      .unknownDevice("gpu"),
      "Unknown device 'gpu'. Expected cpu, cuda, or cuda:N with N the number of a GPU."
    ),
    (
      .deviceUnavailable(.cuda(1), available: 0),
      "Device 'cuda:1' is not available: libtorch \(Runtime.libtorchVersion) sees 0 CUDA devices. "
        + "Use cpu, or build with LIBTORCH set to a CUDA build and LIBTORCH_CUDA=1."
    ),
    (
      .duplicateParameter(name: "a.weight"),
      "Parameter 'a.weight' exists already. Give every layer a path of its own."
    ),
  ])
  func describesItself(error: TensorError, text: String) {
    #expect("\(error)" == text)
  }

  // In a process of its own, because resident memory is everybody's.
  @Test func leaksNothing() async {
    await #expect(processExitsWith: .success) {
      let x = try Tensor.ones([64, 64])
      // An invalid shape of this length makes a message of 15 kB.
      let invalid = [7] + [Int](repeating: 1, count: 5000)
      func work(_ count: Int) throws {
        for _ in 0..<count {
          let y = try ((x + 1) * 2).maximum(along: 1).values
          _ = (y.shape, y.gradient)
        }
        for _ in 0..<(count / 10) { #expect(throws: TensorError.self) { try x.reshaped(invalid) } }
      }
      try work(1000)
      let before = Runtime.residentMemoryInBytes
      try work(10_000)
      let growth = Runtime.residentMemoryInBytes - before
      // One leaked tensor a round would be 160 MB, the texts alone 15 MB.
      #expect(growth < 8_000_000, "Resident memory grew by \(growth) bytes")
    }
  }
}
