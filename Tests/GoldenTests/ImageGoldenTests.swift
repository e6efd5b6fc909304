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
          try c.expect(
            c.input("float").planarImage.nearestResized(to: size).planes, matches: name)
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
      let factors = c.parameters["scales"].array?.compactMap(\.double) ?? []
      for name in c.outputNames where name.hasPrefix("image_") {
        let suffix = String(name.dropFirst("image_".count))
        // A name may have fewer digits than its factor.
        let rounded = try #require(Double(suffix))
        let factor = try #require(factors.min { abs($0 - rounded) < abs($1 - rounded) })
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
      for name in c.outputNames where name.hasPrefix("irn_strided_") {
        let step = try #require(Int(name.drop { !$0.isNumber }))
        let roundsUp = name.hasPrefix("irn_strided_up_")
        try c.expect(
          transposed(
            sizes.map {
              roundsUp ? $0.size.roundedUp(toMultipleOf: step) : $0.size.strided(by: step)
            }), matches: name)
      }
    }
  }

  @Test func resizesAsOpenCV() throws {
    try golden("img_cv2_bilinear") { c in
      let image = try c.input("rgb").rgbImage
      for name in c.outputNames {
        let (prefix, size) = try target(of: name)
        if prefix == "uint8" {
          let resized = image.resized(to: size, resampling: .bilinearWithoutAntialiasing)
          try c.expect(resized.pixels, matches: name)
        } else {
          let resized = image.rawPlanes.resized(to: size, coordinates: .halfPixel)
          try c.expect(resized.interleaved, matches: name)
        }
      }
    }
  }

  @Test func interpolatesAsTorch() throws {
    try golden("img_torch_bilinear") { c in
      let input = try c.input("x").planarImage
      let oneRow = try c.input("x_one_row").planarImage
      for name in c.outputNames where !name.hasPrefix("grad_") {
        let isCornered = name.hasSuffix("_ac")
        let coordinates: SamplingCoordinates = isCornered ? .corners : .halfPixel
        let stem = isCornered ? String(name.dropLast(3)) : name
        if stem.hasPrefix("scale_") {
          let factor = try #require(Double(stem.dropFirst(6)))
          try c.expect(input.scaled(by: factor, coordinates: coordinates).planes, matches: name)
        } else {
          let source = stem.hasPrefix("one_row") ? oneRow : input
          let size = try target(of: stem).size
          try c.expect(source.resized(to: size, coordinates: coordinates).planes, matches: name)
        }
      }
    }
  }

  @Test func zoomsAsScipy() throws {
    try golden("img_scipy_zoom") { c in
      for name in c.outputNames {
        let part = String(name.prefix { $0 != "." })
        let factors = c.parameters[part]["factors"].array?.compactMap(\.double) ?? []
        let input = try c.input("\(part).x")
        try #require(factors.count == input.shape.count && factors.count >= 2)
        // The axes that change are neighbours; those before and behind them go along.
        let last = factors.lastIndex { $0 != 1 } ?? factors.count - 1
        let axis = max(last - 1, 0)
        let zoomed = input.planes(ofAxesFrom: axis)
          .zoomed(vertical: factors[axis], horizontal: factors[axis + 1])
        let behind = input.shape[(axis + 2)...].reduce(1, *)
        try c.expect(zoomed.values(behind: behind), matches: name)
      }
    }
  }

  @Test func averagesBlocksAsTheReferences() throws {
    try golden("img_block_mean") { c in
      for name in c.inputNames {
        let image = try c.input(name).interleavedPlanes
        try c.expect(
          image.blockMeans(side: 8, remainder: .zeroPadded).interleaved,
          matches: "\(name)_block_reduce")
        try c.expect(
          image.blockMeans(side: 8, remainder: .dropped).planes, matches: "\(name)_avg_pool")
      }
    }
  }

  @Test func normalisesAndCropsAsTheReferences() throws {
    try golden("img_normalize_crop") { c in
      let image = try c.input("image").rgbImage
      let label = try c.input("label").labelMap
      let planes = Normalization.imageNet(image)
      try c.expect(planes.interleaved, matches: "normalized")
      for name in c.parameters.object?.keys.sorted() ?? [] where name.hasPrefix("crop_") {
        let side = try c.integer(name, "crop")
        let window = CropWindow(
          of: image.size, to: ImageSize(width: side, height: side),
          offsetX: try c.integer(name, "offset_x"), offsetY: try c.integer(name, "offset_y"))
        try c.expect(planes.cropped(to: window).interleaved, matches: "seam_\(name)")
        try c.expect(planes.cropped(to: window).interleaved, matches: "irn_image_\(name)")
        try c.expect(label.cropped(to: window).indices, matches: "irn_label_\(name)")
      }
      for name in c.outputNames where name.hasPrefix("irn_top_left_") && !name.hasSuffix("label") {
        let side = try #require(Int(name.dropFirst(13)))
        let window = CropWindow(of: image.size, to: ImageSize(width: side, height: side))
        try c.expect(planes.cropped(to: window).interleaved, matches: name)
        try c.expect(label.cropped(to: window).indices, matches: "\(name)_label")
      }
    }
  }

  @Test func augmentsAsTheDeepLabLoader() throws {
    try golden("img_normalize_crop") { c in
      let image = try c.input("image").rgbImage
      let label = try c.input("label").labelMap
      for name in c.parameters.object?.keys.sorted() ?? [] where name.hasPrefix("dl_") {
        let side = try c.integer(name, "crop")
        let size = image.size.scaledDown(by: try c.double(name, "scale"))
        let window = CropWindow(
          of: size, to: ImageSize(width: side, height: side),
          offsetX: try c.integer(name, "start_w"), offsetY: try c.integer(name, "start_h"))
        var planes = Normalization.deepLab(image).resized(to: size, coordinates: .halfPixel)
          .cropped(to: window)
        var labels = label.resized(to: size).cropped(to: window)
        if c.parameters[name]["flip"].bool == true {
          planes = planes.flippedHorizontally()
          labels = labels.flippedHorizontally()
        }
        try c.expect(planes.planes, matches: "\(name)_image")
        try c.expect(labels.indices, matches: "\(name)_label")
      }
    }
  }
}

extension RGBImage {
  fileprivate var rawPlanes: PlanarImage {
    Normalization(order: .rgb, divisor: 1, mean: [0, 0, 0])(self)
  }
}

extension PlanarImage {
  /// The values as `[height, width, channels]`.
  fileprivate var interleaved: [Float] { values(behind: channels) }

  /// The values as `[…, height, width, count]`, the last axis being the inner one of the channels.
  fileprivate func values(behind count: Int) -> [Float] {
    let area = height * width
    return stride(from: 0, to: channels, by: count).flatMap { first in
      (0..<area).flatMap { i in (first..<first + count).map { planes[$0 * area + i] } }
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

  /// The values of a tensor `[…, height, width]`, its leading axes as channels.
  fileprivate var planarImage: PlanarImage {
    PlanarImage(
      channels: shape.dropLast(2).reduce(1, *), height: shape[shape.count - 2],
      width: shape[shape.count - 1], planes: floats())
  }

  /// The values of a tensor `[height, width, channels]`.
  fileprivate var interleavedPlanes: PlanarImage { planes(ofAxesFrom: 0) }

  /// The values of a tensor `[…, height, width, …]`, its other axes as channels.
  fileprivate func planes(ofAxesFrom axis: Int) -> PlanarImage {
    let values = floats()
    let before = shape[..<axis].reduce(1, *)
    let behind = shape[(axis + 2)...].reduce(1, *)
    let block = shape[axis] * shape[axis + 1] * behind
    return PlanarImage(
      channels: before * behind, height: shape[axis], width: shape[axis + 1],
      planes: (0..<before * behind).flatMap { channel in
        let first = channel / behind * block + channel % behind
        return stride(from: first, to: (channel / behind + 1) * block, by: behind).map {
          values[$0]
        }
      })
  }

  fileprivate var labelMap: LabelMap {
    LabelMap(width: shape[1], height: shape[0], indices: values(as: UInt8.self))
  }
}

extension GoldenCase {
  /// Demands equality, which is stricter than the manifest's rule for filtered samples; of vectors
  /// made elsewhere, only what that rule says.
  fileprivate func expectExactly(
    _ samples: [UInt8], _ name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try expect(samples, matches: name, sourceLocation: sourceLocation)
    guard SharedFolder.goldenOverride == nil else { return }
    #expect(
      try samples == output(name).values(as: UInt8.self), "\(id) \(name)",
      sourceLocation: sourceLocation)
  }
}
