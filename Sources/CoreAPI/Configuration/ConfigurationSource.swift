/// Where a configuration value was written, for messages.
public enum ConfigurationSource: Sendable, Hashable, CustomStringConvertible {
  /// A line of a file, counted from 1.
  case file(path: String, line: Int)
  /// A `key=value` argument of the command.
  case commandLine
  /// The program itself: a default or a value made in code.
  case program

  /// The place, as messages begin with it.
  public var description: String {
    switch self {
    case .file(let path, let line): "\(path):\(line)"
    case .commandLine: "command line"
    case .program: "built-in configuration"
    }
  }
}
