import Essentials
import Foundation
import TensorFiles
import Tensors

/// What the processes of a training do together; one process does it alone.
struct TrainingProcesses {
  let group: ProcessGroup?
  let stage: String

  /// Whether this process writes the files.
  var isFirst: Bool { group?.rank ?? 0 == 0 }

  /// Returns this process's samples of every batch.
  func share(ofBatch size: Int) throws -> Range<Int> {
    guard let group else { return 0..<size }
    guard size.isMultiple(of: group.count) else {
      throw CoreError.batchNotDivisible(
        stage: stage, batchSize: size, processes: group.count)
    }
    let count = size / group.count
    return group.rank * count..<(group.rank + 1) * count
  }

  /// Checks that all processes start at the same step with the same weights.
  func checkStart(
    step: Int, stores: [ParameterStore], optimizer: any Optimizer
  ) throws {
    guard let group else { return }
    var hash = SHA256()
    hash.update(Array("\(step)".utf8))
    let states = try stores.map { try $0.stateDictionary() } + [optimizer.state()]
    for (name, tensor) in states.joined() {
      hash.update(Array(name.utf8))
      hash.update(tensor.bytes)
    }
    let hashes = try group.texts(hash.finalize())
    if let other = hashes.firstIndex(where: { $0 != hashes[0] }) {
      throw CoreError.unequalStart(stage: stage, rank: other)
    }
  }

  /// Does `body`, whose losses and statistics count the samples of all processes.
  func sharingBatch<R>(_ body: () throws -> R) throws -> R {
    guard let group else { return try body() }
    do {
      return try ProcessGroup.$current.withValue(group, operation: body)
    } catch {
      throw group.failure ?? error
    }
  }

  /// Returns the mean of the processes' losses, and whether any of them was asked to stop; the
  /// gradients become their means.
  func finishStep(
    loss: Double, optimizer: any Optimizer
  ) throws -> (loss: Double, isStopping: Bool) {
    guard let group else { return (loss, false) }
    let sums = try group.sums([loss, StopRequest.isMade ? 1 : 0])
    try group.averageGradients(
      of: optimizer.groups.flatMap(\.parameters).filter(\.isTrainable))
    return (sums[0] / Double(group.count), sums[1] > 0)
  }
}
