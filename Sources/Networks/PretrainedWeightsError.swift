import Tensors

/// Pretrained weights that do not fit a backbone.
public enum PretrainedWeightsError: Error, Equatable, CustomStringConvertible {
  /// The file lacks tensors that the backbone needs.
  case missing(path: String, backbone: String, first: String, count: Int)
  /// The file has blocks that the backbone lacks.
  case unexpected(path: String, backbone: String, first: String, count: Int)
  /// The weights expect other images than the recipe gives them.
  case otherInput(
    path: String, key: String = "input", found: InputNormalization, expected: InputNormalization)

  /// The message.
  public var description: String {
    switch self {
    case .missing(let path, let backbone, let first, let count):
      "The weight file '\(path)' does not fit the backbone '\(backbone)': \(count) tensors are "
        + "missing, the first is '\(first)'. Name a file of this network."
    case .unexpected(let path, let backbone, let first, let count):
      "The weight file '\(path)' does not fit the backbone '\(backbone)': \(count) of its tensors "
        + "belong to blocks that it lacks, the first is '\(first)'. Name a file of this network."
    case .otherInput(let path, let key, let found, let expected):
      "The weight file '\(path)' was trained on images as '\(key): \(expected.rawValue)' gives "
        + "them, but '\(key)' is '\(found.rawValue)'. Set '\(key): \(expected.rawValue)'."
    }
  }
}

extension LoadReport {
  /// Throws if a file was not one of a network.
  ///
  /// - Parameters:
  ///   - prefix: The path that the network was built at; empty for the store's root.
  ///   - isHead: Whether a parameter belongs to a head, which a file need not have.
  ///   - path: The file.
  ///   - backbone: What a recipe calls the network.
  /// - Throws: ``PretrainedWeightsError``.
  func requireComplete(
    below prefix: String, except isHead: (String) -> Bool, path: String, backbone: String
  ) throws {
    let start = prefix.isEmpty ? "" : "\(prefix)."
    let missing = missing.filter { $0.hasPrefix(start) && !isHead($0) }
    guard missing.isEmpty else {
      throw PretrainedWeightsError.missing(
        path: path, backbone: backbone, first: missing[0], count: missing.count)
    }
    // The blocks of a deeper ResNet would else be dropped without a word.
    let blocks = unexpected.filter {
      let name = $0.hasPrefix("base.") ? $0.dropFirst(5) : $0[...]
      return name.hasPrefix("layer")
    }
    guard blocks.isEmpty else {
      throw PretrainedWeightsError.unexpected(
        path: path, backbone: backbone, first: blocks[0], count: blocks.count)
    }
  }
}
