import SharedTestSupport
import TensorFiles
import Tensors
import Testing

@Suite(.serialized) struct TensorGoldenTests {
  /// Outputs are called `size_41x41_ac`, `scale_0.75`, `one_row_to_4x11`, `grad_x_size_41x41`.
  @Test func interpolatesAsPyTorch() throws {
    try golden("img_torch_bilinear") { c in
      let x = try Tensor(try c.input("x"))
      let row = try Tensor(try c.input("x_one_row"))
      for name in c.outputNames {
        let alignCorners = name.hasSuffix("_ac")
        let parts = name.split(separator: "_").map(String.init).filter { $0 != "ac" }
        let target = try #require(parts.last)
        let result: Tensor
        switch parts.dropLast() {
        case ["size"]:
          result = try x.interpolated(to: try size(target), alignCorners: alignCorners)
        case ["one", "row", "to"]:
          result = try row.interpolated(to: try size(target), alignCorners: alignCorners)
        case ["scale"]:
          let scale = try #require(Double(target))
          result = try x.interpolated(scale: scale, alignCorners: alignCorners)
        case ["grad", "x", "size"]:
          let leaf = try x.requiringGradient()
          let upstream = try Tensor(try c.input("upstream_\(target)"))
          let resized = try leaf.interpolated(to: try size(target), alignCorners: alignCorners)
          try resized.backward(gradient: upstream)
          result = try #require(leaf.gradient)
        default:
          Issue.record("Unknown output '\(name)'")
          continue
        }
        try c.expect(try result.data(), matches: name)
      }
    }
  }

  private func size(_ text: String) throws -> (height: Int, width: Int) {
    let sides = text.split(separator: "x").compactMap { Int($0) }
    try #require(sides.count == 2)
    return (sides[0], sides[1])
  }
}
