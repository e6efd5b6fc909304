import CoreAPI
import Essentials
import Tensors

@testable import IRNet
@testable import Imaging

/// What the oracle `irnet_cam.py` draws for a seed: the order of the images, and each one's view.
///
/// The program draws one number after the other over the whole training, so the draws of a sample
/// depend on the sizes of all images before it.
struct OracleDraws: Sendable {
  /// How the program sees an image at one place in the order.
  private struct View: Sendable {
    var index: Int
    var size: ImageSize
    var isFlipped: Bool
    var window: CropWindow
  }

  private static let cropSize = 320
  private static let longerSide = 200...400
  private let views: [UInt64: View]

  /// Draws what the program draws.
  ///
  /// - Parameters:
  ///   - seed: The program's seed.
  ///   - sizes: The sizes of the training images, in the order of their list.
  ///   - batchSize: The number of images of a step.
  ///   - epochs: The number of passes over the training images.
  init(seed: UInt64, sizes: [ImageSize], batchSize: Int, epochs: Int) {
    var random = PythonRandom(seed: UInt32(seed))
    var order = Array(sizes.indices)
    var views: [UInt64: View] = [:]
    for epoch in 0..<epochs {
      random.shuffle(&order)
      for position in 0..<sizes.count / batchSize * batchSize {
        let index = order[position]
        let key = Self.key(seed: seed, epoch: epoch, position: position)
        views[key] = Self.view(of: index, sizes[index], &random)
      }
    }
    self.views = views
  }

  private static func view(
    of index: Int, _ original: ImageSize, _ random: inout PythonRandom
  ) -> View {
    let size = original.withLongSide(random.integer(in: longerSide), rounding: .factor)
    let isFlipped = random.uniform() < 0.5
    func offset(_ length: Int) -> Int {
      random.integer(in: 0...abs(length - cropSize))
    }
    let y = offset(size.height)
    let x = offset(size.width)
    return View(
      index: index, size: size, isFlipped: isFlipped,
      window: CropWindow(
        of: size, to: ImageSize(width: cropSize, height: cropSize), offsetX: x, offsetY: y))
  }

  /// The first number of the stream that the training loop hands to a sample: it tells the place.
  private static func key(seed: UInt64, epoch: Int, position: Int) -> UInt64 {
    var stream = RandomStream(seed: seed, "augmentation", epoch, position)
    return stream.next()
  }

  /// Returns the sample that the program has at the place of a stream.
  ///
  /// - Parameters:
  ///   - stream: The sample's stream in the training loop.
  ///   - set: The training images.
  /// - Returns: The sample.
  /// - Throws: Errors of the data set.
  func sample(at stream: RandomStream, of set: TrainingSet) throws -> ClassificationSample {
    var stream = stream
    guard let view = views[stream.next()] else {
      preconditionFailure("The training visits a place that the oracle did not draw")
    }
    var planes = Normalization.imageNet(
      try set.image(view.index).resized(to: view.size, resampling: .bicubic))
    if view.isFlipped { planes = planes.flippedHorizontally() }
    let geometry = ImageGeometry(wholeFrameIn: view.size, isFlipped: view.isFlipped)
    return ClassificationSample(
      id: set.ids[view.index], labels: try set.labels(view.index).vector,
      view: AugmentedSample(
        image: planes.cropped(to: view.window), labels: nil,
        geometry: geometry.cropped(to: view.window) ?? geometry))
  }

  /// Returns the classifier's weights after `torch.manual_seed(seed)`, which the program draws behind
  /// those that the file of weights then replaces.
  ///
  /// - Parameters:
  ///   - seed: The program's seed.
  ///   - parameters: The network, whose other parameters are all drawn before.
  /// - Returns: Weights of the shape of `classifier.weight`.
  /// - Throws: An error of the tensor engine.
  static func classifier(seed: UInt64, in parameters: ParameterStore) throws -> Tensor {
    guard let weight = parameters["classifier.weight"]?.value else {
      preconditionFailure("IRNet's network has a classifier")
    }
    let before = parameters.parameters.filter { $0.name != "classifier.weight" }
      .reduce(0) { $0 + $1.value.count }
    let bound = 1 / Double(weight.shape[1]).squareRoot()
    return try Tensor.uniform([before + weight.count], in: -bound...bound, seed: seed)
      .narrow(along: 0, from: before, count: weight.count).reshaped(weight.shape)
  }
}
