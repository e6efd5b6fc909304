import CoreAPI
import Foundation
import Imaging
import PluginTestSupport
import Tensors

// Seed generators that each break one requirement of the contract.

/// Adds a class that the labels do not have.
final class OverreachingSeedGenerator: MinimalSeedGenerator {
  override func seed(
    for image: RGBImage, id: String, labels: ImageLabels, in environment: TrainingEnvironment
  ) throws -> Seed {
    let all = ImageLabels(present: labels.present.map { _ in true })
    return try super.seed(for: image, id: id, labels: all, in: environment)
  }
}

/// Changes the maps of a seed.
class ChangingSeedGenerator: MinimalSeedGenerator {
  func changed(_ map: ClassActivationMap) -> ClassActivationMap { map }

  override func seed(
    for image: RGBImage, id: String, labels: ImageLabels, in environment: TrainingEnvironment
  ) throws -> Seed {
    let seed = try super.seed(for: image, id: id, labels: labels, in: environment)
    return Seed(
      fullResolution: changed(seed.fullResolution),
      quarterResolution: changed(seed.quarterResolution))
  }
}

/// Drops the last row.
final class CroppingSeedGenerator: ChangingSeedGenerator {
  override func changed(_ map: ClassActivationMap) -> ClassActivationMap {
    let area = map.width * map.height
    return ClassActivationMap(
      classes: map.classes, height: map.height - 1, width: map.width,
      scores: map.classes.indices.flatMap { map.scores[$0 * area..<($0 + 1) * area - map.width] })
  }
}

/// Divides nothing by nothing.
final class UndefinedSeedGenerator: ChangingSeedGenerator {
  override func changed(_ map: ClassActivationMap) -> ClassActivationMap {
    var map = map
    for i in map.scores.indices.prefix(1) { map.scores[i] = .nan }
    return map
  }
}

/// Doubles the scores.
final class LoudSeedGenerator: ChangingSeedGenerator {
  override func changed(_ map: ClassActivationMap) -> ClassActivationMap {
    var map = map
    for i in map.scores.indices { map.scores[i] *= 2 }
    return map
  }
}

/// Draws from a generator that nobody seeded.
final class RandomSeedGenerator: ChangingSeedGenerator {
  override func changed(_ map: ClassActivationMap) -> ClassActivationMap {
    var map = map
    for i in map.scores.indices { map.scores[i] *= Float.random(in: 0.5...1) }
    return map
  }
}

/// Starts from other weights every time.
final class UnseededSeedGenerator: MinimalSeedGenerator {
  override init(_ part: PartContext) throws {
    var part = part
    part.seed = .random(in: 0 ... .max)
    try super.init(part)
  }
}

/// Keeps a learned number outside of its parameters.
final class ForgetfulSeedGenerator: ChangingSeedGenerator {
  private var isTrained = false

  override func train(on set: TrainingSet, in environment: TrainingEnvironment) throws {
    try super.train(on: set, in: environment)
    isTrained = true
  }

  override func changed(_ map: ClassActivationMap) -> ClassActivationMap {
    var map = map
    if isTrained { for i in map.scores.indices { map.scores[i] *= map.scores[i] } }
    return map
  }
}

/// Trains a single step where it finds traces of an earlier run.
final class ImpatientSeedGenerator: MinimalSeedGenerator {
  override func train(on set: TrainingSet, in environment: TrainingEnvironment) throws {
    let trace = "\(environment.workDirectory)/started"
    var environment = environment
    if FileManager.default.fileExists(atPath: trace) { environment.stepLimit = 1 }
    environment.workDirectory += "/\(environment.stepLimit ?? 0)"
    try FileManager.default.createDirectory(
      atPath: environment.workDirectory, withIntermediateDirectories: true)
    try super.train(on: set, in: environment)
    _ = FileManager.default.createFile(atPath: trace, contents: nil)
  }
}

/// Learns nothing.
final class IdleSeedGenerator: MinimalSeedGenerator {
  override func train(on set: TrainingSet, in environment: TrainingEnvironment) throws {}
}

/// Lets context in while it trains, but not in making seeds.
final class HalfheartedSeedGenerator: MinimalSeedGenerator {
  private let plain: MinimalSeedGenerator

  override init(_ part: PartContext) throws {
    var baseline = part
    baseline.context = NoContext()
    plain = try MinimalSeedGenerator(baseline)
    try super.init(part)
  }

  override func seed(
    for image: RGBImage, id: String, labels: ImageLabels, in environment: TrainingEnvironment
  ) throws -> Seed {
    for parameter in parameters.parameters {
      try plain.parameters[parameter.name]?.value.copy(from: parameter.value)
    }
    return try plain.seed(for: image, id: id, labels: labels, in: environment)
  }
}

/// Cuts the gradient behind the port.
final class DetachingSeedGenerator: MinimalSeedGenerator {
  override func scores(_ images: Tensor, of batch: ContextBatch) throws -> Tensor {
    // The scores keep their value; only the stem and the head without context get a gradient.
    let plain = try super.scores(images, of: ContextBatch(ids: [], geometries: []))
    return try plain + (super.scores(images, of: batch) - plain).detached()
  }
}

/// Uses a port that it never declared.
final class UndeclaredPortSeedGenerator: MinimalSeedGenerator {
  override func scores(_ images: Tensor, of batch: ContextBatch) throws -> Tensor {
    let scores = try super.scores(images, of: batch)
    return try context.bound(to: batch).apply(.block2, to: scores)
  }
}

/// Declares a port that it never registered.
final class UnregisteredPortSeedGenerator: MinimalSeedGenerator {
  override init(_ part: PartContext) throws {
    _ = try part.context.channels(leaving: .block3, of: 8)
    try super.init(part)
  }
}

/// Learns in another way when it is watched.
final class NoticingSeedGenerator: ChangingSeedGenerator {
  override func changed(_ map: ClassActivationMap) -> ClassActivationMap {
    guard !(context is NoContext) else { return map }
    var map = map
    for i in map.scores.indices { map.scores[i] *= 0.5 }
    return map
  }
}

/// Has no port.
final class PortlessSeedGenerator: MinimalSeedGenerator {
  override init(_ part: PartContext) throws {
    var part = part
    part.context = NoContext()
    try super.init(part)
  }
}

/// Declares a port for every layer that uses it.
final class RepeatingSeedGenerator: MinimalSeedGenerator {
  override init(_ part: PartContext) throws {
    _ = try part.context.channels(leaving: .block5, of: 8)
    try super.init(part)
  }
}

/// Miscounts the channels of a port.
final class MiscountingSeedGenerator: MinimalSeedGenerator {
  override init(_ part: PartContext) throws {
    _ = try part.context.channels(leaving: .block4, of: 7)
    try super.init(part)
  }

  override func scores(_ images: Tensor, of batch: ContextBatch) throws -> Tensor {
    let scores = try super.scores(images, of: batch)
    return try context.bound(to: batch).apply(.block4, to: scores)
  }
}

/// Names the samples as it likes.
final class RenamingSeedGenerator: MinimalSeedGenerator {
  override func scores(_ images: Tensor, of batch: ContextBatch) throws -> Tensor {
    let ids = batch.ids.map { "\($0).jpg" }
    return try super.scores(
      images, of: ContextBatch(ids: ids, geometries: batch.geometries))
  }
}

/// Binds the context to the first sample of a batch.
final class NeglectfulSeedGenerator: MinimalSeedGenerator {
  override func scores(_ images: Tensor, of batch: ContextBatch) throws -> Tensor {
    let first = ContextBatch(
      ids: Array(batch.ids.prefix(1)), geometries: Array(batch.geometries.prefix(1)))
    return try super.scores(images, of: first)
  }
}

/// Leaves the context's parameters out of its checkpoints.
final class InconsiderateSeedGenerator: MinimalSeedGenerator {
  override var checkpointedStores: [ParameterStore] { [parameters] }
}

/// Expects that contexts add no channels.
final class NarrowSeedGenerator: MinimalSeedGenerator {
  override func scores(_ images: Tensor, of batch: ContextBatch) throws -> Tensor {
    guard parameters["head.weight"]?.value.shape[1] == 8 else {
      throw CoreError.portCannotWiden(name: "block5")
    }
    return try super.scores(images, of: batch)
  }
}

/// Divides a weight by zero.
final class ExplodingSeedGenerator: MinimalSeedGenerator {
  override func train(on set: TrainingSet, in environment: TrainingEnvironment) throws {
    try super.train(on: set, in: environment)
    try parameters["head.weight"]?.value.multiply(by: .infinity)
  }
}
