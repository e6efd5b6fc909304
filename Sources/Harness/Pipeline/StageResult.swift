/// A stage's published output.
public struct StageResult: Sendable, Equatable {
  /// The folder, not to be written to.
  public let directory: String
  /// The stage's key.
  public let key: StageKey
  /// The hash of the folder's names and contents, an input of the stages that read it.
  public let contentHash: String
  /// Whether the output was there already, so that nothing ran: networks must be loaded from it.
  public let wasStored: Bool

  /// Returns the path of a file of the output.
  ///
  /// - Parameter name: The path inside the folder.
  /// - Returns: The full path.
  public func path(_ name: String) -> String { "\(directory)/\(name)" }
}

/// The folder in which a stage makes its output; it survives a kill, and the stage continues in it.
public struct WorkDirectory: Sendable, Equatable {
  /// The folder that holds the two others.
  let root: String

  /// What is written here is published when the stage ends.
  public var output: String { "\(root)/output" }
  /// What is written here, checkpoints for example, is deleted when the stage ends.
  public var scratch: String { "\(root)/scratch" }

  /// Returns the path of a file of the output.
  ///
  /// - Parameter name: The path inside the output.
  /// - Returns: The full path.
  public func outputPath(_ name: String) -> String { "\(output)/\(name)" }

  /// Returns the path of a file that is deleted when the stage ends.
  ///
  /// - Parameter name: The path inside the scratch folder.
  /// - Returns: The full path.
  public func scratchPath(_ name: String) -> String { "\(scratch)/\(name)" }
}
