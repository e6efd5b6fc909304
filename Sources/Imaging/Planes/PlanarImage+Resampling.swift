/// Where the samples of a map lie when it is resized.
public enum SamplingCoordinates: Sendable, Hashable, CaseIterable {
  /// Samples are the centres of cells that tile the map; the edge cells are continued outwards.
  ///
  /// `align_corners=False` of torch, and OpenCV: `source = (i + 0.5) * in / out - 0.5`.
  case halfPixel
  /// The first and the last sample lie on the map's edges.
  ///
  /// `align_corners=True` of torch, and scipy's `zoom`: `source = i * (in - 1) / (out - 1)`.
  case corners
}

extension PlanarImage {
  /// Resizes every plane bilinearly, without antialiasing.
  ///
  /// Equals `torch.nn.functional.interpolate(size:)`, OpenCV's `INTER_LINEAR` on `float32`
  /// (``SamplingCoordinates/halfPixel``) and `scipy.ndimage.zoom` of order 1
  /// (``SamplingCoordinates/corners``), each to rounding.
  ///
  /// - Parameters:
  ///   - size: The new size.
  ///   - coordinates: Where the samples lie.
  /// - Returns: The resized planes.
  public func resized(to size: ImageSize, coordinates: SamplingCoordinates) -> PlanarImage {
    interpolated(
      rows: BilinearTaps(from: height, to: size.height, coordinates),
      columns: BilinearTaps(from: width, to: size.width, coordinates))
  }

  /// Resizes every plane by a factor, as `torch.nn.functional.interpolate(scale_factor:)` does.
  ///
  /// The new sides are cut to whole pixels. With half-pixel coordinates the step between samples is
  /// `1 / factor` and not `in / out`, which differs when something was cut.
  ///
  /// - Parameters:
  ///   - factor: A positive factor; every side must keep at least one pixel.
  ///   - coordinates: Where the samples lie.
  /// - Returns: The resized planes.
  public func scaled(by factor: Double, coordinates: SamplingCoordinates) -> PlanarImage {
    let size = size.scaledDown(by: factor)
    return interpolated(
      rows: BilinearTaps(from: height, to: size.height, coordinates, halfPixelStep: 1 / factor),
      columns: BilinearTaps(from: width, to: size.width, coordinates, halfPixelStep: 1 / factor))
  }

  /// Resizes every plane by factors, as `scipy.ndimage.zoom(order=1)` does.
  ///
  /// - Parameters:
  ///   - vertical: The factor of the height; the new height is rounded, halves to even.
  ///   - horizontal: The factor of the width; the new width is rounded, halves to even.
  /// - Returns: The resized planes.
  public func zoomed(vertical: Double, horizontal: Double) -> PlanarImage {
    let newSize = ImageSize(
      width: size.scaled(by: horizontal).width, height: size.scaled(by: vertical).height)
    return resized(to: newSize, coordinates: .corners)
  }

  /// Resizes every plane to the nearest value, as PIL does: `floor((i + 0.5) * in / out)`.
  ///
  /// - Parameter size: The new size.
  /// - Returns: The resized planes.
  public func nearestResized(to size: ImageSize) -> PlanarImage {
    let count = height * width
    return PlanarImage(
      channels: channels, height: size.height, width: size.width,
      planes: (0..<channels).flatMap { channel in
        nearestResampled(
          Array(planes[channel * count..<(channel + 1) * count]), channels: 1, from: self.size,
          to: size)
      })
  }

  private func interpolated(rows: BilinearTaps, columns: BilinearTaps) -> PlanarImage {
    let (newHeight, newWidth) = (rows.count, columns.count)
    let values = [Float](unsafeUninitializedCapacity: channels * newHeight * newWidth) {
      target, count in
      planes.withUnsafeBufferPointer { planes in
        withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { blend in
          for channel in 0..<channels {
            for y in 0..<newHeight {
              let upper = (channel * height + rows.first[y]) * width
              let lower = (channel * height + rows.second[y]) * width
              let weight = rows.weight[y]
              for x in 0..<width {
                blend[x] = (1 - weight) * planes[upper + x] + weight * planes[lower + x]
              }
              let start = (channel * newHeight + y) * newWidth
              for x in 0..<newWidth {
                let weight = columns.weight[x]
                target[start + x] =
                  (1 - weight) * blend[columns.first[x]] + weight * blend[columns.second[x]]
              }
            }
          }
        }
      }
      count = channels * newHeight * newWidth
    }
    return PlanarImage(channels: channels, height: newHeight, width: newWidth, planes: values)
  }
}

/// The two old samples of each new one along an axis.
private struct BilinearTaps {
  private(set) var first: [Int] = []
  private(set) var second: [Int] = []
  /// The weight of the second sample.
  private(set) var weight: [Float] = []

  var count: Int { first.count }

  init(
    from oldCount: Int, to newCount: Int, _ coordinates: SamplingCoordinates,
    halfPixelStep: Double? = nil
  ) {
    let step: Double
    let offset: Double
    switch coordinates {
    case .halfPixel:
      step = halfPixelStep ?? Double(oldCount) / Double(newCount)
      offset = 0.5 * step - 0.5
    case .corners:
      step = newCount > 1 ? Double(oldCount - 1) / Double(newCount - 1) : 0
      offset = 0
    }
    for i in 0..<newCount {
      let position = min(max(0, Double(i) * step + offset), Double(oldCount - 1))
      let index = Int(position)
      first.append(index)
      second.append(min(index + 1, oldCount - 1))
      weight.append(Float(position - Double(index)))
    }
  }
}
