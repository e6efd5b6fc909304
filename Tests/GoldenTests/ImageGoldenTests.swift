import Essentials
import Foundation
import Imaging
import SharedTestSupport
import TensorFiles
import Testing

@Suite struct ImageGoldenTests {
  /// Splits `bicubic_74x106` into what comes before the size and the size.
  private func target(of name: String) throws -> (prefix: String, size: ImageSize) {
    let cut = try #require(name.lastIndex(of: "_"))
    let sides = name[name.index(after: cut)...].split(separator: "x").compactMap { Int($0) }
    try #require(sides.count == 2)
    return (String(name[..<cut]), ImageSize(width: sides[1], height: sides[0]))
  }

  @Test func resizesAsPIL() throws {
    try golden("img_pil_resize") { c in
      let image = try c.input("rgb").rgbImage
      let label = try c.input("label").labelMap
      let gray = try c.input("gray").grayImage
      for name in c.outputNames {
        let (prefix, size) = try target(of: name)
        switch prefix {
        case "bicubic":
          try c.expectExactly(image.resized(to: size, resampling: .bicubic).pixels, name)
        case "bilinear":
          try c.expectExactly(image.resized(to: size, resampling: .bilinear).pixels, name)
        case "nearest_rgb":
          try c.expectExactly(image.resized(to: size, resampling: .nearest).pixels, name)
        case "gray_bicubic":
          try c.expectExactly(gray.resized(to: size, resampling: .bicubic).samples, name)
        case "nearest":
          try c.expectExactly(label.resized(to: size).indices, name)
        case "nearest_float":
          break
        default:
          Issue.record("Unknown output '\(name)'")
        }
      }
    }
  }

  @Test func rescalesAsIRN() throws {
    try golden("img_irn_rescale") { c in
      let image = try c.input("rgb").rgbImage
      let label = try c.input("label").labelMap
      for factor in c.parameters["scales"].array?.compactMap(\.double) ?? [] {
        let suffix = factor == factor.rounded() ? "\(Int(factor))" : "\(factor)"
        let resized = image.resized(to: image.size.scaled(by: factor), resampling: .bicubic)
        try c.expectExactly(resized.pixels, "image_\(suffix)")
        try c.expectExactly(
          label.resized(to: label.size.scaled(by: factor)).indices, "label_\(suffix)")
      }
    }
  }

  @Test func targetSizesAreThoseOfTheReferences() throws {
    try golden("img_sizes") { c in
      let rows = try c.input("w_h_target").integers()
      let factors = c.parameters["scales"].array?.compactMap(\.double) ?? []
      let sizes = stride(from: 0, to: rows.count, by: 3).map {
        (size: ImageSize(width: rows[$0], height: rows[$0 + 1]), longSide: rows[$0 + 2])
      }
      func flat(_ sizes: [ImageSize]) -> [Int] { sizes.flatMap { [$0.width, $0.height] } }
      func transposed(_ sizes: [ImageSize]) -> [Int] { sizes.flatMap { [$0.height, $0.width] } }

      try c.expect(
        flat(sizes.map { $0.size.withLongSide($0.longSide, rounding: .proportion) }),
        matches: "seam_resize_long")
      try c.expect(
        flat(sizes.map { $0.size.withLongSide($0.longSide, rounding: .factor) }),
        matches: "irn_resize_long")
      let scaled = flat(sizes.flatMap { row in factors.map { row.size.scaled(by: $0) } })
      try c.expect(scaled, matches: "seam_msf")
      try c.expect(scaled, matches: "irn_rescale")
      try c.expect(
        flat(sizes.flatMap { row in factors.map { row.size.scaledDown(by: $0) } }),
        matches: "deeplab_scale")
      try c.expect(transposed(sizes.map { $0.size.strided(by: 4) }), matches: "irn_strided_4")
      try c.expect(
        transposed(sizes.map { $0.size.roundedUp(toMultipleOf: 16) }), matches: "irn_strided_up_16")
    }
  }

  @Test func resizesBytesAsOpenCV() throws {
    try golden("img_cv2_bilinear") { c in
      let image = try c.input("rgb").rgbImage
      for name in c.outputNames {
        let (prefix, size) = try target(of: name)
        guard prefix == "uint8" else { continue }
        let resized = image.resized(to: size, resampling: .bilinearWithoutAntialiasing)
        try c.expect(resized.pixels, matches: name)
      }
    }
  }
}

extension TensorData {
  fileprivate var rgbImage: RGBImage {
    RGBImage(width: shape[1], height: shape[0], pixels: values(as: UInt8.self))
  }

  fileprivate var grayImage: GrayImage {
    GrayImage(width: shape[1], height: shape[0], samples: values(as: UInt8.self))
  }

  fileprivate var labelMap: LabelMap {
    LabelMap(width: shape[1], height: shape[0], indices: values(as: UInt8.self))
  }
}

extension GoldenCase {
  /// Demands equality, which is stricter than the manifest's rule for filtered samples.
  fileprivate func expectExactly(
    _ samples: [UInt8], _ name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try expect(samples, matches: name, sourceLocation: sourceLocation)
    #expect(
      try samples == output(name).values(as: UInt8.self), "\(id) \(name)",
      sourceLocation: sourceLocation)
  }
}
