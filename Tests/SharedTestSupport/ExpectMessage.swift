public import Testing

/// Records a failure unless a body throws an error with exactly this text.
///
/// - Parameters:
///   - message: The error's whole description.
///   - sourceLocation: Where the failure is shown.
///   - body: What should throw.
public func expectMessage(
  _ message: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
  do {
    try body()
    Issue.record("No error; expected: \(message)", sourceLocation: sourceLocation)
  } catch {
    #expect("\(error)" == message, sourceLocation: sourceLocation)
  }
}

/// Returns the message of the error that a body throws.
///
/// - Parameter body: What should throw.
/// - Returns: The error's whole description, or "no error".
public func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch {
    return "\(error)"
  }
}
