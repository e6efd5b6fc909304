import Foundation
import TensorFiles
import Tensors
import Testing

@Suite(.serialized) struct TensorTests {
  @Test func keepsShapeTypeAndDevice() throws {
    let x = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
    #expect(x.shape == [2, 3])
    #expect(x.rank == 2)
    #expect(x.count == 6)
    #expect(x.size(of: -1) == 3)
    #expect(x.dtype == .float32)
    #expect(x.device == .cpu)
    #expect(x.isContiguous)
    #expect("\(x)" == "float32[2, 3] on cpu")
  }

  @Test func copiesValuesInAndOut() throws {
    let x = try Tensor([1.5, -2.5] as [Float], shape: [2])
    #expect(try x.floats() == [1.5, -2.5])
    #expect(try x.doubles() == [1.5, -2.5])
    #expect(try x.integers() == [1, -2])
    #expect(try Tensor([7, 255] as [UInt8], shape: [2]).unsignedBytes() == [7, 255])
    #expect(try Tensor([1 << 40] as [Int64], shape: []).integers() == [1 << 40])
    #expect(try Tensor([3] as [Int64], shape: [1]).item() == 3)
  }

  @Test(arguments: DType.allCases)
  func roundTripsPlainBytes(dtype: DType) throws {
    let bytes = Data((0..<(6 * dtype.byteCount)).map { dtype == .bool ? UInt8($0 % 2) : UInt8($0) })
    let data = TensorData(dtype: dtype, shape: [2, 3], bytes: bytes)
    switch dtype {
    case .uint16, .uint32, .uint64:
      #expect(throws: TensorError.unsupportedType(dtype)) { try Tensor(data) }
    default:
      #expect(try Tensor(data).data() == data)
      #expect(try Tensor(data).dtype == dtype)
    }
  }

  @Test func roundTripsEmptyTensorsAndScalars() throws {
    let empty = TensorData([Float](), dtype: .float32, shape: [0, 3])
    #expect(try Tensor(empty).data() == empty)
    #expect(try Tensor(empty).floats() == [])
    let scalar = TensorData([2.5 as Float], dtype: .float32, shape: [])
    #expect(try Tensor(scalar).data() == scalar)
  }

  @Test func writesViewsRowMajor() throws {
    let x = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3]).transposed(0, 1)
    #expect(!x.isContiguous)
    #expect(try x.data().floats() == [1, 4, 2, 5, 3, 6])
    #expect(try x.contiguous().isContiguous)
  }

  @Test func fillsWithConstants() throws {
    #expect(try Tensor.zeros([2]).floats() == [0, 0])
    #expect(try Tensor.ones([2], dtype: .int64).integers() == [1, 1])
    #expect(try Tensor.full([2], value: 2.5).floats() == [2.5, 2.5])
    #expect(try Tensor.arange(3).integers() == [0, 1, 2])
    #expect(try Tensor.arange(3).dtype == .int64)
    #expect(try Tensor.arange(3, dtype: .float32).dtype == .float32)
  }

  @Test func drawsTheSameNumbersForTheSameSeed() throws {
    func normal(seed: UInt64) throws -> Tensor {
      try Tensor.normal([1000], mean: 1, standardDeviation: 2, seed: seed)
    }
    let first = try normal(seed: 5)
    #expect(try first.floats() == normal(seed: 5).floats())
    #expect(try first.floats() != normal(seed: 6).floats())
    // Standard errors: 0.063 and 0.28.
    #expect(abs(try first.mean().item() - 1) < 0.3)
    #expect(abs(try first.variance(along: [0]).item() - 4) < 1.2)
    let uniform = try Tensor.uniform([1000], in: -2...3, seed: 5)
    #expect(try uniform.min().item() >= -2)
    #expect(try uniform.max().item() <= 3)
    #expect(abs(try uniform.mean().item() - 0.5) < 0.3)
  }

  @Test func convertsTypes() throws {
    let x = try Tensor([1.9, -1.9] as [Float], shape: [2])
    #expect(try x.to(.int64).integers() == [1, -1])
    #expect(try x.to(.bfloat16).dtype == .bfloat16)
    #expect(try x.to(.cpu).floats() == x.floats())
  }

  @Test func changesInPlaceForEveryReference() throws {
    let x = try Tensor([1, 2] as [Float], shape: [2])
    let view = x
    try x.add(try Tensor([10, 20] as [Float], shape: [2]), scaled: 0.5)
    #expect(try view.floats() == [6, 12])
    try x.multiply(by: 2)
    #expect(try view.floats() == [12, 24])
    try x.copy(from: try Tensor([7] as [Int64], shape: [1]))
    #expect(try view.floats() == [7, 7])
    let copy = try x.cloned()
    try x.zero()
    #expect(try view.floats() == [0, 0])
    #expect(try copy.floats() == [7, 7])
  }
}
