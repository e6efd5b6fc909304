/// The image-level labels of one image: which foreground classes it shows.
public struct ImageLabels: Sendable, Equatable, Codable {
  /// For every foreground class, in the order of the class list, whether the image shows it;
  /// position 0 is class index 1.
  public var present: [Bool]

  /// Creates labels from flags.
  ///
  /// - Parameter present: One flag for each foreground class.
  public init(present: [Bool]) { self.present = present }

  /// Creates labels from class indices.
  ///
  /// - Parameters:
  ///   - indices: Foreground class indices in `1 ... foregroundCount`.
  ///   - foregroundCount: The number of foreground classes.
  public init(indices: some Sequence<Int>, foregroundCount: Int) {
    present = [Bool](repeating: false, count: foregroundCount)
    for index in indices {
      precondition(
        (1...foregroundCount).contains(index),
        "Image label \(index) is not a foreground class; expected 1 through \(foregroundCount)")
      present[index - 1] = true
    }
  }

  /// The indices of the classes shown, ascending.
  public var indices: [Int] { present.indices.filter { present[$0] }.map { $0 + 1 } }

  /// Whether the image shows no class of the list.
  public var isEmpty: Bool { !present.contains(true) }

  /// The labels as numbers, 1 for a class shown and 0 otherwise.
  public var vector: [Float] { present.map { $0 ? 1 : 0 } }
}
