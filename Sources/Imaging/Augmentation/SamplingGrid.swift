/// Where each cell of a feature map looks in a map of the full image frame.
///
/// # Shapes
///
/// - `coordinates`: `[height, width, 2]`, x before y, the convention of torch's `grid_sample` with
///   `align_corners=False`: -1 and 1 are the frame's edges. A cell in the padding looks at
///   (-2, -2), where `padding_mode="zeros"` gives 0.
/// - `inside`: `[height, width]`, 1 where the cell's centre shows the image and 0 in the padding.
public struct SamplingGrid: Sendable, Equatable {
  /// The number of rows of cells.
  public let height: Int
  /// The number of columns of cells.
  public let width: Int
  /// The places to look at.
  public let coordinates: [Float]
  /// Which cells show the image.
  public let inside: [Float]
}

extension ImageGeometry {
  /// Returns where the cells of a feature map look in a map of the full frame.
  ///
  /// The cells tile the plane evenly; a cell looks where its centre does. The pixel positions of
  /// the cells of a strided network differ from that by less than half a cell.
  ///
  /// - Parameters:
  ///   - height: The number of rows of cells, at least 1.
  ///   - width: The number of columns of cells, at least 1.
  /// - Returns: The grid; feed it to bilinear `grid_sample` with zero padding, or with border
  ///   padding and multiply with ``SamplingGrid/inside``, which leaves the frame's edge undimmed.
  public func samplingGrid(height: Int, width: Int) -> SamplingGrid {
    precondition(height > 0 && width > 0, "A grid must be positive, got \(height)×\(width)")
    let cellHeight = Double(planeSize.height) / Double(height)
    let cellWidth = Double(planeSize.width) / Double(width)
    var coordinates: [Float] = []
    var mask: [Float] = []
    coordinates.reserveCapacity(2 * height * width)
    mask.reserveCapacity(height * width)
    for row in 0..<height {
      for column in 0..<width {
        let point = sourcePoint(
          planeX: (Double(column) + 0.5) * cellWidth, planeY: (Double(row) + 0.5) * cellHeight)
        coordinates.append(Float(point.map { 2 * $0.x - 1 } ?? -2))
        coordinates.append(Float(point.map { 2 * $0.y - 1 } ?? -2))
        mask.append(point == nil ? 0 : 1)
      }
    }
    return SamplingGrid(height: height, width: width, coordinates: coordinates, inside: mask)
  }
}
