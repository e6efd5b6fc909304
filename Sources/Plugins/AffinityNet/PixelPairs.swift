import Imaging
import TensorFiles
import Tensors

/// The pairs of neighbouring pixels of a map that affinities are learned for.
///
/// Every pair has a source and lies less than the radius apart, the other pixel to the right in the
/// same row or in a row below. Sources keep a margin of the radius to the left, right and bottom
/// border, so the pairs at the border are left out.
///
/// # Source
///
/// `YudeWang/SEAM network/resnet38_aff.py` and `tool/pyutils.py`, `get_indices_of_pairs`. On maps
/// smaller than twice the radius the radius is reduced, as there.
struct PixelPairs {
  let height: Int
  let width: Int
  /// The steps from sources to the other pixels, in the reference's order.
  let offsets: [PathIndex.Offset]
  /// The rows below and the columns beside sources.
  let margin: Int

  /// The number of rows that have sources.
  var sourceRows: Int { height - margin }
  /// The number of columns that have sources.
  var sourceColumns: Int { width - 2 * margin }

  init(height: Int, width: Int, radius: Int) {
    let shorter = min(height, width)
    let radius = max(1, shorter < 2 * radius + 1 ? (shorter - 1) / 2 : radius)
    self.height = height
    self.width = width
    margin = radius - 1
    let reach = -margin...margin
    offsets =
      (0...margin).flatMap { rows in
        reach.compactMap { columns in
          let isAhead = rows > 0 || columns > 0
          return isAhead && rows * rows + columns * columns < radius * radius
            ? PathIndex.Offset(rows: rows, columns: columns) : nil
        }
      }
  }

  /// Returns the affinities of all pairs.
  ///
  ///     a = exp(-mean over the channels of |to - from|)
  ///
  /// - Parameter features: `[batch, channels, height, width]`.
  /// - Returns: `[batch, offsets, sources]` in `0...1`.
  /// - Throws: An error of the tensor engine.
  func affinities(_ features: Tensor) throws -> Tensor {
    let distances = try features.neighborDistances(
      offsets: offsets.map { ($0.rows, $0.columns) }, from: (0, margin),
      sources: (sourceRows, sourceColumns))
    return try flat(-distances).exp()
  }

  /// Which pairs count for what, each `[batch, offsets, sources]` of 0 and 1.
  struct Labels {
    /// Both pixels are background.
    var background: Tensor
    /// Both pixels are of the same foreground class.
    var foreground: Tensor
    /// The pixels are of different classes.
    var negative: Tensor
  }

  /// Returns what every pair counts for.
  ///
  /// - Parameter maps: Class positions `[batch, height, width]`, 0 for the background and 255 for
  ///   undecided pixels.
  /// - Returns: The labels of the pairs; a pair with an undecided pixel counts for nothing.
  /// - Throws: An error of the tensor engine.
  func labels(_ maps: Tensor) throws -> Labels {
    let maps = try maps.to(.float32).unsqueezed(1)
    let from = try atSources(maps)
    let to = try Tensor.concatenate(offsets.map { try atEnds(maps, of: $0) }, along: 1)
    let isDecided = try from.less(than: 255).logicalAnd(to.less(than: 255))
    let isEqual = try from.equal(to: to)
    let isBackground = try from.equal(to: 0.0)
    let isSame = try isEqual.logicalAnd(isDecided)
    let isDifferent = try isEqual.logicalNot().logicalAnd(isDecided)
    return Labels(
      background: try flat(isSame.logicalAnd(isBackground)).to(.float32),
      foreground: try flat(isSame.logicalAnd(isBackground.logicalNot())).to(.float32),
      negative: try flat(isDifferent).to(.float32))
  }

  /// Returns affinities by the place of their source, 0 where a pixel is no source.
  ///
  /// - Parameter affinities: `[1, offsets, sources]`.
  /// - Returns: `[offsets, height, width]` values.
  /// - Throws: An error of the tensor engine.
  func planes(_ affinities: Tensor) throws -> [Float] {
    try affinities.reshaped([offsets.count, sourceRows, sourceColumns])
      .padded([margin, margin, 0, margin]).floats()
  }

  /// Returns `[batch, channels, sourceRows, sourceColumns]`.
  private func atSources(_ maps: Tensor) throws -> Tensor {
    try atEnds(maps, of: PathIndex.Offset(rows: 0, columns: 0))
  }

  /// Returns the values an offset away from the sources.
  private func atEnds(_ maps: Tensor, of offset: PathIndex.Offset) throws -> Tensor {
    try maps.narrow(along: 2, from: offset.rows, count: sourceRows)
      .narrow(along: 3, from: margin + offset.columns, count: sourceColumns)
  }

  /// Returns `[batch, offsets, sources]` for `[batch, offsets, sourceRows, sourceColumns]`.
  private func flat(_ pairs: Tensor) throws -> Tensor { try pairs.flattened(from: 2) }
}
