import Foundation
import TensorFiles
import Testing

@Suite struct TensorDataTests {
  @Test func convertsEveryTypeToNumbers() {
    let cases: [(TensorData, [Double])] = [
      (TensorData(dtype: .bool, shape: [2], bytes: Data([0, 1])), [0, 1]),
      (TensorData([-1, 2] as [Int8], dtype: .int8, shape: [2]), [-1, 2]),
      (TensorData([65535] as [UInt16], dtype: .uint16, shape: [1]), [65535]),
      (TensorData([-2] as [Int16], dtype: .int16, shape: [1]), [-2]),
      (TensorData([4_000_000_000] as [UInt32], dtype: .uint32, shape: [1]), [4e9]),
      (TensorData([-3] as [Int32], dtype: .int32, shape: [1]), [-3]),
      (TensorData([4] as [UInt64], dtype: .uint64, shape: [1]), [4]),
      (TensorData([-5] as [Int64], dtype: .int64, shape: []), [-5]),
      (TensorData([0.1] as [Double], dtype: .float64, shape: [1]), [0.1]),
      (TensorData([0x3FC0] as [UInt16], dtype: .bfloat16, shape: [1]), [1.5]),
    ]
    for (tensor, expected) in cases { #expect(tensor.doubles() == expected, "\(tensor.dtype)") }
  }

  @Test func numbersBeyondIntegersBecomeTheNearestOne() {
    let values = [2.9, -2.9, .infinity, -.infinity, .nan, 1e300]
    #expect(
      TensorData(values, dtype: .float64, shape: [6]).integers()
        == [2, -2, .max, .min, .min, .max])
    #expect(TensorData([UInt64.max], dtype: .uint64, shape: [1]).integers() == [.max])
  }

  @Test(
    arguments: [
      (0x0000, 0), (0x8000, -0.0), (0x3C00, 1), (0xC000, -2), (0x7BFF, 65504), (0x0400, 0x1p-14),
      (0x0001, 0x1p-24), (0x83FF, -0x3FFp-24), (0x7C00, Double.infinity),
      (0xFC00, -Double.infinity), (0x3555, 0.333251953125),
    ] as [(UInt16, Double)])
  func decodesHalfPrecision(bits: UInt16, value: Double) {
    #expect(TensorData([bits], dtype: .float16, shape: []).doubles() == [value])
  }

  @Test func decodesHalfPrecisionNaN() {
    #expect(TensorData([0x7E01] as [UInt16], dtype: .float16, shape: []).doubles()[0].isNaN)
  }

  @Test func startsItsBytesAtIndexZero() {
    let slice = Data([9, 1, 2])[1...]
    #expect(TensorData(dtype: .uint8, shape: [2], bytes: slice).bytes[0] == 1)
  }

  @Test func refusesBytesOfAnotherNumberThanTheShapeNeeds() async {
    await #expect(processExitsWith: .failure) {
      _ = TensorData(dtype: .float32, shape: [2], bytes: Data(count: 4))
    }
  }
}
