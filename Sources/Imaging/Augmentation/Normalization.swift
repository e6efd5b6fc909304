/// How 8-bit samples become a network's input.
///
/// ```
/// value = (sample / divisor - mean) / standardDeviation
/// ```
public struct Normalization: Sendable, Hashable {
  /// The order of the planes.
  public enum ChannelOrder: Sendable, Hashable {
    /// Red, green, blue (torchvision's networks).
    case rgb
    /// Blue, green, red (networks that were trained with Caffe or OpenCV).
    case bgr
  }

  /// The order of the planes, of ``mean`` and of ``standardDeviation``.
  public let order: ChannelOrder
  /// What a sample is divided by before the mean is taken off.
  public let divisor: Double
  /// Three means, in the order of the planes.
  public let mean: [Double]
  /// Three positive standard deviations, in the order of the planes.
  public let standardDeviation: [Double]

  /// Creates a normalisation.
  ///
  /// - Parameters:
  ///   - order: The order of the planes.
  ///   - divisor: What a sample of `0...255` is divided by first, positive.
  ///   - mean: Three means, in the order of the planes.
  ///   - standardDeviation: Three positive standard deviations, in the order of the planes.
  public init(
    order: ChannelOrder, divisor: Double, mean: [Double], standardDeviation: [Double] = [1, 1, 1]
  ) {
    precondition(
      mean.count == 3 && standardDeviation.count == 3,
      "Three means and deviations are needed, got \(mean) and \(standardDeviation)")
    precondition(
      standardDeviation.allSatisfy { $0 > 0 },
      "Standard deviations must be positive, got \(standardDeviation)")
    precondition(divisor > 0, "The divisor must be positive, got \(divisor)")
    self.order = order
    self.divisor = divisor
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  /// `(x / 255 - mean) / std` of ImageNet, RGB: torchvision's networks, PSA, SEAM, IRN.
  public static let imageNet = Normalization(
    order: .rgb, divisor: 255, mean: [0.485, 0.456, 0.406],
    standardDeviation: [0.229, 0.224, 0.225])

  /// BGR minus (104, 117, 123): SEC and DSRG (`pylayers`, VGG-16).
  public static let caffe = Normalization(order: .bgr, divisor: 1, mean: [104, 117, 123])

  /// BGR minus (104.008, 116.669, 122.675): deeplab-pytorch (`configs/voc12.yaml`).
  public static let deepLab = Normalization(
    order: .bgr, divisor: 1, mean: [104.008, 116.669, 122.675])

  /// Returns the network's input for an image.
  ///
  /// - Parameter image: The image.
  /// - Returns: Three planes of the same size in ``order``.
  public func callAsFunction(_ image: RGBImage) -> PlanarImage {
    let count = image.width * image.height
    let values = [Float](unsafeUninitializedCapacity: 3 * count) { target, initialized in
      image.pixels.withUnsafeBufferPointer { pixels in
        for plane in 0..<3 {
          let table = table(ofPlane: plane)
          let channel = order == .rgb ? plane : 2 - plane
          table.withUnsafeBufferPointer { table in
            for i in 0..<count {
              target[plane * count + i] = table[Int(pixels[3 * i + channel])]
            }
          }
        }
      }
      initialized = 3 * count
    }
    return PlanarImage(channels: 3, height: image.height, width: image.width, planes: values)
  }

  /// The value of each of the 256 samples, computed in double precision as NumPy does.
  private func table(ofPlane plane: Int) -> [Float] {
    (0..<256).map { Float((Double($0) / divisor - mean[plane]) / standardDeviation[plane]) }
  }
}
