import Essentials

/// What can go wrong between plugins, data sets and the harness.
public enum CoreError: Error, Equatable, CustomStringConvertible, Sendable {
  /// A class name that the class list does not have.
  case unknownClass(name: String, known: [String])
  /// A plugin name that nobody registered.
  case unknownPlugin(kind: String, name: String, registered: [String])
  /// A plugin name that is registered already.
  case duplicatePlugin(kind: String, name: String)
  /// A port that the classifier does not have.
  case unknownPort(name: String, known: [String])
  /// A port whose features cannot change their number of channels.
  case portCannotWiden(name: String)
  /// A training set that is too small for one batch.
  case tooFewSamples(stage: String, found: Int, batchSize: Int)
  /// A batch that processes cannot share evenly.
  case batchNotDivisible(stage: String, batchSize: Int, processes: Int)
  /// A process of a training that starts with other weights than process 0.
  case unequalStart(stage: String, rank: Int)
  /// A loss that is not a number.
  case lossNotFinite(stage: String, step: Int)
  /// A checkpoint that does not belong to this training.
  case foreignCheckpoint(path: String, reason: String)

  /// The message: what was found, what was expected, what to do next.
  public var description: String {
    switch self {
    case .unknownClass(let name, let known):
      "Unknown class '\(name)'. Known classes: \(known.joined(separator: ", "))."
        + Suggestions.didYouMean(name, among: known)
    case .unknownPlugin(let kind, let name, let registered):
      "Unknown \(kind) '\(name)'. Registered: "
        + "\(registered.isEmpty ? "none" : registered.sorted().joined(separator: ", "))."
        + Suggestions.didYouMean(name, among: registered)
    case .duplicatePlugin(let kind, let name):
      "A \(kind) named '\(name)' is registered already. Give this one another name."
    case .unknownPort(let name, let known):
      "The classifier has no context port '\(name)'. "
        + (known.isEmpty
          ? "It has none, so the intervention cannot act on it."
          : "Its ports: \(known.joined(separator: ", ")).")
    case .portCannotWiden(let name):
      "The fusion 'widen' does not fit port '\(name)': the next block expects the same number of "
        + "channels. Use the last port or another fusion."
    case .tooFewSamples(let stage, let found, let batchSize):
      "\(stage): \(found) training samples do not fill one batch of \(batchSize). "
        + "Lower the batch size or use more samples."
    case .batchNotDivisible(let stage, let batchSize, let processes):
      "\(stage): a batch of \(batchSize) cannot be shared by \(processes) processes. "
        + "Expected a batch size that is a multiple of \(processes); 'batch_size' counts the samples "
        + "of all processes."
    case .unequalStart(let stage, let rank):
      "\(stage): process \(rank) (counted from 0) starts with other weights than process 0. Start "
        + "the same program with the same arguments everywhere, with the run's folder and weight "
        + "files where all processes read the same."
    case .lossNotFinite(let stage, let step):
      "\(stage): the loss is not a number at step \(step). Lower the learning rate."
    case .foreignCheckpoint(let path, let reason):
      "The checkpoint '\(path)' does not fit this training: \(reason). "
        + "Delete it to start the stage again."
    }
  }
}
