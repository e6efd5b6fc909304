extension ResNet38 {
  /// Returns for example `b3_1.bn_branch2a.bias` for `arg:bn3b1_branch2a_beta`.
  ///
  /// # Source
  ///
  /// `jiwoon-ahn/psa network/resnet38d.py`, `convert_mxnet_to_torch`.
  static func parameterName(ofPublished name: String) -> String? {
    var parts = (name.split(separator: ":").last ?? "").split(separator: "_").map(String.init)
    guard parts.count > 1, !parts[0].hasPrefix("linear") else { return nil }
    let suffixes = [
      "weight": "weight", "gamma": "weight", "beta": "bias", "mean": "running_mean",
      "var": "running_var",
    ]
    guard let suffix = suffixes[parts.removeLast()] else { return nil }
    if parts.last == "moving" { parts.removeLast() }
    // What is left is a layer, and for a block's layer its branch.
    guard parts.count == 2 else { return parts.count == 1 ? "\(parts[0]).\(suffix)" : nil }
    let kind = parts[0].hasPrefix("bn") ? "bn" : "conv"
    let place = parts[0].drop { !$0.isNumber }
    guard let level = place.first, let letter = place.dropFirst().first else { return nil }
    // The first block of a level is called a, the others b1, b2, …; ours have no letter.
    let block = letter == "a" ? "b\(level)" : "b\(level)_\(place.dropFirst(2))"
    return "\(block).\(kind)_\(parts[1]).\(suffix)"
  }
}
