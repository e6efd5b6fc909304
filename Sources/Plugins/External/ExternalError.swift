import Essentials
import Imaging

/// Files of another program that cannot be used, in words for the person who named them.
enum ExternalError: Error, Equatable, CustomStringConvertible {
  /// A folder that does not exist.
  case noFolder(path: String)
  /// Images without a file.
  case missingFiles(folder: String, missing: Int, total: Int, first: String)
  /// An image with two files.
  case twoFiles(folder: String, id: String)
  /// A map or a mask of another size than its image.
  case wrongSize(path: String, what: String, width: Int, height: Int, expected: ImageSize)
  /// A dictionary of neither layout.
  case unknownLayout(path: String, keys: [String])
  /// An array that is no map or no stack of maps.
  case wrongShape(path: String, what: String, shape: [Int], expected: String)
  /// Scores that are no activations in `0...1`.
  case wrongScores(path: String, lowest: Float, highest: Float)
  /// A class number that the class list does not have.
  case unknownClass(path: String, number: Int, known: ClosedRange<Int>)
  /// No map of a class that the image shows.
  case missingClass(path: String, id: String, className: String, number: Int, found: [Int])
  /// An image without its name.
  case noIdentifier

  /// The message: what was found, where, what was expected, what to do next.
  var description: String {
    switch self {
    case .noFolder(let path):
      "There is no folder '\(path)'. Expected a folder with a .npy or .png file for every image; "
        + "check the path."
    case .missingFiles(let folder, let missing, let total, let first):
      "\(missing) of \(total) images have no file in '\(folder)', the first is '\(first)'. Expected "
        + "'\(first).npy' or '\(first).png'; write the missing files or choose smaller splits."
    case .twoFiles(let folder, let id):
      "'\(folder)' holds both '\(id).npy' and '\(id).png'. Keep one of them, or move one kind into "
        + "another folder."
    case .wrongSize(let path, let what, let width, let height, let expected):
      "'\(path)': \(what) is \(width)×\(height). Expected \(expected), which follows from the size "
        + "of the image; write it again at that size."
    case .unknownLayout(let path, let keys):
      "'\(path)' holds \(Self.list(keys)). Expected 'keys' with 'high_res' as IRN writes them, or "
        + "one map under each class number as SEAM and PSA do."
    case .wrongShape(let path, let what, let shape, let expected):
      "'\(path)': \(what) has the shape \(shape). Expected \(expected)."
    case .wrongScores(let path, let lowest, let highest):
      "'\(path)' has scores from \(lowest) through \(highest). Expected 0 through 1; divide every "
        + "map by its maximum before it is saved."
    case .unknownClass(let path, let number, let known):
      "'\(path)' has the class number \(number). Expected \(known.lowerBound) through "
        + "\(known.upperBound); check 'first_class', or name the files' classes in 'classes'."
    case .missingClass(let path, let id, let className, let number, let found):
      "'\(path)' has no map of class '\(className)', number \(number), which '\(id)' shows. It has "
        + "the numbers \(found.map(String.init).joined(separator: ", ")); check 'first_class' and "
        + "'classes'."
    case .noIdentifier:
      "The plugin 'external' finds results by the image's name and was asked without one. Use the "
        + "methods that take the identifier."
    }
  }

  private static func list(_ keys: [String]) -> String {
    guard !keys.isEmpty else { return "nothing" }
    let shown = keys.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
    return keys.count > 5 ? "\(shown) and \(keys.count - 5) more" : shown
  }
}
