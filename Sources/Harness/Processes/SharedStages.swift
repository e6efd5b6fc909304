import Foundation
import Tensors

/// What process 0 tells the others about a stage.
private enum StageNews: Codable {
  /// The training begins, with unfinished work in a folder.
  case training(root: String)
  /// The output is there.
  case finished(directory: String, contentHash: String)

  func send(in group: ProcessGroup) throws {
    _ = try group.texts(String(decoding: JSONEncoder().encode(self), as: UTF8.self))
  }

  static func receive(in group: ProcessGroup) throws -> StageNews {
    try JSONDecoder().decode(StageNews.self, from: Data(group.texts("")[0].utf8))
  }
}

/// The stages of process 0, which looks them up, computes and publishes them, and calls the others
/// to its trainings.
struct LeadingStages: StageRunner {
  let stages: any StageRunner
  let group: ProcessGroup

  func result(
    of stage: StageDescription, produce: (WorkDirectory) throws -> Void
  ) throws -> StageResult {
    let result = try stages.result(of: stage) { work in
      if stage.isTraining { try StageNews.training(root: work.root).send(in: group) }
      try produce(work)
    }
    try StageNews.finished(directory: result.directory, contentHash: result.contentHash)
      .send(in: group)
    return result
  }
}

/// The stages of the other processes, which take part in trainings and wait for everything else.
struct FollowingStages: StageRunner {
  let group: ProcessGroup

  func result(
    of stage: StageDescription, produce: (WorkDirectory) throws -> Void
  ) throws -> StageResult {
    while true {
      switch try StageNews.receive(in: group) {
      case .training(let root):
        try produce(WorkDirectory(root: root))
      case .finished(let directory, let contentHash):
        // Published weights are read again: what follows a training may be process 0's work.
        return StageResult(
          directory: directory, key: stage.key, contentHash: contentHash, wasStored: true)
      }
    }
  }
}

extension StageDescription {
  /// Whether all processes of a run compute the stage together.
  var isTraining: Bool { name.hasPrefix("train-") }
}
