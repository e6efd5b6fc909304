public import Essentials
public import TensorFiles

/// How closely a tensor has to meet its reference; the manifest names one rule per tensor.
public struct GoldenTolerance: Equatable, Sendable {
  /// The limit of every difference, independent of the reference's size, or nil.
  public var absolute: Double?
  /// The part of the limit that is relative to the reference's largest magnitude, or nil.
  public var relative: Double?
  /// The fraction of the elements that may exceed the limit.
  public var outlierFraction: Double
  /// The fraction of the elements that may differ at all, or nil.
  public var mismatchFraction: Double?
  /// The largest difference of an image's elements, or nil.
  public var largestDifference: Double?
  /// The largest mean difference of an image's elements, or nil.
  public var meanDifference: Double?

  /// Every element has to be equal.
  public static let exact = GoldenTolerance(mismatchFraction: 0)

  /// Creates a rule from its parts.
  ///
  /// - Parameters:
  ///   - absolute: The limit of every difference.
  ///   - relative: The limit relative to the largest magnitude of the reference.
  ///   - outlierFraction: The fraction of the elements that may exceed the limit.
  ///   - mismatchFraction: The fraction of the elements that may differ.
  ///   - largestDifference: The largest difference of an image's elements.
  ///   - meanDifference: The largest mean difference of an image's elements.
  public init(
    absolute: Double? = nil, relative: Double? = nil, outlierFraction: Double = 0,
    mismatchFraction: Double? = nil, largestDifference: Double? = nil,
    meanDifference: Double? = nil
  ) {
    self.absolute = absolute
    self.relative = relative
    self.outlierFraction = outlierFraction
    self.mismatchFraction = mismatchFraction
    self.largestDifference = largestDifference
    self.meanDifference = meanDifference
  }

  /// Creates a rule from the manifest, or nil if there is none or one that is not known here.
  ///
  /// - Parameter rule: `"exact"` or an object.
  public init?(_ rule: JSONValue) {
    if rule == .string("exact") {
      self = .exact
      return
    }
    let keys = [
      "abs", "rel", "max_outlier_fraction", "max_mismatch_fraction", "max_abs_diff",
      "mean_abs_diff",
    ]
    guard let object = rule.object, !object.isEmpty,
      object.allSatisfy({ keys.contains($0.key) && $0.value.double != nil })
    else { return nil }
    self.init(
      absolute: rule["abs"].double, relative: rule["rel"].double,
      outlierFraction: rule["max_outlier_fraction"].double ?? 0,
      mismatchFraction: rule["max_mismatch_fraction"].double,
      largestDifference: rule["max_abs_diff"].double, meanDifference: rule["mean_abs_diff"].double)
  }

  /// Compares a tensor with its reference.
  ///
  /// - Parameters:
  ///   - actual: The tensor.
  ///   - expected: The reference, of the same shape.
  /// - Returns: What is wrong, with the worst element, both values and the limit, or nil.
  public func failure(of actual: TensorData, against expected: TensorData) -> String? {
    if actual == expected { return nil }
    let differences = Differences(actual, expected)
    if let element = differences.unmatchedNaN {
      return differences.sentence("NaN does not meet NaN", at: element)
    }
    if absolute != nil || relative != nil {
      let limit = (absolute ?? 0) + (relative ?? 0) * differences.scale
      let outliers = differences.values.count { !($0 <= limit) }
      if Double(outliers) > outlierFraction * Double(differences.values.count) {
        return differences.sentence(
          "\(outliers) of \(differences.values.count) elements exceed \(limit)"
            + (outlierFraction > 0 ? ", allowed fraction \(outlierFraction)" : ""))
      }
    }
    if let largestDifference, differences.values.contains(where: { !($0 <= largestDifference) }) {
      return differences.sentence("an element exceeds \(largestDifference)")
    }
    if let mismatchFraction {
      let mismatches = differences.values.count { $0 != 0 }
      if Double(mismatches) > mismatchFraction * Double(differences.values.count) {
        return differences.sentence(
          "\(mismatches) of \(differences.values.count) elements differ, "
            + "allowed fraction \(mismatchFraction)")
      }
    }
    if let meanDifference {
      let mean = differences.values.reduce(0, +) / Double(differences.values.count)
      if !(mean <= meanDifference) {
        return differences.sentence("the mean difference is \(mean), allowed \(meanDifference)")
      }
    }
    return nil
  }
}

/// The element-wise differences of two tensors.
private struct Differences {
  let actual: [Double]
  let expected: [Double]
  let shape: [Int]
  /// Absolute differences; 0 where both are NaN or the same infinity.
  let values: [Double]

  init(_ actual: TensorData, _ expected: TensorData) {
    self.actual = actual.doubles()
    self.expected = expected.doubles()
    self.shape = expected.shape
    // 64-bit integers beyond 2⁵³ are compared as what they are.
    if actual.dtype == .int64, expected.dtype == .int64 {
      values = zip(actual.values(as: Int64.self), expected.values(as: Int64.self)).map {
        Double(
          $0 > $1
            ? $0.subtractingReportingOverflow($1).partialValue.magnitude
            : $1.subtractingReportingOverflow($0).partialValue.magnitude)
      }
    } else {
      values = zip(self.actual, self.expected).map {
        $0 == $1 || ($0.isNaN && $1.isNaN) ? 0 : abs($0 - $1)
      }
    }
  }

  /// The largest finite magnitude of the reference.
  var scale: Double { expected.lazy.filter(\.isFinite).map(abs).max() ?? 0 }

  var unmatchedNaN: Int? {
    zip(actual, expected).enumerated().first { $1.0.isNaN != $1.1.isNaN }?.0
  }

  func sentence(_ problem: String, at element: Int? = nil) -> String {
    let element =
      element ?? values.indices.max { values[$0] < values[$1] || values[$1].isNaN } ?? 0
    var index: [Int] = []
    var rest = element
    for size in shape.reversed() {
      index.insert(rest % size, at: 0)
      rest /= size
    }
    return "\(problem); worst at \(index): \(actual[element]), expected \(expected[element])"
      + ", difference \(values[element])"
  }
}
