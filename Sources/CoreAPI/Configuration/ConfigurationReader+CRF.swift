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
    for value in CRFValue.allCases { markInferenceOnly(value.key(prefix: "crf")) }
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
    func number(
      _ value: CRFValue, _ defaultValue: Double, _ bounds: NumberBounds<Double>
    ) throws -> Double {
      try double(value.key(prefix: prefix), default: defaultValue, in: bounds)
    }
    return DenseCRFParameters(
      smoothnessDeviation: try number(
        .smoothnessDeviation, defaults.smoothnessDeviation, .positive),
      smoothnessWeight: try number(.smoothnessWeight, defaults.smoothnessWeight, .notNegative),
      appearanceDeviation: try number(
        .appearanceDeviation, defaults.appearanceDeviation, .positive),
      colorDeviation: try number(.colorDeviation, defaults.colorDeviation, .positive),
      appearanceWeight: try number(.appearanceWeight, defaults.appearanceWeight, .notNegative),
      iterationCount: try int(
        CRFValue.iterations.key(prefix: prefix), default: defaults.iterationCount, in: 0...1000))
  }
}

/// What a recipe says of a dense CRF, by its name.
private enum CRFValue: String, CaseIterable {
  case smoothnessDeviation = "smoothness_deviation"
  case smoothnessWeight = "smoothness_weight"
  case appearanceDeviation = "appearance_deviation"
  case colorDeviation = "color_deviation"
  case appearanceWeight = "appearance_weight"
  case iterations

  func key(prefix: String) -> String { "\(prefix)_\(rawValue)" }
}
