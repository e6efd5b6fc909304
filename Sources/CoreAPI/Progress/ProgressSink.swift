/// How far one piece of work is.
public struct StageProgress: Sendable {
  /// What is being done, for example "IRNet · CAM classifier".
  public var task: String
  /// The number of steps or images done.
  public var completed: Int
  /// The number of steps or images in all, at least ``completed``.
  public var total: Int
  /// What is done of steps or images that are not completed, in steps or images.
  public var partial: Double
  /// What is worth seeing now, in order, for example the loss.
  public var values: [(name: String, value: Double)]
  /// What else is worth seeing now, in words.
  public var detail: String
  /// What ``total`` would be without a step limit, nil where there is none.
  public var fullTotal: Int?

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - task: What is being done.
  ///   - completed: The number of steps or images done.
  ///   - total: The number of steps or images in all.
  ///   - partial: What is done of steps or images that are not completed.
  ///   - values: What is worth seeing now.
  ///   - detail: What else is worth seeing now, in words.
  ///   - fullTotal: What `total` would be without a step limit.
  public init(
    task: String, completed: Int, total: Int, partial: Double = 0,
    values: [(name: String, value: Double)] = [], detail: String = "", fullTotal: Int? = nil
  ) {
    self.task = task
    self.completed = completed
    self.total = total
    self.partial = partial
    self.values = values
    self.detail = detail
    self.fullTotal = fullTotal
  }
}

/// Takes reports of progress from stages and plugins.
///
/// # Implementation requirements
///
/// - Every method may be called from any thread, thousands of times a second; it returns quickly.
public protocol ProgressSink: Sendable {
  /// Takes the state of a piece of work.
  ///
  /// - Parameter progress: How far it is.
  func update(_ progress: StageProgress)
  /// Takes one line that stays visible, for example "resumed at step 400".
  ///
  /// - Parameter line: The line, without a line break.
  func note(_ line: String)
}

/// Shows nothing.
public struct SilentProgress: ProgressSink {
  /// Creates a sink that shows nothing.
  public init() {}

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func update(_ progress: StageProgress) {}

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func note(_ line: String) {}
}
