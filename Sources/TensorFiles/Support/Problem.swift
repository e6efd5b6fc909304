/// Why bytes cannot be used, before it is known which file they came from.
enum Problem: Error, Equatable {
  case damaged(String)
  case unsupported(String, advice: String)
  case unsafe(global: String)

  /// Returns the error for the person who named the file.
  ///
  /// - Parameters:
  ///   - format: What the file is.
  ///   - path: Where it lies.
  /// - Returns: The same problem with the file's name.
  func error(in format: TensorFileFormat, at path: String) -> TensorFileError {
    switch self {
    case .damaged(let problem): .damaged(format: format, path: path, problem: problem)
    case .unsupported(let feature, let advice):
      .unsupported(format: format, path: path, feature: feature, advice: advice)
    case .unsafe(let global): .unsafe(format: format, path: path, global: global)
    }
  }
}

/// Runs a body and names the file in the problems it throws.
///
/// - Parameters:
///   - format: What the file is.
///   - path: Where it lies.
///   - body: What reads it.
/// - Returns: What `body` returns.
/// - Throws: ``TensorFileError`` for a ``Problem``; anything else as it is.
func reading<Result>(
  _ format: TensorFileFormat, at path: String, _ body: () throws -> Result
) throws -> Result {
  do {
    return try body()
  } catch let problem as Problem {
    throw problem.error(in: format, at: path)
  }
}
