import CoreAPI
import PluginTestSupport
import Synchronization

/// The smallest segmenter, whose training a test can make fail; its value `length` means nothing.
final class FragileSegmenter: MinimalSegmenter {
  /// Whether trainings fail.
  final class Switch: Sendable {
    let isBroken = Mutex(false)
  }

  /// What a broken training throws.
  struct Failure: Error, CustomStringConvertible {
    let description = "The segmenter broke."
  }

  private let state: Switch

  init(_ reader: ConfigurationReader, _ part: PartContext, _ state: Switch) throws {
    self.state = state
    _ = try reader.int("length", default: 1)
    try super.init(part)
  }

  override func train(
    on set: TrainingSet, pseudoMasks: any PseudoMaskSource, in environment: TrainingEnvironment
  ) throws {
    if state.isBroken.withLock({ $0 }) { throw Failure() }
    try super.train(on: set, pseudoMasks: pseudoMasks, in: environment)
  }
}

extension ChainRun {
  /// A run of the smallest plugins with a ``FragileSegmenter``.
  convenience init(fragile state: FragileSegmenter.Switch) throws {
    var registry = try ChainRun.minimalPlugins()
    try registry.registerSegmenter("fragile", summary: "") { reader, part in
      try FragileSegmenter(reader, part, state)
    }
    try self.init(registry)
  }
}
