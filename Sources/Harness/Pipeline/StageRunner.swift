/// Gives the outputs of stages: a ``StageStore``, or something that only looks what would run.
protocol StageRunner {
  /// Returns a stage's output.
  ///
  /// - Parameters:
  ///   - stage: What determines the output.
  ///   - produce: Writes the output.
  /// - Returns: The output's folder.
  /// - Throws: What `produce` throws; `FileError` if the output cannot be stored.
  func result(
    of stage: StageDescription, produce: (WorkDirectory) throws -> Void
  ) throws -> StageResult
}
