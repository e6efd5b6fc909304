public import CoreAPI
import Essentials

/// The reading of the paper's intervention that a recipe asks for.
///
/// The paper leaves these open; every table says which were used.
public struct InterventionConfiguration: Sendable, Equatable {
  /// What M is made of.
  public enum ContextMap: String, CaseIterable, Sendable {
    /// Eq. 3, from C and X_m.
    case adjustment
    /// X_m itself, as ``encoding`` writes it: the paper's ablation without the adjustment.
    case segmentationMask = "segmentation-mask"
  }

  /// Whose masks C averages.
  public enum ConfounderMasks: String, CaseIterable, Sendable {
    /// Those of the segmentation network.
    case segmentationMasks = "segmentation-masks"
    /// The pseudo-masks that it was trained on.
    case pseudoMasks = "pseudo-masks"
  }

  /// How the networks of a round start.
  public enum Restart: String, CaseIterable, Sendable {
    /// From their initial weights.
    case cold
    /// From their weights after the round before.
    case warm

    /// Returns the seed of a round's trainings.
    ///
    /// A warm one gets a seed of its own, the same for + CONTA and every control: with that of the
    /// round before it would see the same order, crops and dropout again.
    ///
    /// - Parameters:
    ///   - round: The round.
    ///   - networkSeed: The seed of the round's networks.
    ///   - runSeed: The seed of the run.
    /// - Returns: The seed.
    func trainingSeed(
      ofRound round: Int, network networkSeed: UInt64, run runSeed: UInt64
    ) -> UInt64 {
      guard self == .warm, round > 0 else { return networkSeed }
      var stream = RandomStream(seed: runSeed, "warm", round)
      return stream.next() >> 1
    }
  }

  /// What M is multiplied by.
  public enum Scale: String, CaseIterable, Sendable {
    /// Nothing: M is at most max(c)/n.
    case equation3 = "equation-3"
    /// The number of classes, which cancels the uniform prior.
    case timesClassCount = "times-class-count"
  }

  /// The number of rounds T after the baseline.
  public var rounds: Int
  /// The ports at which M enters.
  public var ports: [String]
  /// What M is made of.
  public var contextMap: ContextMap
  /// Whose masks C averages.
  public var confounderMasks: ConfounderMasks
  /// Over which images the confounders are averaged.
  public var average: ConfounderSet.Average
  /// The prior P(c).
  public var prior: ConfounderSet.Prior
  /// The side h = w of masks and confounders.
  public var maskSize: Int
  /// How X_m becomes numbers.
  public var encoding: MaskEncoding
  /// What M is multiplied by.
  public var scale: Scale
  /// How M joins the features.
  public var fusion: ContextFusion
  /// How the networks of a round start.
  public var restart: Restart
  /// The standard deviation of the initial W1 and W2.
  public var projectionDeviation: Double
  /// By how much W1, W2 and the fusion learn faster than the classifier's backbone.
  public var rateMultiplier: Double
  /// The L2 penalty of W1, W2 and the fusion.
  public var weightDecay: Double
  /// What a control replaces.
  public var control: InterventionControl

  /// Reads the section `intervention` of a recipe.
  ///
  /// - Parameters:
  ///   - reader: The section.
  ///   - known: The ports of the seed generator, front to back, which `ports: [dense]` stands for.
  /// - Throws: `ConfigurationError` for values of another type or range and for unknown names.
  public init(
    _ reader: ConfigurationReader,
    ports known: [ContextPort] = [.block2, .block3, .block4, .block5]
  ) throws {
    rounds = try reader.int("rounds", default: 1, in: 0...20)
    ports = try reader.strings("ports", default: ["block5"], of: "port")
    if ports.contains("dense") {
      guard ports.count == 1 else {
        throw reader.error("ports", expected: "'dense' alone, or names of ports without it")
      }
      // Without any port the name stays, and is refused as one that the generator does not have.
      if !known.isEmpty { ports = known.map(\.name) }
    }
    contextMap = try reader.choice("context_map", default: .adjustment)
    confounderMasks = try reader.choice("confounder_masks", default: .segmentationMasks)
    average = try reader.choice("average", default: .imagesWithClass)
    prior = try reader.choice("prior", default: .uniform)
    maskSize = try reader.int("mask_size", default: 64, in: 1...2048)
    encoding = try reader.choice("encoding", default: .oneHot)
    scale = try reader.choice("scale", default: .equation3)
    fusion = try reader.choice("fusion", default: .sharedConvolution3x3)
    restart = try reader.choice("restart", default: .cold)
    projectionDeviation = try reader.double("projection_deviation", default: 0.02, in: .notNegative)
    rateMultiplier = try reader.double("rate_multiplier", default: 10, in: .positive)
    weightDecay = try reader.double("weight_decay", default: 1e-4, in: .notNegative)
    control = try reader.choice("control", default: InterventionControl.none)
    if contextMap == .segmentationMask, control.changesOnlyConfounders {
      throw reader.error(
        "control",
        expected: "none, permuted-images or retrained, because 'context_map: segmentation-mask' "
          + "has no confounders that a control could change")
    }
    try reader.finish()
  }

  /// What the rows of its rounds are called, after the plus sign.
  public var rowTitle: String { control == .none ? "CONTA" : "\(control.rawValue) (control)" }

  /// Whether the classifier of a round sees a context map at all.
  var hasContext: Bool { control != .retrained }

  /// The reading in one line, for the protocol beneath a table.
  public var summary: String {
    guard hasContext else {
      return "T = \(rounds), \(restart.rawValue) restart, no context, control \(control.rawValue)"
    }
    let masks = confounderMasks == .pseudoMasks ? " of pseudo-masks" : ""
    let context =
      switch contextMap {
      case .adjustment:
        "C averaged over \(average.rawValue)\(masks), P(c) \(prior.rawValue), "
          + "h = w = \(maskSize), X_m \(encoding.rawValue), M \(scale.rawValue)"
      case .segmentationMask:
        "M := segmentation mask, \(encoding.rawValue), h = w = \(maskSize), M \(scale.rawValue)"
      }
    return "T = \(rounds), \(context), \(fusion.rawValue) at \(ports.joined(separator: "+")), "
      + "\(restart.rawValue) restart" + (control == .none ? "" : ", control \(control.rawValue)")
  }
}
