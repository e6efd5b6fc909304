/// Whoever collects figures over an epoch, to be logged at its end.
///
/// Where several processes share the batches, the figures logged are those of process 0's samples.
public protocol EpochStatistics: AnyObject {
  /// Returns what is worth logging at the end of an epoch, by name, and starts counting anew.
  ///
  /// - Throws: An error of the tensor engine.
  func epochStatistics() throws -> [(name: String, value: Double)]
  /// The sums of the unfinished epoch, kept in checkpoints so that a resumed epoch has the same
  /// figures as an undisturbed one.
  var epochSums: [String: Double] { get set }
}

extension EpochStatistics {
  /// None, for figures that need only the last step.
  public var epochSums: [String: Double] {
    get { [:] }
    set {}
  }
}
