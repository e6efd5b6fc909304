import TensorFiles

/// What is known of the files in which VGG-16 was published.
///
/// | file | names | fc6, fc7 | images |
/// |---|---|---|---|
/// | `vgg16_20M` of SEC and DSRG | `conv1_1`, `fc6` | yes | Caffe's |
/// | `vgg16_20M_custom.pth`, the same | `features.0`, `fc6` | yes | Caffe's |
/// | torchvision's `vgg16.pth` | `features.0`, `classifier.0` | no: linear layers | ImageNet's |
extension VGG16 {
  /// Returns how a file's network saw its images, nil if the file's names do not tell.
  ///
  /// - Parameter names: The names of the file's tensors.
  /// - Returns: ImageNet's way for torchvision's names, Caffe's for Caffe's.
  static func input(ofFileWith names: some Collection<String>) -> InputNormalization? {
    if names.contains("classifier.6.weight") { return .imageNet }
    return names.contains("conv1_1.weight") ? .caffe : nil
  }

  /// Whether a layer is one of the head's that files of `vgg16_20M` have: `fc6` or `fc7`, or one
  /// branch's, such as `fc6_2`.
  static func isPublishedHeadLayer(_ layer: String) -> Bool { publishedLayer(of: layer) != nil }

  /// Gives a file's `fc6` and `fc7` to every branch that the file has no layer of its own for.
  ///
  /// # Source
  ///
  /// Huang et al., CVPR 2018: the four branches are fc6 and fc7 of DeepLab-LargeFOV at four
  /// dilations. `speedinghzl/DSRG@91efdf7d` starts from `vgg16_20M_mc.caffemodel`, which has layers
  /// for every branch.
  ///
  /// - Parameters:
  ///   - tensors: The file's tensors; those of the branches are added.
  ///   - layers: The names of the head's layers.
  /// - Returns: For every layer that got its tensors so, the layer of the file.
  static func shareHeadLayers(
    of tensors: inout [String: TensorData], with layers: [String]
  ) -> [String: String] {
    var sources: [String: String] = [:]
    for layer in layers {
      guard let published = publishedLayer(of: layer), published != layer,
        tensors["\(published).weight"] != nil, tensors["\(layer).weight"] == nil
      else { continue }
      for end in ["weight", "bias"] { tensors["\(layer).\(end)"] = tensors["\(published).\(end)"] }
      sources[layer] = published
    }
    return sources
  }

  private static func publishedLayer(of layer: String) -> String? {
    ["fc6", "fc7"].first { layer == $0 || layer.hasPrefix("\($0)_") }
  }
}
