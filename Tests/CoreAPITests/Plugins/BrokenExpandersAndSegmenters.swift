import CoreAPI
import Imaging
import PluginTestSupport
import Tensors

// Expanders that each break one requirement of the contract.

/// Returns a mask that lacks a row.
final class CroppingExpander: MinimalExpander {
  override func expand(
    _ seed: Seed, in image: RGBImage, environment: TrainingEnvironment
  ) throws -> PseudoMask {
    let mask = try super.expand(seed, in: image, environment: environment).labelMap
    return PseudoMask(
      labelMap: LabelMap(
        width: mask.width, height: mask.height - 1,
        indices: Array(mask.indices.dropLast(mask.width))))
  }
}

/// Finds a class that the seed does not have.
final class InventingExpander: MinimalExpander {
  override func expand(
    _ seed: Seed, in image: RGBImage, environment: TrainingEnvironment
  ) throws -> PseudoMask {
    var mask = try super.expand(seed, in: image, environment: environment)
    mask.labelMap.indices[0] = 77
    return mask
  }
}

/// Keeps what it learned outside of its parameters.
final class ForgetfulExpander: MinimalExpander {
  private var background: Float = 0

  override func train(
    on set: TrainingSet, seeds: any SeedSource, in environment: TrainingEnvironment
  ) throws {
    try super.train(on: set, seeds: seeds, in: environment)
    background = 2
  }

  override func expand(
    _ seed: Seed, in image: RGBImage, environment: TrainingEnvironment
  ) throws -> PseudoMask {
    PseudoMask(labelMap: seed.fullResolution.labelMap(backgroundScore: background))
  }
}

/// Draws from a generator that nobody seeded.
final class RandomExpander: MinimalExpander {
  override func expand(
    _ seed: Seed, in image: RGBImage, environment: TrainingEnvironment
  ) throws -> PseudoMask {
    var mask = try super.expand(seed, in: image, environment: environment)
    for i in mask.labelMap.indices.indices where Bool.random() { mask.labelMap.indices[i] = 0 }
    return mask
  }
}

// Segmenters that each break one requirement of the contract.

/// Returns the mask at the network's resolution.
final class CoarseSegmenter: MinimalSegmenter {
  override func segment(_ image: RGBImage, in environment: TrainingEnvironment) throws -> LabelMap {
    try super.segment(image, in: environment).resized(to: image.size.strided(by: 4))
  }
}

/// Leaves a pixel undecided.
final class UndecidedSegmenter: MinimalSegmenter {
  override func segment(_ image: RGBImage, in environment: TrainingEnvironment) throws -> LabelMap {
    var mask = try super.segment(image, in: environment)
    mask.indices[0] = LabelMap.ignoreIndex
    return mask
  }
}

/// Takes undecided pixels for background.
final class PresumptuousSegmenter: MinimalSegmenter {
  override func target(of mask: LabelMap) -> LabelMap {
    var mask = mask
    for i in mask.indices.indices where mask.indices[i] == LabelMap.ignoreIndex {
      mask.indices[i] = 0
    }
    return mask
  }
}

/// Starts from other weights every time.
final class UnseededSegmenter: MinimalSegmenter {
  override init(_ part: PartContext) throws {
    var part = part
    part.seed = .random(in: 0 ... .max)
    try super.init(part)
  }
}
