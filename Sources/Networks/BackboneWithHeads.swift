public import CoreAPI
public import Tensors

/// A backbone whose heads stand at the root of the same parameter store, as in PSA and SEAM.
///
/// ResNet-38's own parameters stand at the root too, under their published names; those of other
/// backbones stand below the backbone's name.
public struct BackboneWithHeads {
  /// The backbone.
  public let backbone: any Backbone
  private let kind: BackboneKind
  private let prefix: String
  private let store: ParameterStore
  private let headPaths: [String]

  /// Creates the backbone with random weights.
  ///
  /// - Parameters:
  ///   - kind: Which backbone.
  ///   - store: Where its parameters go.
  ///   - headPaths: The paths of the heads, for example "fc8".
  /// - Throws: An error of the tensor engine.
  public init(_ kind: BackboneKind, in store: ParameterStore, headPaths: [String]) throws {
    self.kind = kind
    self.store = store
    self.headPaths = headPaths
    prefix = kind == .resNet38 ? "" : kind.rawValue
    backbone = try kind.make(prefix.isEmpty ? store.root : store.root / prefix)
  }

  /// Loads pretrained weights into the backbone; the heads keep theirs.
  ///
  /// - Parameters:
  ///   - file: A weight file of this backbone.
  ///   - input: How samples become values of the network.
  ///   - use: What the weights are for, for the supervision record.
  /// - Returns: The record of what was loaded.
  /// - Throws: An error that names the file if it is unreadable, lacks a tensor or expects other
  ///   images.
  public func loadWeights(
    _ file: String, input: InputNormalization, use: String
  ) throws -> SupervisionRecord {
    try kind.loadWeights(
      file, at: prefix, besides: headPaths, input: input, into: store, use: use
    ).record
  }

  /// Returns weights and biases of the backbone and of the heads, each with its own rate.
  ///
  /// - Parameters:
  ///   - headRateMultiplier: By how much the heads learn faster than the backbone.
  ///   - weightDecay: The L2 penalty of weights.
  /// - Returns: The groups; parameters of frozen stages are in them too, but get no gradient.
  public func parameterGroups(
    headRateMultiplier: Double, weightDecay: Double
  ) -> [ParameterGroup] {
    store.weightAndBiasGroups(
      headPrefixes: headPaths.map { "\($0)." }, headRateMultiplier: headRateMultiplier,
      weightDecay: weightDecay)
  }
}
