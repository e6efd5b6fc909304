/// A run directory or a cache that cannot be used.
public enum StageStoreError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A store that a newer program wrote.
  case newerFormat(path: String, found: Int, supported: Int, option: String)
  /// A store whose header is damaged.
  case unreadableHeader(path: String, option: String)
  /// A run directory that another process uses.
  case inUse(path: String, owner: String)
  /// A stage that another process took over because this one gave no sign of life.
  case workTakenOver(stage: String)

  /// The message: what was found, what was expected, what to do next.
  public var description: String {
    switch self {
    case .newerFormat(let path, let found, let supported, let option):
      "'\(path)' was written by a newer version of conta (store format \(found), this version reads "
        + "up to \(supported)). Update conta, or choose another \(option)."
    case .unreadableHeader(let path, let option):
      "'\(path)' is damaged. Expected {\"format\": \(StageStore.format)}. Delete this file if all "
        + "else in its folder was written by this version of conta; otherwise choose another "
        + "\(option)."
    case .inUse(let path, let owner):
      "'\(path)' is in use by \(owner). Wait until it ends, or choose another --out."
    case .workTakenOver(let stage):
      "Another process took over the stage \(stage), because this one gave no sign of life for too "
        + "long. Run the same command again; finished work is kept."
    }
  }
}
