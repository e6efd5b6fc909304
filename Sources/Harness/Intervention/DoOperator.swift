public import CoreAPI
import Essentials
import Foundation
public import Imaging
public import Tensors

/// The do-operator: replaces P(Y | X) by P(Y | do(X)) inside any classifier that has context ports.
///
/// It turns the mask of every image into its context map M (``BackdoorAdjustment``), warps M as the
/// image itself was cropped, resized and flipped, and joins it with the features at the chosen
/// ports (``ContextFusion``). W1, W2 and the fusion are trained with the classifier; C and X_m are
/// constants of the round.
public final class DoOperator: Context {
  private let configuration: InterventionConfiguration
  private let classCount: Int
  private let size: Int
  private let masks: [String: LabelMap]
  private let labels: [String: ImageLabels]
  private let store: ParameterStore
  private let query: Parameter
  private let key: Parameter
  private let confounders: Tensor
  private let prior: Tensor
  private let device: Device
  private var fusions: [ContextPort: FusionLayer] = [:]
  private var offeredPorts: [ContextPort] = []
  private var statistics = AttentionStatistics()

  /// Creates the do-operator of a round.
  ///
  /// - Parameters:
  ///   - configuration: The reading of the paper's intervention.
  ///   - confounders: The confounder set C.
  ///   - masks: The mask X_m of every image by identifier, of any size.
  ///   - labels: The labels of every image, from which one of the controls makes M.
  ///   - seed: The seed of W1, W2 and the fusion.
  ///   - device: Where the classifier computes.
  /// - Throws: An error of the tensor engine.
  public init(
    configuration: InterventionConfiguration, confounders: ConfounderSet,
    masks: [String: LabelMap], labels: [String: ImageLabels] = [:], seed: UInt64, device: Device
  ) throws {
    self.configuration = configuration
    self.device = device
    self.labels = labels
    let control = configuration.control
    let confounders = control.replacement(for: confounders, seed: seed)
    classCount = confounders.classCount
    size = confounders.size
    let size = ImageSize(width: confounders.size, height: confounders.size)
    self.masks = control.replacement(for: masks.mapValues { $0.resized(to: size) }, seed: seed)
    let confounderShape = [classCount, size.width * size.height]
    self.confounders = try Tensor(confounders.maps, shape: confounderShape, on: device)
    prior = try Tensor(confounders.prior, shape: [1, classCount], on: device)
    store = ParameterStore(seed: seed, device: device)
    let path = store.root / "intervention"
    let initializer = Initializer.normal(standardDeviation: configuration.projectionDeviation)
    query = try path.parameter(
      "query", shape: confounderShape, role: .weight, initializer: initializer)
    key = try path.parameter(
      "key", shape: confounderShape, role: .weight, initializer: initializer)
  }

  /// W1, W2 and the fusions' weights.
  public var parameters: ParameterStore? { store }

  /// One group with the configured rate and decay.
  public var parameterGroups: [ParameterGroup] {
    [
      ParameterGroup(
        store.parameters, rateMultiplier: configuration.rateMultiplier,
        weightDecay: configuration.weightDecay)
    ]
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func channels(leaving port: ContextPort, of channels: Int) throws -> Int {
    offeredPorts.append(port)
    guard configuration.ports.contains(port.name) else { return channels }
    let layer = try FusionLayer(
      configuration.fusion, store.root / "fusion" / port.name, channels: channels,
      contextChannels: contextChannels)
    fusions[port] = layer
    return layer.outputChannels
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func bound(to batch: ContextBatch) throws -> any BoundContext {
    try checkPorts()
    let context = try contextMaps(of: batch.ids)
    if let attention = context.attention {
      statistics.add(try attention.detached().floats(), classCount: classCount)
    }
    statistics.addMaps(try context.maps.detached().mean(along: [1, 2, 3]).floats())
    var maps = context.maps
    if configuration.scale == .timesClassCount { maps = try maps * Double(classCount) }
    return BoundDoOperator(
      maps: maps, geometries: batch.geometries, fusions: fusions, device: device)
  }

  /// Refuses ports that the classifier did not declare while it was built.
  ///
  /// - Throws: ``InterventionError/withheldPorts(wanted:offered:)``.
  func checkPorts() throws {
    let offered = offeredPorts.map(\.name)
    let withheld = configuration.ports.filter { !offered.contains($0) }
    guard withheld.isEmpty else {
      throw InterventionError.withheldPorts(wanted: withheld, offered: offered)
    }
  }

  // MARK: - Context maps

  /// The number of planes of M: one, or those of the mask that stands in for it.
  private var contextChannels: Int {
    switch configuration.contextMap {
    case .adjustment: 1
    case .segmentationMask: configuration.encoding.planeCount(classCount: classCount)
    }
  }

  /// Returns M of images, before ``InterventionConfiguration/scale``.
  ///
  /// - Parameter ids: The images' identifiers.
  /// - Returns: `[batch, planes, size, size]`, and `[batch, n]` attention where M has one.
  /// - Throws: ``InterventionError`` for an image without a mask or without labels.
  func contextMaps(of ids: [String]) throws -> (attention: Tensor?, maps: Tensor) {
    let shape = [ids.count, contextChannels, size, size]
    if configuration.contextMap == .segmentationMask {
      return (nil, try encodedMasks(ids).reshaped(shape))
    }
    if configuration.control == .imageLabels {
      let attention = try labelShares(ids)
      return (attention, try backdoor.contextMaps(attention).reshaped(shape))
    }
    let result = try adjustment(ids)
    return (result.attention, try result.contextMaps.reshaped(shape))
  }

  /// Returns attention and context maps of images as in equation 3.
  ///
  /// - Parameter ids: The images' identifiers.
  /// - Returns: One row for each identifier.
  /// - Throws: ``InterventionError/missingMask(id:)`` for an image without a mask.
  func adjustment(_ ids: [String]) throws -> BackdoorAdjustment.Result {
    try backdoor(encodedMasks(ids))
  }

  private var backdoor: BackdoorAdjustment {
    BackdoorAdjustment(
      confounders: confounders, prior: prior, queryWeight: query.value, keyWeight: key.value)
  }

  /// The masks X_m as numbers: `[batch, hw]`, or `[batch, n, hw]` with a plane for each class.
  private func encodedMasks(_ ids: [String]) throws -> Tensor {
    var values: [Float] = []
    for id in ids {
      guard let mask = masks[id] else { throw InterventionError.missingMask(id: id) }
      configuration.encoding.encode(mask, classCount: classCount, into: &values)
    }
    let planes = configuration.encoding.planeCount(classCount: classCount)
    let shape =
      planes == 1 ? [ids.count, size * size] : [ids.count, planes, size * size]
    return try Tensor(values, shape: shape, on: device)
  }

  /// Attention to the classes of the labels, the same to each; none for an image without classes.
  private func labelShares(_ ids: [String]) throws -> Tensor {
    var values: [Float] = []
    for id in ids {
      guard let vector = labels[id]?.vector else { throw InterventionError.missingLabels(id: id) }
      let count = max(1, vector.reduce(0, +))
      values += vector.map { $0 / count }
    }
    return try Tensor(values, shape: [ids.count, classCount], on: device)
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public var epochSums: [String: Double] {
    get { statistics.sums }
    set { statistics = AttentionStatistics(newValue) }
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func epochStatistics() throws -> [(name: String, value: Double)] {
    defer { statistics = AttentionStatistics() }
    return statistics.values + [
      ("W1 gradient norm", try query.value.gradient?.norm().item() ?? 0),
      ("W2 gradient norm", try key.value.gradient?.norm().item() ?? 0),
    ]
  }
}

/// The context maps of one batch.
private struct BoundDoOperator: BoundContext {
  let maps: Tensor
  let geometries: [ImageGeometry]
  let fusions: [ContextPort: FusionLayer]
  let device: Device

  func apply(_ port: ContextPort, to features: Tensor) throws -> Tensor {
    guard let fusion = fusions[port] else { return features }
    let (height, width) = (features.shape[2], features.shape[3])
    return try fusion(features, warped(height: height, width: width))
  }

  /// Returns the maps in the frames of their views, 0 where a view lies outside of its image.
  private func warped(height: Int, width: Int) throws -> Tensor {
    let batch = geometries.count
    var points: [Float] = []
    var inside: [Float] = []
    for geometry in geometries {
      let grid = geometry.samplingGrid(height: height, width: width)
      points += grid.coordinates
      inside += grid.inside
    }
    let sampled = try maps.gridSampled(
      Tensor(points, shape: [batch, height, width, 2], on: device), padding: .border,
      alignCorners: false)
    return try sampled * Tensor(inside, shape: [batch, 1, height, width], on: device)
  }
}
