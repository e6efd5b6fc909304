public import Imaging
public import Tensors

/// What enters a classifier through its ports: nothing for a baseline, the context map M for + CONTA.
///
/// A classifier declares each of its ports, front to back, while it builds its layers, binds the
/// context to every batch, and passes its features through:
///
///     let width = try context.channels(leaving: .block5, of: 2048)
///     let head = try Conv2D(path / "head", inChannels: width, …)
///     …
///     let ports = try context.bound(to: batch)
///     features = try ports.apply(.block5, to: features)
///
/// With ``NoContext`` the features leave as they came, bit for bit.
public protocol Context: EpochStatistics {
  /// The parameters that are trained together with the classifier, none for a baseline.
  var parameterGroups: [ParameterGroup] { get }
  /// The store of those parameters, saved and restored with the classifier's.
  var parameters: ParameterStore? { get }
  /// Declares a port and returns the number of channels that leave it.
  ///
  /// - Parameters:
  ///   - port: One of the classifier's ports.
  ///   - channels: The number of channels that enter it.
  /// - Returns: The number of input channels of the layer behind the port.
  /// - Throws: An error of the tensor engine.
  func channels(leaving port: ContextPort, of channels: Int) throws -> Int
  /// Returns the ports for one batch.
  ///
  /// - Parameter batch: Which samples the batch shows, and how.
  /// - Returns: The ports, valid for this batch only.
  /// - Throws: An error that names the sample if its context is missing.
  func bound(to batch: ContextBatch) throws -> any BoundContext
}

/// A context that knows the samples of the batch at hand.
public protocol BoundContext {
  /// Returns the features that leave a port.
  ///
  /// - Parameters:
  ///   - port: One of the classifier's ports.
  ///   - features: `[batch, channels, height, width]`, any resolution.
  /// - Returns: `[batch, context.channels(leaving: port, of: channels), height, width]`.
  /// - Throws: An error of the tensor engine.
  func apply(_ port: ContextPort, to features: Tensor) throws -> Tensor
}

/// Which samples a batch shows and how each was resized, cropped and flipped.
public struct ContextBatch: Sendable {
  /// The identifier of every sample of the batch, in order.
  public var ids: [String]
  /// How every sample's plane maps to its full image.
  public var geometries: [ImageGeometry]

  /// Creates the description of a batch.
  ///
  /// - Parameters:
  ///   - ids: The samples, in the order of the batch.
  ///   - geometries: One geometry for each sample.
  public init(ids: [String], geometries: [ImageGeometry]) {
    precondition(
      ids.count == geometries.count,
      "A batch of \(ids.count) samples needs as many geometries, got \(geometries.count)")
    self.ids = ids
    self.geometries = geometries
  }
}

/// The context of a baseline: every port is the identity.
public final class NoContext: Context, BoundContext {
  /// Creates the context of a baseline.
  public init() {}

  /// None: a baseline has nothing more to train.
  public var parameterGroups: [ParameterGroup] { [] }
  /// None.
  public var parameters: ParameterStore? { nil }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func channels(leaving port: ContextPort, of channels: Int) throws -> Int { channels }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func bound(to batch: ContextBatch) throws -> any BoundContext { self }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func apply(_ port: ContextPort, to features: Tensor) throws -> Tensor { features }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func epochStatistics() throws -> [(name: String, value: Double)] { [] }
}
