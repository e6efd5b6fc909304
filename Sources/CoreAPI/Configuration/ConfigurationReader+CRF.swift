public import Imaging

extension ConfigurationReader {
  /// Reads the dense CRF behind a network's predictions: `crf`, whether there is one, and its kernels.
  ///
  /// - Parameters:
  ///   - isUsed: Whether there is one if `crf` is not given.
  ///   - parameters: The kernels if they are not given.
  /// - Returns: The kernels, nil without a CRF.
  /// - Throws: ``ConfigurationError`` if a value has the wrong type or is out of bounds.
  public func optionalCRF(
    isUsed: Bool, default parameters: DenseCRFParameters
  ) throws -> DenseCRFParameters? {
    let isUsed = try bool("crf", default: isUsed)
    let kernels = try crf(prefix: "crf", default: parameters)
    return isUsed ? kernels : nil
  }

  /// Says that training does not read the values of ``optionalCRF(isUsed:default:)``.
  public func markCRFInferenceOnly() {
    markInferenceOnly("crf")
    for name in Self.crfNames { markInferenceOnly("crf_\(name)") }
  }

  /// Reads the kernels of a dense CRF and its number of iterations.
  ///
  /// - Parameters:
  ///   - prefix: What the values' names begin with: for `crf` they are `crf_smoothness_deviation`,
  ///     `crf_smoothness_weight`, `crf_appearance_deviation`, `crf_color_deviation`,
  ///     `crf_appearance_weight` and `crf_iterations`.
  ///   - defaults: The values that are not given.
  /// - Returns: The kernels.
  /// - Throws: ``ConfigurationError`` if a value has the wrong type or is out of bounds.
  public func crf(
    prefix: String, default defaults: DenseCRFParameters
  ) throws -> DenseCRFParameters {
    func number(_ name: String, _ value: Double, _ bounds: NumberBounds<Double>) throws -> Double {
      try double("\(prefix)_\(name)", default: value, in: bounds)
    }
    return DenseCRFParameters(
      smoothnessDeviation: try number(
        "smoothness_deviation", defaults.smoothnessDeviation, .positive),
      smoothnessWeight: try number("smoothness_weight", defaults.smoothnessWeight, .notNegative),
      appearanceDeviation: try number(
        "appearance_deviation", defaults.appearanceDeviation, .positive),
      colorDeviation: try number("color_deviation", defaults.colorDeviation, .positive),
      appearanceWeight: try number("appearance_weight", defaults.appearanceWeight, .notNegative),
      iterationCount: try int(
        "\(prefix)_iterations", default: defaults.iterationCount, in: 0...1000))
  }

  private static let crfNames = [
    "smoothness_deviation", "smoothness_weight", "appearance_deviation", "color_deviation",
    "appearance_weight", "iterations",
  ]
}
