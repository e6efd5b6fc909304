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
  ///   - seed: The seed of W1, W2 and the fusion.
  ///   - device: Where the classifier computes.
  /// - Throws: An error of the tensor engine.
  public init(
    configuration: InterventionConfiguration, confounders: ConfounderSet,
    masks: [String: LabelMap], seed: UInt64, device: Device
  ) throws {
    self.configuration = configuration
    self.device = device
    classCount = confounders.classCount
    size = confounders.size
    let size = confounders.size
    let resized = masks.mapValues { $0.resized(to: ImageSize(width: size, height: size)) }
    self.masks =
      configuration.control == .permutedImages ? Self.permuted(resized, seed: seed) : resized
    self.confounders = try Tensor(
      confounders.maps, shape: [classCount, size * size], on: device)
    prior = try Tensor(confounders.prior, shape: [1, classCount], on: device)
    store = ParameterStore(seed: seed, device: device)
    let path = store.root / "intervention"
    let initializer = Initializer.normal(standardDeviation: configuration.projectionDeviation)
    query = try path.parameter(
      "query", shape: [classCount, size * size], role: .weight, initializer: initializer)
    key = try path.parameter(
      "key", shape: [classCount, size * size], role: .weight, initializer: initializer)
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
      configuration.fusion, store.root / "fusion" / port.name, channels: channels)
    fusions[port] = layer
    return layer.outputChannels
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func bound(to batch: ContextBatch) throws -> any BoundContext {
    try checkPorts()
    let result = try adjustment(batch.ids)
    statistics.add(try result.attention.detached().floats(), classCount: classCount)
    statistics.addMaps(
      try result.contextMaps.detached().mean(along: [1]).floats())
    var maps = try result.contextMaps.reshaped([batch.ids.count, 1, size, size])
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

  /// Returns attention and context maps of images.
  ///
  /// - Parameter ids: The images' identifiers.
  /// - Returns: One row for each identifier.
  /// - Throws: ``InterventionError/missingMask(id:)`` for an image without a mask.
  func adjustment(_ ids: [String]) throws -> BackdoorAdjustment.Result {
    var values: [Float] = []
    for id in ids {
      guard let mask = masks[id] else { throw InterventionError.missingMask(id: id) }
      configuration.encoding.encode(mask, classCount: classCount, into: &values)
    }
    let planes = configuration.encoding.planeCount(classCount: classCount)
    let shape =
      planes == 1 ? [ids.count, size * size] : [ids.count, planes, size * size]
    return try BackdoorAdjustment(
      confounders: confounders, prior: prior, queryWeight: query.value, keyWeight: key.value
    )(Tensor(values, shape: shape, on: device))
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

  /// Gives every image the mask of another one: a random cyclic order, so that none keeps its own.
  private static func permuted(_ masks: [String: LabelMap], seed: UInt64) -> [String: LabelMap] {
    var stream = RandomStream(seed: seed, "permuted images")
    let ids = masks.keys.sorted().shuffled(using: &stream)
    var result: [String: LabelMap] = [:]
    for (position, id) in ids.enumerated() {
      result[id] = masks[ids[(position + 1) % ids.count]]
    }
    return result
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

/// An intervention that cannot be carried out.
public enum InterventionError: Error, Equatable, CustomStringConvertible {
  /// An image without a mask of the round before.
  case missingMask(id: String)
  /// A port that the seed generator does not have.
  case missingPorts(generator: String, wanted: [String], known: [String])
  /// A port that the classifier has but does not offer, because it could not learn there.
  case withheldPorts(wanted: [String], offered: [String])

  /// The message.
  public var description: String {
    switch self {
    case .missingMask(let id):
      "The intervention has no mask for image '\(id)'. Every image that the classifier sees needs "
        + "the mask of the round before."
    case .missingPorts(let generator, let wanted, let known):
      known.isEmpty
        ? "The seed generator '\(generator)' has no context ports, so the intervention cannot act "
          + "on it. Set intervention.rounds to 0 or use another seed generator."
        : "The seed generator '\(generator)' has no context port "
          + "\(wanted.map { "'\($0)'" }.joined(separator: ", ")). Its ports: "
          + "\(known.joined(separator: ", "))."
    case .withheldPorts(let wanted, let offered):
      "The classifier offers no context port \(wanted.map { "'\($0)'" }.joined(separator: ", ")), "
        + "because no gradient flows back through the frozen stages behind it. Ports it offers: "
        + "\(offered.isEmpty ? "none" : offered.joined(separator: ", ")). Use one of them or "
        + "freeze fewer stages."
    }
  }
}
