import Foundation
import Tensors

/// The processes of a run: found through the launcher's variables, or started here.
final class RunProcesses {
  /// The group, nil for a process alone.
  let group: ProcessGroup?
  /// The number of this process's GPU.
  let localRank: Int

  private var workers: [WorkerProcess] = []

  /// Whether this process writes the run's files.
  var isFirst: Bool { group?.rank ?? 0 == 0 }

  /// Finds or starts the other processes.
  ///
  /// - Parameters:
  ///   - count: The number of processes asked for, nil to leave it to the launcher.
  ///   - environment: The variables of this process.
  ///   - command: The program and its arguments, for processes that are started here.
  /// - Throws: ``LaunchError``, `ProcessGroupError`, and `FileError` if the program cannot be started.
  init(
    _ count: Int?,
    environment: [String: String] = ProcessInfo.processInfo.environment,
    command: [String] = ["/proc/self/exe"] + CommandLine.arguments.dropFirst()
  ) throws {
    if let place = try LaunchedProcess(environment: environment) {
      if let count, count != place.count {
        throw LaunchError.otherCount(asked: count, launched: place.count)
      }
      localRank = place.localRank
      group = try place.connect()
      return
    }
    localRank = 0
    guard let count, count > 1 else {
      group = nil
      return
    }
    let point = try MeetingPoint(host: MeetingPoint.localHost, port: 0, isKeeper: true)
    workers = try (1..<count).map { rank in
      try WorkerProcess(
        command, log: nil,
        variables: [
          "WORLD_SIZE": "\(count)", "RANK": "\(rank)", "LOCAL_RANK": "\(rank)",
          "MASTER_ADDR": point.host, "MASTER_PORT": "\(point.port)",
        ])
    }
    do {
      group = try ProcessGroup(meetingAt: point, rank: 0, count: count)
    } catch {
      for worker in workers { worker.kill() }
      throw error
    }
  }

  /// Does `body`, and waits for the processes started here, or ends them if it fails.
  func whileTogether<R>(_ body: () throws -> R) throws -> R {
    do {
      let result = try body()
      for worker in workers {
        while worker.exitCode() == nil { usleep(10_000) }
      }
      return result
    } catch {
      // They have nothing to keep, and a message of their own if they failed first.
      for worker in workers { worker.kill() }
      throw error
    }
  }
}
