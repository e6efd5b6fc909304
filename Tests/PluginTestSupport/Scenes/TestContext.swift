public import CoreAPI
import Essentials
import Imaging
public import Tensors

/// A context that watches how a classifier uses its ports, and adds a learnable pattern at one.
///
/// The pattern varies from sample to sample and over the full image frame, so it changes both class
/// scores and where they are high:
///
///     features + gain * (x + offset of the sample)
public final class TestContext: Context {
  /// The port that changes its features, nil if every port is the identity.
  public let activePort: ContextPort?
  /// The ports that were declared, with their channels, in order.
  public private(set) var declared: [ContextPortDescription] = []
  /// The batches that the context was bound to.
  public private(set) var batches: [ContextBatch] = []
  /// The ports that features passed through.
  public fileprivate(set) var visited: Set<ContextPort> = []
  /// What the classifier did wrong.
  public fileprivate(set) var violations: Set<String> = []

  private let store: ParameterStore
  private let widensActivePort: Bool
  fileprivate var gain: Parameter?

  /// Creates a context.
  ///
  /// - Parameters:
  ///   - activePort: The port that changes its features, nil for none.
  ///   - widens: Whether it appends the pattern as a channel instead of adding it.
  ///   - seed: The seed of its parameters.
  public init(activeAt activePort: ContextPort? = nil, widens: Bool = false, seed: UInt64 = 7) {
    self.activePort = activePort
    widensActivePort = widens
    store = ParameterStore(seed: seed)
  }

  /// The factor of the pattern for each channel.
  public var parameters: ParameterStore? { activePort == nil ? nil : store }

  /// One group with the classifier's own rate.
  public var parameterGroups: [ParameterGroup] {
    activePort == nil ? [] : [ParameterGroup(store.parameters)]
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func channels(leaving port: ContextPort, of channels: Int) throws -> Int {
    if declared.contains(where: { $0.port == port }) {
      violations.insert("Port '\(port)' is declared twice.")
    }
    declared.append(ContextPortDescription(port: port, channels: channels))
    guard port == activePort else { return channels }
    gain = try store.root.parameter(
      "gain", shape: [1, widensActivePort ? 1 : channels, 1, 1], role: .weight,
      initializer: .normal(standardDeviation: 1))
    return channels + (widensActivePort ? 1 : 0)
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func bound(to batch: ContextBatch) throws -> any BoundContext {
    batches.append(batch)
    return BoundTestContext(context: self, batch: batch, widens: widensActivePort)
  }

  /// Forgets which ports features passed through.
  public func forgetVisits() { visited = [] }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func epochStatistics() throws -> [(name: String, value: Double)] { [] }
}

/// A test context with the samples of one batch.
private struct BoundTestContext: BoundContext {
  let context: TestContext
  let batch: ContextBatch
  let widens: Bool

  func apply(_ port: ContextPort, to features: Tensor) throws -> Tensor {
    context.visited.insert(port)
    let shape = features.shape
    let declaration = context.declared.first { $0.port == port }
    if let declaration, declaration.channels != shape[1] {
      context.violations.insert(
        "Port '\(port)' is declared with \(declaration.channels) channels and gets \(shape[1]).")
    }
    if declaration == nil {
      context.violations.insert("Port '\(port)' is used without having been declared.")
    }
    guard shape[0] == batch.ids.count else {
      context.violations.insert(
        "Port '\(port)' gets \(shape[0]) samples, the context is bound to \(batch.ids.count).")
      return features
    }
    guard port == context.activePort, let gain = context.gain else { return features }
    var pattern: [Float] = []
    for (id, geometry) in zip(batch.ids, batch.geometries) {
      let grid = geometry.samplingGrid(height: shape[2], width: shape[3])
      var stream = RandomStream(seed: 1, id)
      let offset = Float(stream.uniform())
      pattern += grid.inside.indices.map {
        grid.inside[$0] * (grid.coordinates[2 * $0] + offset)
      }
    }
    let maps = try Tensor(pattern, shape: [shape[0], 1, shape[2], shape[3]]).to(features.dtype)
    let change = try gain.value.to(features.dtype) * maps
    return widens ? try Tensor.concatenate([features, change], along: 1) : try features + change
  }
}
