import Essentials
import SharedTestSupport
import TensorFiles
import Testing

@Suite struct WeightGeneratorGoldenTests {
  @Test func generatesTheTensorsOfEveryKind() throws {
    try golden("weight_generator") { c in
      for name in c.outputNames {
        let gain = try c.double(name, "gain")
        let expected = try c.output(name)
        let tensor = GeneratedWeights.tensor(name: name, shape: expected.shape, gain: gain)
        try c.expect(tensor, matches: name)
        let checksum = c.parameters[name]["crc32_of_little_endian_float32"].string ?? ""
        #expect(CRC32.checksum(of: tensor.bytes) == UInt32(checksum, radix: 16))
      }
    }
  }

  @Test func generatesWholeNetworksByTheirChecksums() throws {
    try golden("irn_make_cam") { c in
      let network = try c.network()
      #expect(network.entries.count > 100)
      _ = try network.tensors()
    }
  }
}
