import Foundation

/// The answer to `conta why RUN [STAGE]`: which stages were found, which were computed, and why.
public struct StageExplanation {
  private let directory: String
  private let uses: [StageUse]
  private let events: [StageEvent]

  /// Reads what a run recorded.
  ///
  /// - Parameter directory: The run directory, of a finished run or an unfinished one.
  /// - Throws: ``ResultError`` if the run has reached no stage or its record is damaged, `FileError`
  ///   if a file cannot be read.
  public init(runDirectory directory: String) throws {
    self.directory = directory
    uses = try StageUseLog.read(directory)
    events = try StageEventLog(path: "\(directory)/events.jsonl").events()
  }

  /// All stages, one a line.
  public var text: String {
    let computed = uses.count { $0.outcome != .hit }
    var lines = [
      "'\(directory)' reached \(uses.count) stages: the last time \(uses.count - computed) were found "
        + "and \(computed) computed."
    ]
    let width = uses.map(\.stage.count).max() ?? 0
    for round in uses.map(\.round).unique.sorted() {
      lines += ["", "round \(round)"]
      for use in uses where use.round == round {
        let padding = String(repeating: " ", count: width - use.stage.count)
        lines.append("  \(use.stage)\(padding)  \(Self.phrase(use))")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// One stage of every round, with everything its key is made of.
  ///
  /// - Parameter stage: The stage's name.
  /// - Returns: The text.
  /// - Throws: ``WhyError/unknownStage(_:run:known:)`` if the run has not reached it.
  public func text(ofStage stage: String) throws -> String {
    let own = uses.filter { $0.stage == stage }
    guard !own.isEmpty else {
      throw WhyError.unknownStage(stage, run: directory, known: uses.map(\.stage).unique)
    }
    return own.map(detail).joined(separator: "\n")
  }

  /// How a run came by an output, in a few words.
  private static func phrase(_ use: StageUse) -> String {
    switch use.outcome {
    case .hit: "found"
    case .first: use.nearest.map(phrase) ?? "computed: reached for the first time"
    case .again: "computed: nothing changed, but the stored output was gone or damaged"
    case .changed:
      "computed: changed " + use.changes.map(\.part).prefix(3).joined(separator: ", ")
        + (use.changes.count > 3 ? " and \(use.changes.count - 3) more" : "")
    }
  }

  /// In what an output differs from the stored one that is most like it, in a few words.
  private static func phrase(_ nearest: StageUse.Neighbor) -> String {
    let entries =
      switch nearest.count {
      case 1: "the only other entry"
      case StageNeighbors.limit: "the nearest of the \(nearest.count) entries used last"
      default: "the nearest of \(nearest.count) entries"
      }
    let parts = nearest.changes.prefix(3).map { change -> String in
      let values = [change.after, change.before].map { $0 ?? "not there" }
      // Hashes and texts of several lines tell nothing here.
      let isShort = values.allSatisfy { $0.utf8.count <= 32 && !$0.contains(where: \.isNewline) }
      return change.part + (isShort ? ": \(values[0]), was \(values[1])" : "")
    }
    return "computed: \(entries) differs in \(parts.joined(separator: "; "))"
      + (nearest.changes.count > 3 ? " and \(nearest.changes.count - 3) more" : "")
  }

  private static func lines(_ changes: [StageUse.Change]) -> [String] {
    changes.map { "  \($0.part): \($0.after ?? "not there"), was \($0.before ?? "not there")" }
  }

  private func detail(_ use: StageUse) -> String {
    var lines = ["\(use.title): \(Self.phrase(use))"]
    if !use.changes.isEmpty {
      lines.append("What changed when the run first met this key:")
      lines += Self.lines(use.changes)
    }
    if let nearest = use.nearest {
      lines.append("When it was first computed, the entry most like it was \(nearest.entry):")
      lines += Self.lines(nearest.changes)
    }
    lines += ["key: \(use.key)", "output: \(use.folder), content \(use.contentHash)"]
    lines += events.filter { $0.key == use.key }.suffix(6).map { event in
      "\(ISO8601DateFormatter().string(from: event.time)) \(event.event.rawValue)"
        + (event.detail.map { ": \($0)" } ?? "")
    }
    lines.append("The key is made of:")
    lines += use.parts.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)" }
    return lines.joined(separator: "\n") + "\n"
  }
}
