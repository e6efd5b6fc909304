import CoreAPI
import Imaging
import Tensors
import Testing

@testable import Harness

/// M lives in the frame of the whole image and follows every view of it.
@Suite(.serialized) struct ContextWarpTests {
  private let size = ImageSize(width: 24, height: 16)

  private func world() throws -> InterventionWorld { try InterventionWorld(fusion: .widen) }

  private func isClose(_ left: [Float], _ right: [Float]) -> Bool {
    left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) < 1e-6 }
  }

  @Test func wholeFrameIsBilinearResampling() throws {
    let world = try world()
    let maps = try world.operator().adjustment(["a"]).contextMaps.reshaped([1, 1, 6, 6])
    for (height, width) in [(4, 6), (9, 13), (6, 6)] {
      let expected = try maps.interpolated(to: (height, width), mode: .bilinear).floats()
      let warped = try world.appended(
        "a", geometry: ImageGeometry(wholeFrameIn: size), height: height, width: width)
      #expect(isClose(warped, expected))
    }
  }

  @Test func flippedViewGetsTheFlippedMap() throws {
    let world = try world()
    let geometry = ImageGeometry(wholeFrameIn: size)
    let plain = try world.appended("a", geometry: geometry, height: 4, width: 6)
    let flipped = try world.appended(
      "a", geometry: geometry.flippedHorizontally(), height: 4, width: 6)
    let expected = (0..<4).flatMap { row in plain[row * 6..<(row + 1) * 6].reversed() }
    #expect(isClose(flipped, expected))
    #expect(!isClose(flipped, plain))
  }

  @Test func cropGetsItsPartOfTheMap() throws {
    let world = try world()
    let geometry = ImageGeometry(wholeFrameIn: size)
    let plain = try world.appended("a", geometry: geometry, height: 4, width: 6)
    // Cells of 4×4 pixels: the window begins two cells from the left and one from the top.
    let window = CropWindow(
      of: size, to: ImageSize(width: 12, height: 8), offsetX: 8, offsetY: 4)
    let cropped = try world.appended(
      "a", geometry: geometry.cropped(to: window), height: 2, width: 3)
    #expect(isClose(cropped, (1..<3).flatMap { plain[$0 * 6 + 2..<$0 * 6 + 5] }))
  }

  @Test func paddingHasNoContext() throws {
    let world = try world()
    let geometry = ImageGeometry(wholeFrameIn: size)
    let plain = try world.appended("a", geometry: geometry, height: 4, width: 6)
    // The image lies one cell from the left and two from the top of a larger window.
    let window = CropWindow(
      of: size, to: ImageSize(width: 32, height: 28), offsetX: 4, offsetY: 8)
    let padded = try world.appended(
      "a", geometry: geometry.cropped(to: window), height: 7, width: 8)
    for row in 0..<7 {
      for column in 0..<8 {
        let isInside = (2..<6).contains(row) && (1..<7).contains(column)
        let expected = isInside ? plain[(row - 2) * 6 + column - 1] : 0
        #expect(abs(padded[row * 8 + column] - expected) < 1e-6)
      }
    }
  }
}
