import CoreAPI
import Imaging
import Tensors

/// Another program's predictions; nothing is trained on the pseudo-masks.
///
/// A predicted 255 counts as background, as it does when a folder is evaluated.
final class ExternalSegmenter: Segmenter, FileBackedPart {
  let parameters: ParameterStore
  private let folder: ExternalFolder

  init(_ reader: ConfigurationReader, _ part: PartContext) throws {
    folder = try ExternalFolder(
      ExternalConfiguration(reader, makesMasks: true), classes: part.classes)
    parameters = ParameterStore(seed: part.seed, device: part.device)
  }

  var supervision: [SupervisionRecord] { [folder.record(use: "segmenter 'external'")] }

  func hasFile(for id: String) -> Bool { folder.contains(id) }

  func checkFiles(for images: TrainingSet) throws { try folder.check(images, withLabels: false) }

  func train(
    on set: TrainingSet, pseudoMasks: any PseudoMaskSource, in environment: TrainingEnvironment
  ) throws {}

  func segment(_ image: RGBImage, in environment: TrainingEnvironment) throws -> LabelMap {
    throw ExternalError.noIdentifier
  }

  func segment(
    _ image: RGBImage, id: String, in environment: TrainingEnvironment
  ) throws -> LabelMap {
    switch try folder.content(of: id, size: image.size) {
    case .maps(let maps):
      return maps.labelMap(backgroundScore: Float(folder.configuration.backgroundScore))
    case .mask(var mask):
      for (pixel, index) in mask.indices.enumerated() where index == LabelMap.ignoreIndex {
        mask.indices[pixel] = 0
      }
      return mask
    }
  }
}
