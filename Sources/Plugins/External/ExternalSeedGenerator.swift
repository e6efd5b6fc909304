import CoreAPI
import Imaging
import Tensors

/// Another program's class activation maps as seeds.
///
/// A mask counts as maps of 0 and 1. Classes that the labels do not name are left out.
final class ExternalSeedGenerator: SeedGenerator, FileBackedPart {
  let parameters: ParameterStore
  private let folder: ExternalFolder

  init(_ reader: ConfigurationReader, _ part: PartContext) throws {
    folder = try ExternalFolder(
      ExternalConfiguration(reader, makesMasks: false), classes: part.classes)
    parameters = ParameterStore(seed: part.seed, device: part.device)
  }

  var supervision: [SupervisionRecord] { [folder.record(use: "seed generator 'external'")] }

  func hasFile(for id: String) -> Bool { folder.contains(id) }

  func checkFiles(for images: TrainingSet) throws { try folder.check(images, withLabels: true) }

  func train(on set: TrainingSet, in environment: TrainingEnvironment) throws {}

  func seed(
    for image: RGBImage, id: String, labels: ImageLabels, in environment: TrainingEnvironment
  ) throws -> Seed {
    switch try folder.content(of: id, size: image.size) {
    case .maps(let maps):
      return maps.seed(of: labels.indices)
    case .mask(let mask):
      return Seed(
        fullResolution: ClassActivationMap(
          classes: labels.indices, height: image.height, width: image.width,
          scores: labels.indices.flatMap { index in
            mask.indices.map { Int($0) == index ? 1 : 0 }
          }))
    }
  }
}
