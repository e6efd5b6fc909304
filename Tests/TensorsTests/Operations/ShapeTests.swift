import SharedTestSupport
import Tensors
import Testing

@Suite(.serialized) struct ShapeTests {
  private let x: Tensor

  init() throws {
    x = try Tensor(of: [0, 1, 2, 3, 4, 5], [2, 3])
  }

  @Test func rearranges() throws {
    #expect(try x.reshaped([3, -1]).shape == [3, 2])
    #expect(try x.flattened().shape == [6])
    #expect(try Tensor.zeros([2, 3, 4]).flattened(from: 1).shape == [2, 12])
    #expect(try x.permuted(1, 0).doubles() == [0, 3, 1, 4, 2, 5])
    #expect(try x.permuted([1, 0]).shape == [3, 2])
    #expect(try x.transposed(0, 1).shape == [3, 2])
    #expect(try x.unsqueezed(0).shape == [1, 2, 3])
    #expect(try x.unsqueezed(-1).squeezed(-1).shape == [2, 3])
    #expect(try x.unsqueezed(0).expanded(to: [4, -1, -1]).shape == [4, 2, 3])
    #expect(try x.narrow(along: 1, from: 1, count: 2).doubles() == [1, 2, 4, 5])
  }

  @Test func copies() throws {
    #expect(try x.repeated([1, 2]).doubles() == [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5])
    #expect(try x.flipped(along: 1).doubles() == [2, 1, 0, 5, 4, 3])
    #expect(try x.flipped(along: 0, 1).doubles() == [5, 4, 3, 2, 1, 0])
    #expect(try x.padded([1, 0], value: 9).doubles() == [9, 0, 1, 2, 9, 3, 4, 5])
    #expect(try x.padded([0, 0, 0, 1]).shape == [3, 3])
    #expect(try x.padded([-1, 0]).doubles() == [1, 2, 4, 5])
    #expect(try x.rolled(by: [1], along: [1]).doubles() == [2, 0, 1, 5, 3, 4])
    #expect(try Tensor.zeros([1, 3, 2, 2]).channelsLast().isContiguous == false)
  }

  @Test func joins() throws {
    #expect(try Tensor.concatenate([x, x], along: 0).shape == [4, 3])
    #expect(try Tensor.concatenate([x, x], along: 1)[1].doubles() == [3, 4, 5, 3, 4, 5])
    #expect(try Tensor.stack([x, x]).shape == [2, 2, 3])
    #expect(try Tensor.stack([x, x], along: 2).shape == [2, 3, 2])
    #expect(throws: TensorError.self) { try Tensor.concatenate([], along: 0) }
  }

  @Test func takesParts() throws {
    #expect(try x[1].doubles() == [3, 4, 5])
    #expect(try x[-1].doubles() == [3, 4, 5])
    #expect(try x[1, 2].item() == 5)
    #expect(try x[0..., 1..<3].doubles() == [1, 2, 4, 5])
    #expect(try x[.all, 1].doubles() == [1, 4])
    #expect(try x[...0, ..<2].doubles() == [0, 1])
    #expect(try x[0...1, 0...0].shape == [2, 1])
    try x[0].fill(with: 9)
    #expect(try x.doubles() == [9, 9, 9, 3, 4, 5])
    #expect(
      message { _ = try x[2] }
        == "The tensor operation 'subscript' failed: select(): index 2 out of range for tensor of "
        + "size [2, 3] at dimension 0.")
    #expect(
      message { _ = try x[0, 2..<5] }
        == "The tensor operation 'narrow' failed: start (2) + length (3) exceeds dimension size "
        + "(3).")
  }

  @Test func selects() throws {
    let index = try Tensor([2, 0] as [Int64], shape: [2, 1])
    #expect(try x.gathered(along: 1, index: index).doubles() == [2, 3])
    let source = try Tensor(of: [8, 9], [2, 1])
    #expect(try x.scattering(source, along: 1, index: index).doubles() == [0, 1, 8, 9, 4, 5])
    #expect(try x.scattering(7, along: 1, index: index).doubles() == [0, 1, 7, 7, 4, 5])
    #expect(try x.scatterAdding(source, along: 1, index: index).doubles() == [0, 1, 10, 12, 4, 5])
    let rows = try Tensor([1, 1, 0] as [Int64], shape: [3])
    #expect(try x.indexSelected(along: 0, indices: rows).doubles() == [3, 4, 5, 3, 4, 5, 0, 1, 2])
    #expect(try x.greater(than: 3).nonzero().integers() == [1, 1, 1, 2])
    #expect(try rows.oneHot(classCount: 2).integers() == [0, 1, 0, 1, 1, 0])
  }

  @Test func sorts() throws {
    let y = try Tensor(of: [2, 3, 1, 3])
    let (values, indices) = try y.sorted(descending: true)
    #expect(try values.doubles() == [3, 3, 2, 1])
    #expect(try indices.integers() == [1, 3, 0, 2])
    #expect(try y.sorted().values.doubles() == [1, 2, 3, 3])
    #expect(try y.topk(2, largest: false).values.doubles() == [1, 2])
    #expect(try y.topk(1).values.doubles() == [3])
    let (some, positions) = try y.topk(3, inOrder: false)
    #expect(try some.doubles().sorted() == [2, 3, 3])
    #expect(Set(try positions.integers()) == [0, 1, 3])
  }
}
