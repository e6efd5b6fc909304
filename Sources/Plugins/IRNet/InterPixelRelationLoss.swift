import Imaging
import TensorFiles
import Tensors

/// The training loss of IRNet's boundaries and displacements.
///
/// A pair of nearby pixels should be connected if both have the same class and separated otherwise;
/// whether it is connected is 1 minus the strongest boundary on the path between them. Pairs of the
/// same object class should have displacements that differ by their distance.
///
///     a = 1 - max over the path of sigmoid(boundary)
///     L = ((Lbg + Lfg) / 2 + Lneg) / 2 + (Ldfg + Ldbg) / 2
///
/// # Source
///
/// Ahn et al., CVPR 2019, eq. 4–8. `jiwoon-ahn/irn net/resnet50_irn.py`, `AffinityDisplacementLoss`;
/// `voc12/dataloader.py`, `GetAffinityLabelFromIndices`.
struct InterPixelRelationLoss {
  /// Keeps logarithms finite.
  private static let epsilon = 1e-5

  let tables: PathIndexTables
  private let pathIndices: [Tensor]
  private let offsets: Tensor
  private let destinations: [PathIndex.Offset]

  /// The loss and its parts.
  struct Terms {
    var total: Tensor
    /// Affinity of pairs of the same class, background and foreground in equal parts.
    var positive: Tensor
    /// Affinity of pairs of different classes.
    var negative: Tensor
    /// Displacement of pairs of the same foreground class.
    var foregroundDisplacement: Tensor
    /// Displacement of background pairs.
    var backgroundDisplacement: Tensor
  }

  /// Which pairs count for what, each `[batch, directions, pairs]` of 0 and 1.
  struct PairLabels {
    var background: Tensor
    var foreground: Tensor
    var negative: Tensor
  }

  /// Creates the loss for maps of one size.
  ///
  /// - Parameters:
  ///   - radius: Pairs closer than this many steps of the map are used.
  ///   - height: The number of rows of the maps.
  ///   - width: The number of columns of the maps.
  ///   - device: Where the maps live.
  /// - Throws: An error of the tensor engine.
  init(radius: Int, height: Int, width: Int, device: Device) throws {
    let tables = PathIndexTables(PathIndex(radius: radius), height: height, width: width)
    self.tables = tables
    destinations = tables.index.paths.map(\.destination)
    pathIndices = try tables.index.groups.indices.map { group in
      let indices = tables.pathIndices(ofGroup: group)
      return try Tensor(indices.map(Int64.init), shape: [indices.count], on: device)
    }
    offsets = try Tensor(
      destinations.map { Float($0.rows) } + destinations.map { Float($0.columns) },
      shape: [1, 2, destinations.count, 1], on: device)
  }

  /// Returns for every pair of pixels how likely no boundary separates them.
  ///
  /// - Parameter boundary: Logits `[batch, 1, height, width]`.
  /// - Returns: `[batch, directions, pairs]` in `0...1`.
  /// - Throws: An error of the tensor engine.
  func affinities(_ boundary: Tensor) throws -> Tensor {
    let batch = boundary.shape[0]
    let flat = try boundary.sigmoid().reshaped([batch, tables.height * tables.width])
    let groups = try zip(tables.index.groups, pathIndices).map { group, indices in
      let pathLength = tables.index.paths[group.lowerBound].points.count
      return try flat.indexSelected(along: 1, indices: indices)
        .reshaped([batch, group.count, pathLength, tables.sources.count])
        .maximum(along: 2).values
    }
    return try 1.0 - Tensor.concatenate(groups, along: 1)
  }

  /// Returns the labels of all pairs.
  ///
  /// - Parameters:
  ///   - labels: Class indices `[batch, height, width]` of the maps' size, 255 for undecided pixels.
  ///   - classCount: The number of classes including the background; higher indices are undecided.
  /// - Returns: What every pair counts for.
  /// - Throws: An error of the tensor engine.
  func pairLabels(_ labels: Tensor, classCount: Int) throws -> PairLabels {
    let maps = try labels.to(.float32).unsqueezed(1)
    let from = try valuesAtSources(maps)
    let to = try valuesAtDestinations(maps)
    let isValid = try from.less(than: Double(classCount)).logicalAnd(
      to.less(than: Double(classCount)))
    let isEqual = try from.equal(to: to).logicalAnd(isValid)
    let isBackground = try from.equal(to: 0.0)
    let shape = [labels.shape[0], destinations.count, tables.sources.count]
    return PairLabels(
      background: try isEqual.logicalAnd(isBackground).to(.float32).reshaped(shape),
      foreground: try isEqual.logicalAnd(isBackground.logicalNot()).to(.float32).reshaped(shape),
      negative: try isValid.logicalAnd(isEqual.logicalNot()).to(.float32).reshaped(shape))
  }

  /// Returns the displacement difference of every pair, source minus destination.
  ///
  /// - Parameter field: `[batch, 2, height, width]`.
  /// - Returns: `[batch, 2, directions, pairs]`.
  /// - Throws: An error of the tensor engine.
  func pairDisplacements(_ field: Tensor) throws -> Tensor {
    let shape = [field.shape[0], 2, destinations.count, tables.sources.count]
    return try (valuesAtSources(field) - valuesAtDestinations(field)).reshaped(shape)
  }

  /// Returns the loss.
  ///
  /// - Parameters:
  ///   - boundary: Logits `[batch, 1, height, width]`.
  ///   - displacement: `[batch, 2, height, width]` in steps of the map.
  ///   - labels: What every pair counts for.
  /// - Returns: The loss and its parts, each a scalar.
  /// - Throws: An error of the tensor engine.
  func callAsFunction(
    boundary: Tensor, displacement: Tensor, labels: PairLabels
  ) throws -> Terms {
    let epsilon = Self.epsilon
    let affinity = try affinities(boundary)
    let attract = try -(affinity + epsilon).log()
    let repel = try -((1.0 + epsilon) - affinity).log()
    let backgroundCount = try labels.background.sum()
    let foregroundCount = try labels.foreground.sum()
    let positive =
      try
      ((labels.background * attract).sum() / (backgroundCount + epsilon)
      + (labels.foreground * attract).sum() / (foregroundCount + epsilon)) / 2.0
    let negative = try (labels.negative * repel).sum() / (labels.negative.sum() + epsilon)
    let pairs = try pairDisplacements(displacement)
    let foreground =
      try (labels.foreground.unsqueezed(1) * (pairs - offsets).abs()).sum()
      / (foregroundCount * 2.0 + epsilon)
    let background =
      try (labels.background.unsqueezed(1) * pairs.abs()).sum() / (backgroundCount * 2.0 + epsilon)
    let total = try (positive + negative) / 2.0 + (foreground + background) / 2.0
    return Terms(
      total: total, positive: positive, negative: negative, foregroundDisplacement: foreground,
      backgroundDisplacement: background)
  }

  /// Returns the values at the sources, `[batch, channels, 1, rows, columns]`.
  private func valuesAtSources(_ maps: Tensor) throws -> Tensor {
    let floor = tables.index.margin
    return try maps.narrow(along: 2, from: 0, count: tables.height - floor)
      .narrow(along: 3, from: floor, count: tables.width - 2 * floor).unsqueezed(2)
  }

  /// Returns the values at the destinations, `[batch, channels, directions, rows, columns]`.
  private func valuesAtDestinations(_ maps: Tensor) throws -> Tensor {
    let floor = tables.index.margin
    let slices = try destinations.map { offset in
      try maps.narrow(along: 2, from: offset.rows, count: tables.height - floor)
        .narrow(along: 3, from: floor + offset.columns, count: tables.width - 2 * floor)
    }
    return try Tensor.stack(slices, along: 2)
  }
}
