public import CoreAPI
import Synchronization

/// A sink of progress that keeps the lines which stay visible, and nothing else.
public final class RecordedNotes: ProgressSink {
  private let content = Mutex<[String]>([])

  /// The lines so far.
  public var lines: [String] { content.withLock { $0 } }

  /// Creates a sink without lines.
  public init() {}

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func update(_ progress: StageProgress) {}

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func note(_ line: String) { content.withLock { $0.append(line) } }
}
