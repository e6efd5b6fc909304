import Essentials

/// The classes of a data set, background first.
///
/// The position of a name is the index that label maps use for it.
public struct ClassList: Sendable, Equatable, Codable {
  /// The names, index 0 is the background.
  public let names: [String]

  /// The number of classes besides the background, `n` in the formulas.
  public var foregroundCount: Int { names.count - 1 }

  /// The indices of the foreground classes, `1 ... n`.
  public var foreground: Range<Int> { 1..<names.count }

  /// Creates a class list.
  ///
  /// - Parameter foreground: The names of the foreground classes, at least one, all different, in
  ///   the order of their indices.
  public init(foreground: [String]) {
    precondition(!foreground.isEmpty, "A class list needs at least one foreground class")
    precondition(
      Set(foreground).count == foreground.count, "Class names must differ, got \(foreground)")
    precondition(foreground.count < 255, "At most 254 classes fit a label map")
    names = ["background"] + foreground
  }

  /// Returns the index of a class.
  ///
  /// - Parameter name: The class's name.
  /// - Returns: The position of the class in ``names``.
  /// - Throws: ``CoreError/unknownClass(name:known:)`` if the list has no such class.
  public func index(of name: String) throws -> Int {
    guard let index = names.firstIndex(of: name) else {
      throw CoreError.unknownClass(name: name, known: names)
    }
    return index
  }

  /// The twenty classes of PASCAL VOC in their usual order.
  public static let voc = ClassList(foreground: [
    "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
    "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train",
    "tvmonitor",
  ])
}
