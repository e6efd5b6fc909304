public import CoreAPI
import Essentials
public import Imaging

/// A small synthetic data set: coloured rectangles on noise, three classes, sizes that no stride
/// divides.
///
/// Ground truth is refused, because no plugin may ask for it.
public struct ContractScenes: SegmentationDataset {
  /// A sample's image, classes and mask.
  struct Scene: Sendable {
    var image: RGBImage
    var labels: ImageLabels
    var mask: LabelMap
  }

  /// The number of samples.
  public static let count = 8

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public let name = "contract scenes"
  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public let classes = ClassList(foreground: ["red", "green", "blue"])
  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public let fingerprint = "contract scenes 1"

  private let scenes: [String: Scene]

  /// Draws the scenes.
  public init() {
    scenes = Dictionary(
      uniqueKeysWithValues: (0..<Self.count).map { ("scene \($0)", Self.scene($0)) })
  }

  /// The whole set as plugins get it.
  public var trainingSet: TrainingSet {
    TrainingSet(dataset: self, ids: scenes.keys.sorted())
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func sampleIDs(in split: String) throws -> [String] { scenes.keys.sorted() }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func image(of id: String) throws -> RGBImage { try scene(of: id).image }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func labels(of id: String) throws -> ImageLabels { try scene(of: id).labels }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func groundTruth(of id: String) throws -> LabelMap { throw ContractError.groundTruth }

  func scene(of id: String) throws -> Scene {
    guard let scene = scenes[id] else { throw ContractError.unknownSample(id: id) }
    return scene
  }

  private static func scene(_ index: Int) -> Scene {
    var stream = RandomStream(seed: 1, "contract scene", index)
    let (width, height) = index.isMultiple(of: 2) ? (50, 41) : (37, 54)
    var image = RGBImage(
      width: width, height: height,
      pixels: (0..<width * height * 3).map { _ in UInt8(stream.integer(in: 60...140)) })
    var mask = LabelMap(width: width, height: height, filledWith: 0)
    let present = index.isMultiple(of: 3) ? [1 + index % 3, 1 + (index + 1) % 3] : [1 + index % 3]
    for (position, label) in present.enumerated() {
      let left = stream.integer(in: 2...8) + position * width / 2
      let top = stream.integer(in: 4...12)
      for row in top..<top + height / 2 {
        for column in left..<min(width, left + width / 3) {
          mask[row, column] = UInt8(label)
          image.pixels[(row * width + column) * 3 + label - 1] = 240
        }
      }
    }
    let labels = ImageLabels(indices: present, foregroundCount: 3)
    return Scene(image: image, labels: labels, mask: mask)
  }
}

/// Seeds made from the scenes' masks: 0.9 inside of an object, 0.1 outside.
struct ContractSeeds: SeedSource {
  let scenes: ContractScenes

  func seed(of id: String) throws -> Seed {
    let scene = try scenes.scene(of: id)
    return Seed(
      fullResolution: Self.map(scene.mask, classes: scene.labels.indices),
      quarterResolution: Self.map(
        scene.mask.resized(to: scene.mask.size.strided(by: 4)), classes: scene.labels.indices))
  }

  private static func map(_ mask: LabelMap, classes: [Int]) -> ClassActivationMap {
    ClassActivationMap(
      classes: classes, height: mask.height, width: mask.width,
      scores: classes.flatMap { label in mask.indices.map { Int($0) == label ? 0.9 : 0.1 } })
  }
}

/// Pseudo-masks made from the scenes' masks, with another index on every second block of pixels.
struct ContractMasks: PseudoMaskSource {
  let scenes: ContractScenes
  /// The index on every second block of 8×8 pixels, nil for the masks as they are.
  var indexOnBlocks: UInt8?

  func pseudoMask(of id: String) throws -> PseudoMask {
    var mask = try scenes.scene(of: id).mask
    if let indexOnBlocks {
      for row in 0..<mask.height {
        for column in 0..<mask.width where (row / 8 + column / 8).isMultiple(of: 2) {
          mask[row, column] = indexOnBlocks
        }
      }
    }
    return PseudoMask(labelMap: mask)
  }
}

/// What a plugin must not ask for.
enum ContractError: Error, CustomStringConvertible {
  case groundTruth
  case unknownSample(id: String)

  var description: String {
    switch self {
    case .groundTruth: "Ground truth was asked for; plugins learn from image-level labels only."
    case .unknownSample(let id): "There is no sample '\(id)'."
    }
  }
}
