import Foundation

extension StageStore {
  /// Returns a stage's output from a shared store: stored, computed here, or computed by another
  /// process, for which this one waits.
  ///
  /// Correctness never rests on claims, only the saving of work does. Whoever takes over the work of
  /// a process that seems dead renames its folder, in which the owner's mark lies: should that
  /// process wake up, it finds no mark and publishes nothing.
  func sharedResult(
    of stage: StageDescription, sharing: StageSharing,
    produce: (WorkDirectory) throws -> Void
  ) throws -> StageResult {
    let name = stage.key.hexadecimal
    var waiting = WaitingNote(for: "the stage \(stage.name)", progress: progress)
    var pause: UInt32 = 50_000
    while true {
      if let result = try storedResult(of: stage, settingDamagedAside: false) {
        // A kill between publishing and tidying up leaves a claim and the unfinished work's folder.
        if try sharing.claims.isAbandoned(name) {
          try? FileManager.default.removeItem(atPath: "\(root)/work/\(name)")
          sharing.claims.forget(name)
        }
        return result
      }
      switch try sharing.claims.claim(name) {
      case .taken(let owner):
        waiting.tell(owner)
        // Many may wait for hours on a file system that others use, too.
        usleep(pause)
        pause = min(pause * 3 / 2, 3_000_000)
      case .held(let claim):
        defer { claim.release() }
        if let result = try storedResult(of: stage, settingDamagedAside: true) {
          sharing.claims.forget(name)
          return result
        }
        let work = try SharedWork(root: "\(root)/work/\(name)", claim: claim)
        do {
          let result = try computedResult(
            of: stage, in: work.directory, isOwn: { work.isOwn }, produce: produce)
          work.remove()
          sharing.claims.forget(name)
          return result
        } catch  where !work.isOwn || contains(stage) {
          // Another process took over, or came first; what it publishes is used.
          work.remove()
        }
      }
    }
  }
}
