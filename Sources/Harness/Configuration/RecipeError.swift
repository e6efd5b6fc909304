public import CoreAPI

/// A recipe or an override that cannot be read at all.
///
/// What a well-formed recipe says wrongly is a ``/CoreAPI/ConfigurationError``.
public enum RecipeError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Text that is no YAML.
  case syntax(path: String, line: Int, problem: String)
  /// A name that stands twice in one section.
  case duplicateKey(path: String, line: Int, key: String)
  /// A key that is a list or a section.
  case keyIsNoName(source: ConfigurationSource)
  /// A tree that grows beyond any sensible size.
  case tooManyValues(source: ConfigurationSource)
  /// A file whose outermost value is no section.
  case notASection(path: String)
  /// A file that is not UTF-8.
  case notText(path: String)
  /// `base:` files that lead back to one another.
  case baseCycle(source: ConfigurationSource, chain: [String])
  /// A `base:` that names a file that does not exist.
  case baseNotFound(source: ConfigurationSource, path: String)
  /// A `base:` that is neither a path nor a list of paths.
  case badBase(source: ConfigurationSource)
  /// An argument that is not `key=value`.
  case badOverride(String)
  /// An argument that goes through a value that is no section.
  case overrideThroughValue(argument: String, key: String)

  /// The message: where, what was found, what was expected.
  public var description: String {
    switch self {
    case .syntax(let path, let line, let problem):
      "\(path):\(line): This is not valid YAML: \(problem). Check the indentation and the quotes "
        + "around this line."
    case .duplicateKey(let path, let line, let key):
      "\(path):\(line): The key '\(key)' is given twice in one section. Remove one of them."
    case .keyIsNoName(let source):
      "\(source): A key is not a plain name. Expected 'name: value'."
    case .tooManyValues(let source):
      "\(source): The file has more than \(YAMLReader.valueLimit) values. Expected a recipe; check "
        + "its aliases."
    case .notASection(let path):
      "\(path):1: The file is not a recipe. Expected lines of the form 'key: value'."
    case .notText(let path):
      "\(path): The file is not UTF-8 text. Expected a recipe in YAML."
    case .baseCycle(let source, let chain):
      "\(source): 'base' leads back to where it began: \(chain.joined(separator: " → ")). "
        + "Remove one of these 'base' lines."
    case .baseNotFound(let source, let path):
      "\(source): 'base' names '\(path)', which does not exist. Expected a path relative to this "
        + "file."
    case .badBase(let source):
      "\(source): 'base' is a section. Expected a path relative to this file, or a list of paths."
    case .badOverride(let argument):
      "command line: '\(argument)' is not an override. Expected key=value, for example "
        + "segmenter.rate=1e-3."
    case .overrideThroughValue(let argument, let key):
      "command line: '\(argument)' goes through '\(key)', which is not a section. "
        + "Check the key against the recipe."
    }
  }
}
