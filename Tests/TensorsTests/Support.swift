import Tensors
import Testing

/// Records a failure unless two lists of numbers agree to `tolerance`, relative to the largest.
func expectClose(
  _ actual: [Double], _ expected: [Double], _ tolerance: Double = 1e-6,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard actual.count == expected.count else {
    Issue.record(
      "\(actual.count) values, expected \(expected.count)", sourceLocation: sourceLocation)
    return
  }
  let scale = Swift.max(1, expected.map(Swift.abs).max() ?? 0)
  for (index, (found, wanted)) in zip(actual, expected).enumerated() {
    let agrees = found == wanted || Swift.abs(found - wanted) <= tolerance * scale
    if !agrees {
      Issue.record(
        "Value \(index) is \(found), expected \(wanted)", sourceLocation: sourceLocation)
      return
    }
  }
}

extension Tensor {
  /// A `float64` tensor of `shape`, or a row.
  init(of values: [Double], _ shape: [Int]? = nil) throws {
    try self.init(values, shape: shape ?? [values.count])
  }
}
