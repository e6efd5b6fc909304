import Essentials

/// The file formats that hold tensors.
public enum TensorFileFormat: String, Sendable {
  case safetensors = "safetensors file"
  case numpy = "NumPy file"
  case checkpoint = "PyTorch checkpoint"
  case pickle = "pickle"
  case mxnet = "MXNet parameter file"
}

/// A file of tensors that cannot be used, in words for the person who named it.
public enum TensorFileError: Error, Equatable, CustomStringConvertible, Sendable {
  /// The bytes break the rules of the format.
  case damaged(format: TensorFileFormat, path: String, problem: String)
  /// One tensor of the file breaks the rules of the format.
  case damagedTensor(format: TensorFileFormat, path: String, name: String, problem: String)
  /// The file is right but uses something that is not read here.
  case unsupported(format: TensorFileFormat, path: String, feature: String, advice: String)
  /// The file asks for code to be run that no weight file needs.
  case unsafe(format: TensorFileFormat, path: String, global: String)
  /// The first bytes belong to no known format.
  case unknownFormat(path: String)
  /// The file has no tensor of this name.
  case unknownTensor(path: String, name: String, known: [String])
  /// Two tensors to be written have the same name.
  case duplicateName(path: String, name: String)
  /// The file is sound, but its content is not what was asked for.
  case unexpectedContent(path: String, found: String, expected: String)

  /// The message, with the path and what to do next.
  public var description: String {
    switch self {
    case .damaged(let format, let path, let problem):
      "The \(format.rawValue) '\(path)' is damaged: \(problem). Download or save it again."
    case .damagedTensor(let format, let path, let name, let problem):
      "The \(format.rawValue) '\(path)' is damaged at tensor '\(name)': \(problem). "
        + "Download or save it again."
    case .unsupported(let format, let path, let feature, let advice):
      "The \(format.rawValue) '\(path)' uses \(feature), which is not read here. \(advice)."
    case .unsafe(let format, let path, let global):
      "The \(format.rawValue) '\(path)' was refused: reading it would call '\(global)', which no "
        + "weight file needs. Do not load it with other software; get it from a source you trust."
    case .unknownFormat(let path):
      "'\(path)' is no weight file: it starts like no safetensors file, PyTorch checkpoint or MXNet "
        + "parameter file. Check that the download is not an error page."
    case .unknownTensor(let path, let name, let known):
      "'\(path)' has no tensor '\(name)'.\(Suggestions.didYouMean(name, among: known)) "
        + "It holds \(TensorFileError.list(known))."
    case .duplicateName(let path, let name):
      "Two tensors for '\(path)' are named '\(name)'. Give each tensor its own name."
    case .unexpectedContent(let path, let found, let expected):
      "'\(path)' holds \(found). Expected \(expected)."
    }
  }

  private static func list(_ names: [String]) -> String {
    if names.isEmpty { return "no tensors" }
    let shown = names.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
    return names.count > 5 ? "\(names.count) tensors: \(shown), …" : shown
  }
}
