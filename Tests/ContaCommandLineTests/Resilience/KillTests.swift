import Foundation
import Harness
import Testing

/// A run that was killed and started again ends as one that was not.
@Suite struct KillTests {
  /// Writes a checkpoint after every step, so that a kill anywhere has one to continue from.
  private static let checkpoints = "runtime.checkpoint_interval=0"
  private static let isSoak = ProcessInfo.processInfo.environment["CONTA_SOAK"] == "1"

  @Test func randomKillsChangeNothing() throws {
    let undisturbed = try TinyRun.undisturbed()
    let kills = Self.isSoak ? 20 : 3
    var random = SystemRandomNumberGenerator()
    var run = try TinyRun()
    for kill in 0..<kills {
      // A run gets shorter with every kill; another one begins before none is left.
      if kill > 0, kill.isMultiple(of: 4) {
        try expectEqual(try finished(run), undisturbed)
        run = try TinyRun()
      }
      let delay = Double.random(in: 0...undisturbed.seconds * 0.6, using: &random)
      let process = try run.start([Self.checkpoints])
      usleep(UInt32(delay * 1e6))
      process.send(SIGKILL)
      let code = process.outcome().code
      #expect(code == SIGKILL || code == 0, "after \(delay) s: \(process.messages)")
    }
    try expectEqual(try finished(run), undisturbed)
  }

  @Test func everyKindOfStageContinuesWhereItWasKilled() throws {
    let moments = [
      Moment(stage: "train-classifier", round: 0, task: "Tiny IRNet · classifier"),
      Moment(stage: "seeds", round: 0, task: "Tiny IRNet · CAMs"),
      Moment(stage: "train-segmenter", round: 0, task: "Tiny IRNet · segmenter"),
      Moment(stage: "training-masks", round: 0, task: "Tiny IRNet · training masks"),
      Moment(stage: "train-classifier", round: 1, task: "Tiny IRNet + CONTA 1 · classifier"),
    ]
    // A busy machine can let a stage end before the kill arrives; then the test begins anew.
    for _ in 0..<5 {
      let run = try TinyRun()
      var resumed: [String] = []
      let wereHit = try moments.allSatisfy { moment in
        let process = try run.start([Self.checkpoints])
        defer { resumed.append(process.outcome().messages) }
        return kill(process, of: run, at: moment)
      }
      guard wereHit else { continue }
      let last = try finished(run)
      resumed.append(last.messages)
      for (moment, messages) in zip(moments, resumed.dropFirst()) {
        // The first line of a task tells where it begins.
        let line = messages.split(separator: "\n").first { $0.hasPrefix("\(moment.task)  ") }
        let begin = line?.dropFirst(moment.task.count + 2).prefix { $0.isNumber }
        #expect(Int(begin ?? "0") ?? 0 > 0, "\(moment.task) began at '\(line ?? "nothing")'")
      }
      try expectEqual(last, try TinyRun.undisturbed())
      return
    }
    Issue.record("No attempt killed all stages in time")
  }

  // MARK: - Kills

  /// A place in a run: inside of a stage, when it has kept some of its work.
  private struct Moment {
    var stage: String
    var round: Int
    var task: String
  }

  /// Kills a run at a moment; false if the stage ended first.
  private func kill(_ process: ContaProcess, of run: TinyRun, at moment: Moment) -> Bool {
    while process.isRunning {
      if let last = try? run.events().last, last.event == .started, last.stage == moment.stage,
        (try? run.stage(moment.stage, round: moment.round))?.hasSuffix(last.key.prefix(16)) == true,
        hasKeptWork(run, key: last.key)
      {
        process.send(SIGKILL)
        _ = process.outcome()
        return (try? run.events().last) == last
      }
      usleep(500)
    }
    return false
  }

  /// Whether a stage has a checkpoint or some of its images.
  private func hasKeptWork(_ run: TinyRun, key: String) -> Bool {
    let work = "\(run.path)/work/\(key)"
    if FileManager.default.fileExists(atPath: "\(work)/scratch/checkpoint.safetensors") {
      return true
    }
    return ["seeds", "masks"].contains { folder in
      let files = try? FileManager.default.contentsOfDirectory(atPath: "\(work)/output/\(folder)")
      return files?.count ?? 0 > 2
    }
  }

  // MARK: - Comparison

  private struct FinishedRun {
    var run: TinyRun
    var messages: String
  }

  private func finished(_ run: TinyRun) throws -> FinishedRun {
    let outcome = try run.finish([Self.checkpoints])
    #expect(outcome.code == 0, "\(outcome.messages)")
    return FinishedRun(run: run, messages: outcome.messages)
  }

  private func expectEqual(_ finished: FinishedRun, _ undisturbed: TinyRun) throws {
    let run = finished.run
    for name in ["table.md", "results.json", "supervision.json", "contact-sheet.png"] {
      #expect(!run.data(name).isEmpty, "\(name) is empty or missing")
      #expect(run.data(name) == undisturbed.data(name), "\(name) differs")
    }
    #expect(
      String(decoding: run.data("metrics.jsonl"), as: UTF8.self)
        == String(decoding: undisturbed.data("metrics.jsonl"), as: UTF8.self))
    #expect(run.manifests() == undisturbed.manifests())
    var done: Set<String> = []
    for event in try run.events() {
      switch event.event {
      case .started: #expect(!done.contains(event.key), "\(event.stage) ran twice")
      case .finished, .hit: done.insert(event.key)
      case .damaged: Issue.record("\(event.stage) was damaged: \(event.detail ?? "")")
      }
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: "\(run.path)/work")
    #expect(left.isEmpty, "\(left)")
  }
}
