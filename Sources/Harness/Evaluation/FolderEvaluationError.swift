public import CoreAPI

/// Folders of label maps that do not fit each other.
public enum FolderEvaluationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A folder that does not exist.
  case noFolder(String)
  /// A folder or a list without names.
  case nothingToScore(String)
  /// Files that one of the folders lacks.
  case missing(
    role: String, folder: String, first: String, count: Int, total: Int, hasList: Bool)
  /// An image whose two label maps do not fit each other.
  case image(name: String, problem: EvaluationError)
  /// A list of class names that is none.
  case badClassList(String)

  /// The message: what was found, what was expected, what to do next.
  public var description: String {
    switch self {
    case .noFolder(let path):
      return "'\(path)' is not a folder. Expected a folder of PNG label maps."
    case .nothingToScore(let path):
      return "'\(path)' names no images. Expected PNG label maps in a folder, or names in a list."
    case .missing(let role, let folder, let first, let count, let total, let hasList):
      let others = count > 1 ? " and for \(count - 1) more" : ""
      let next = hasList ? "Check the list and the folder." : "Pass --list to score fewer images."
      return "'\(folder)' has no \(role) for '\(first)'\(others) of \(total) images. \(next)"
    case .image(let name, let problem):
      return "'\(name)': \(problem)"
    case .badClassList(let text):
      return "'\(text)' is not a list of classes. Expected different names separated by commas, in "
        + "the order of their indices, for example cat,dog."
    }
  }
}
