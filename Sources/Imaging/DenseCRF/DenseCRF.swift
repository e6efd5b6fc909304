public import Essentials

/// A fully connected conditional random field over the pixels of one image.
///
/// Mean-field inference for the Potts model: every iteration passes the label probabilities Q
/// through the two kernels of ``DenseCRFParameters`` and renormalises,
/// ```
/// Q⁰ = softmax(-U),   Qᵗ⁺¹ = softmax(-U + Σₖ K̂ₖ Qᵗ)
/// ```
/// The lattices of the image are built once, so several unary terms can be inferred on it.
///
/// ```swift
/// let crf = DenseCRF(image: photograph, parameters: .irnLabels)
/// let energies = UnaryEnergies.fromLabels(labels, labelCount: 3, certainty: 0.7)
/// let refined = crf.labels(energies)
/// ```
///
/// # Source
///
/// Krähenbühl and Koltun, "Efficient inference in fully connected CRFs with Gaussian edge
/// potentials", NeurIPS 2011. Reference code: `lucasb-eyer/pydensecrf@2723c7fa4f
/// pydensecrf/densecrf/src/densecrf.cpp:DenseCRF::inference`. No known difference beyond rounding.
public struct DenseCRF: Sendable {
  /// The number of columns of the image.
  public let width: Int
  /// The number of rows of the image.
  public let height: Int
  /// The kernels and the number of iterations.
  public let parameters: DenseCRFParameters

  private let kernels: [NormalizedKernel]
  private let threads: Int

  /// Builds the kernels of an image.
  ///
  /// - Parameters:
  ///   - image: The image; another order of channels moves the lattice, and with it a few labels.
  ///   - parameters: The kernels, with deviations above 0 and weights of at least 0.
  ///   - threads: The number of threads, at least 1; it does not change the result.
  /// - Precondition: ``check(_:parameters:)`` passes.
  /// - Complexity: O(pixels) in time and memory, about 200 bytes for every pixel.
  public init(
    image: RGBImage, parameters: DenseCRFParameters, threads: Int = Parallel.defaultThreadCount
  ) {
    precondition(parameters.problem == nil, parameters.problem ?? "")
    let width = image.width
    let position = { (pixel: Int, deviation: Float) in
      SIMD2(Float(pixel % width), Float(pixel / width)) / deviation
    }
    let smoothness = PermutohedralLattice(
      pointCount: width * image.height, dimension: 2, threads: threads
    ) { pixel in
      let place = position(pixel, Float(parameters.smoothnessDeviation))
      return SIMD8(place.x, place.y, 0, 0, 0, 0, 0, 0)
    }
    let colorDeviation = Float(parameters.colorDeviation)
    let appearance = image.pixels.withUnsafeBufferPointer { samples in
      PermutohedralLattice(
        pointCount: width * image.height, dimension: 5, threads: threads
      ) { pixel in
        let place = position(pixel, Float(parameters.appearanceDeviation))
        let red = Float(samples[3 * pixel]) / colorDeviation
        let green = Float(samples[3 * pixel + 1]) / colorDeviation
        let blue = Float(samples[3 * pixel + 2]) / colorDeviation
        return SIMD8(place.x, place.y, red, green, blue, 0, 0, 0)
      }
    }
    self.width = width
    self.height = image.height
    self.parameters = parameters
    self.threads = threads
    kernels = [
      NormalizedKernel(
        lattice: smoothness, weight: Float(parameters.smoothnessWeight), threads: threads),
      NormalizedKernel(
        lattice: appearance, weight: Float(parameters.appearanceWeight), threads: threads),
    ]
  }

  /// Checks that an image's pixels have places in the lattices, whose coordinates are finite.
  ///
  /// - Parameters:
  ///   - size: The size of the image.
  ///   - parameters: The kernels.
  /// - Throws: ``ImagingError/tooFineKernels(width:height:kernel:)`` if a deviation is too small for
  ///   an image of this size or for colours.
  public static func check(
    _ size: ImageSize, parameters: DenseCRFParameters
  ) throws(ImagingError) {
    let corner = SIMD2(Float(size.width - 1), Float(size.height - 1))
    let smoothness = corner / Float(parameters.smoothnessDeviation)
    let appearance = corner / Float(parameters.appearanceDeviation)
    let color = 255 / Float(parameters.colorDeviation)
    for (dimension, features, kernel) in [
      (
        2, SIMD8(smoothness.x, smoothness.y, 0, 0, 0, 0, 0, 0),
        "smoothness deviation of \(parameters.smoothnessDeviation)"
      ),
      (
        5, SIMD8(appearance.x, appearance.y, color, color, color, 0, 0, 0),
        "appearance deviation of \(parameters.appearanceDeviation) and colour deviation of "
          + "\(parameters.colorDeviation)"
      ),
    ] {
      let finder = PermutohedralSimplexFinder(dimension: dimension)
      guard finder.coordinateBound(of: features) < PermutohedralSimplexFinder.largestCoordinate
      else {
        throw .tooFineKernels(width: size.width, height: size.height, kernel: kernel)
      }
    }
  }

  /// Infers the label probabilities of every pixel.
  ///
  /// - Parameters:
  ///   - unary: The energies, for as many pixels as the image has.
  ///   - iterations: The number of iterations, at least 0; nil takes that of the parameters.
  /// - Returns: `[labels, height, width]` probabilities, which sum to 1 at every pixel.
  /// - Complexity: O(iterations × labels × pixels) in time, O(labels × pixels) in memory.
  public func infer(_ unary: UnaryEnergies, iterations: Int? = nil) -> [Float] {
    let pixelCount = width * height
    let iterations = iterations ?? parameters.iterationCount
    precondition(
      unary.pixelCount == pixelCount,
      "Image of \(width)×\(height) has \(pixelCount) pixels, the energies \(unary.pixelCount)")
    precondition(iterations >= 0, "Iteration count must not be negative, got \(iterations)")
    let field = MeanField(unary: unary, kernels: kernels, threads: threads)
    for _ in 0..<iterations { field.iterate() }
    return field.probabilities
  }

  /// Infers the likeliest label of every pixel.
  ///
  /// - Parameter unary: The energies of at most 255 labels, for as many pixels as the image has.
  /// - Returns: The label with the highest probability, the first of equals.
  public func labels(_ unary: UnaryEnergies) -> LabelMap {
    precondition(
      unary.labelCount <= 255, "A label map holds 255 labels, the energies \(unary.labelCount)")
    let probabilities = infer(unary)
    let pixelCount = width * height
    var indices = [UInt8](repeating: 0, count: pixelCount)
    for pixel in 0..<pixelCount {
      var best = probabilities[pixel]
      for label in 1..<unary.labelCount where probabilities[label * pixelCount + pixel] > best {
        best = probabilities[label * pixelCount + pixel]
        indices[pixel] = UInt8(label)
      }
    }
    return LabelMap(width: width, height: height, indices: indices)
  }
}
