import CoreAPI
import Imaging
import Tensors

/// Another program's pseudo-masks, whatever the seeds are.
///
/// A class that the seed does not have becomes `LabelMap.ignoreIndex`; maps are cut at the
/// configured background score.
final class ExternalExpander: Expander, FileBackedPart {
  let parameters: ParameterStore
  private let folder: ExternalFolder

  init(_ reader: ConfigurationReader, _ part: PartContext) throws {
    folder = try ExternalFolder(
      ExternalConfiguration(reader, makesMasks: true), classes: part.classes)
    parameters = ParameterStore(seed: part.seed, device: part.device)
  }

  var supervision: [SupervisionRecord] { [folder.record(use: "expander 'external'")] }

  func hasFile(for id: String) -> Bool { folder.contains(id) }

  func checkFiles(for images: TrainingSet) throws { try folder.check(images, withLabels: true) }

  func train(
    on set: TrainingSet, seeds: any SeedSource, in environment: TrainingEnvironment
  ) throws {}

  func expand(
    _ seed: Seed, in image: RGBImage, environment: TrainingEnvironment
  ) throws -> PseudoMask {
    throw ExternalError.noIdentifier
  }

  func expand(
    _ seed: Seed, in image: RGBImage, id: String, environment: TrainingEnvironment
  ) throws -> PseudoMask {
    let classes = seed.fullResolution.classes
    switch try folder.content(of: id, size: image.size) {
    case .maps(let maps):
      return PseudoMask(
        labelMap: maps.labelMap(
          of: classes, backgroundScore: Float(folder.configuration.backgroundScore)))
    case .mask(var mask):
      let allowed = Set([0] + classes.map { UInt8($0) })
      for (pixel, index) in mask.indices.enumerated() where !allowed.contains(index) {
        mask.indices[pixel] = LabelMap.ignoreIndex
      }
      return PseudoMask(labelMap: mask)
    }
  }
}
