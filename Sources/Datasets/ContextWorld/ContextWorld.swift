import Essentials
import Imaging

/// A world of small painted scenes with a known causal model, so that the effect of an intervention
/// can be measured anywhere in minutes.
///
/// A scene shows one kind of ``Stuff`` in perspective, which is no class, and one to four objects
/// of six classes. ``Causal`` states the model; three dials link context and objects. Everything is
/// a function of the configuration: the same on every machine, in any order, on any thread.
///
/// An object is a plain body with a small discriminative part, so that the evidence a classifier
/// learns covers an object only partly, as in photographs. Aeroplane and boat share their body, as
/// do bus and train; where the part is hidden only the context can tell them apart.
///
/// Ground truth has every pixel's class, background for stuff; no pixel is ignored. Every label of
/// a scene has visible pixels.
///
/// # Splits
///
/// - `train`, `val`: the world as configured.
/// - `independent`: all links cut (κ = 0), the same marginals.
/// - `do-sky`, `do-water`, …: the surroundings fixed, objects drawn without regard to them. Samples
///   of the same number show the same objects in the same places: each other's counterfactuals.
public struct ContextWorld: Sendable {
  /// Names of the splits.
  public static let splits =
    ["train", "val", "independent"] + Stuff.allCases.map { "do-\($0.name)" }

  /// Size, seed and dials.
  public let configuration: Configuration
  private let composer: SceneComposer
  private let memory: SceneMemory

  /// Creates a world; scenes are painted when asked for.
  ///
  /// - Parameter configuration: Size, seed and dials.
  /// - Throws: ``ContextWorldError`` if a value is out of range.
  public init(_ configuration: Configuration = Configuration()) throws(ContextWorldError) {
    try configuration.validate()
    self.configuration = configuration
    composer = SceneComposer(width: configuration.width, height: configuration.height)
    memory = SceneMemory(width: configuration.width, height: configuration.height)
  }

  /// Returns what the scene of a sample contains: the variables of the causal model.
  ///
  /// - Parameter id: A sample id.
  /// - Returns: Surroundings and objects.
  /// - Throws: ``ContextWorldError/unknownSample(_:)`` if no split has this sample.
  public func outcome(_ id: String) throws(ContextWorldError) -> Outcome {
    let (split, index) = try parse(id)
    return outcome(split: split, index: index)
  }

  // MARK: - Painting

  func scene(_ id: String) throws(ContextWorldError) -> SceneComposer.Scene {
    try memory.scene(id) { () throws(ContextWorldError) in
      let (split, index) = try parse(id)
      return composer.scene(of: outcome(split: split, index: index)) { attempt in
        RandomStream(
          seed: configuration.seed, "ContextWorld", "paint", Self.streamKey(of: split), index,
          attempt)
      }
    }
  }

  private func outcome(split: String, index: Int) -> Outcome {
    var stream = RandomStream(
      seed: configuration.seed, "ContextWorld", "cause", Self.streamKey(of: split), index)
    return Causal(configuration, under: intervention(of: split)).sample(using: &stream)
  }

  /// The interventions share their streams, which makes them counterfactuals of one another.
  private static func streamKey(of split: String) -> String {
    split.hasPrefix("do-") ? "do" : split
  }

  private func intervention(of split: String) -> Intervention {
    switch split {
    case "train", "val": .none
    case "independent": .independent
    default: Stuff.allCases.first { "do-\($0.name)" == split }.map(Intervention.stuff) ?? .none
    }
  }

  private func parse(_ id: String) throws(ContextWorldError) -> (split: String, index: Int) {
    let parts = id.split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Int(parts[1]) else { throw .unknownSample(id) }
    let split = String(parts[0])
    guard Self.splits.contains(split), (0..<sampleCount(of: split)).contains(index),
      Self.id(split: split, index: index) == id
    else { throw .unknownSample(id) }
    return (split, index)
  }

  func sampleCount(of split: String) -> Int {
    split == "train" ? configuration.trainingCount : configuration.testCount
  }

  static func id(split: String, index: Int) -> String {
    let digits = String(index)
    return "\(split)_" + String(repeating: "0", count: max(5 - digits.count, 0)) + digits
  }
}
