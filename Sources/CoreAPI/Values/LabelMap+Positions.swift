public import Imaging

/// Between class indices and positions among the classes of one image.
///
/// The scores of an image have a plane for the background and one for each of its own classes. What
/// is read from them, as the strongest plane or as a label of a dense CRF, is therefore a position:
/// 0 for the background, `k` for the `k`-th of the classes. `LabelMap.ignoreIndex` stays itself.
extension LabelMap {
  /// Returns the map of class indices that a map of positions stands for.
  ///
  /// - Parameter classes: The image's foreground classes, in the order of the planes.
  /// - Returns: The map, every position `k` replaced by `classes[k - 1]` and 0 kept.
  public func classIndices(among classes: [Int]) -> LabelMap {
    var names = [UInt8?](repeating: nil, count: 256)
    names[0] = 0
    for (position, index) in classes.enumerated() { names[position + 1] = UInt8(index) }
    names[Int(LabelMap.ignoreIndex)] = LabelMap.ignoreIndex
    return mapped { position in
      guard let name = names[Int(position)] else {
        preconditionFailure("Position \(position) is beyond the classes \(classes)")
      }
      return name
    }
  }

  /// Returns the map of positions that a map of class indices stands for.
  ///
  /// - Parameter classes: The image's foreground classes, in the order of the planes.
  /// - Returns: The map, every `classes[k - 1]` replaced by `k`; what is no class of the image
  ///   becomes background.
  public func positions(among classes: [Int]) -> LabelMap {
    var positions = [UInt8](repeating: 0, count: 256)
    for (position, index) in classes.enumerated() { positions[index] = UInt8(position + 1) }
    positions[Int(LabelMap.ignoreIndex)] = LabelMap.ignoreIndex
    return mapped { positions[Int($0)] }
  }

  private func mapped(_ transform: (UInt8) -> UInt8) -> LabelMap {
    LabelMap(width: width, height: height, indices: indices.map(transform))
  }
}
