import Synchronization

/// The wish that this process ends soon, after it has kept what it can.
///
/// A signal asks the whole process, so there is one for all. Trainings and sweeps look between two
/// steps and two images; what they keep is where the same command goes on.
public enum StopRequest {
  /// Work that ended because it was asked to.
  public struct Stopped: Error, Equatable, CustomStringConvertible {
    /// Creates the error.
    public init() {}

    /// The message.
    public var description: String {
      "Stopped on request. Finished work is kept; run the same command again to go on."
    }
  }

  private static let asked = Atomic(false)

  /// Whether the process was asked to end.
  public static var isMade: Bool { asked.load(ordering: .relaxed) }

  /// Asks the process to end.
  public static func make() { asked.store(true, ordering: .relaxed) }

  /// Ends work that can be continued.
  ///
  /// - Throws: ``Stopped`` if the process was asked to end.
  public static func check() throws {
    if isMade { throw Stopped() }
  }
}
