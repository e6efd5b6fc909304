import CoreAPI

/// Where a table cuts the class activation maps of finished runs.
public enum CAMThreshold: Sendable, Equatable {
  /// At one threshold, given in advance.
  case fixed(Double)
  /// At the best threshold of every run, chosen on the ground truth that is scored.
  case oracle
  /// At the best threshold of some images of every run; the others are scored.
  case heldOut(Int)

  /// Reads `0.3`, `oracle` or `heldout-20`; nil for any other text.
  ///
  /// - Parameter text: The text.
  public init?(_ text: String) {
    if text == "oracle" {
      self = .oracle
    } else if text.hasPrefix("heldout-"), let count = Int(text.dropFirst("heldout-".count)),
      count > 0
    {
      self = .heldOut(count)
    } else if let value = Double(text), (0...1).contains(value) {
      self = .fixed(value)
    } else {
      return nil
    }
  }

  /// The rule by which a number was measured; nil for one that needs no threshold.
  init?(_ threshold: ThresholdProtocol) {
    switch threshold.kind {
    case .none: return nil
    case .fixed: self = .fixed(threshold.value ?? 0)
    case .oracle: self = .oracle
    case .heldOut: self = .heldOut(threshold.imageCount ?? 1)
    }
  }

  /// The text that stands for it, as the setting `evaluation.cam_threshold` of a scored run.
  var name: String {
    switch self {
    case .fixed(let value): "\(value)"
    case .oracle: "oracle"
    case .heldOut(let count): "heldout-\(count)"
    }
  }
}
