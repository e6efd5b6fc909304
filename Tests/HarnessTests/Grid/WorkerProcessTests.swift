import Foundation
import SharedTestSupport
import Testing

@testable import Harness

/// The processes of cells hear signals, and are killed if they do not listen.
@Suite(.serialized) struct WorkerProcessTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func worker(_ command: String...) throws -> WorkerProcess {
    try WorkerProcess(command, log: "\(folder.path)/log.txt")
  }

  /// The exit code of a process that should end soon.
  private func exitCode(of worker: WorkerProcess) -> Int32? {
    for _ in 0..<500 where worker.exitCode() == nil { usleep(10_000) }
    return worker.exitCode()
  }

  /// The program ignores them while it has workers, because it reads them in its own way.
  @Test(arguments: [SIGTERM, SIGINT])
  func whatThisProcessIgnoresAFreshWorkerHears(number: Int32) throws {
    let handler = signal(number, SIG_IGN)
    defer { signal(number, handler) }
    let worker = try worker("/bin/sleep", "60")
    kill(worker.identifier, number)
    #expect(exitCode(of: worker) == 128 + number)
  }

  @Test func whatThisThreadBlocksAFreshWorkerHears() throws {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    var usual = sigset_t()
    pthread_sigmask(SIG_BLOCK, &signals, &usual)
    defer { pthread_sigmask(SIG_SETMASK, &usual, nil) }
    let worker = try worker("/bin/sleep", "60")
    worker.stop()
    #expect(exitCode(of: worker) == 128 + SIGTERM)
  }

  @Test func aWorkerThatDoesNotEndInTimeIsKilled() throws {
    let worker = try worker("/bin/sh", "-c", "trap '' TERM; echo deaf; exec sleep 60")
    for _ in 0..<500 where (try? folder.text(of: "log.txt")) ?? "" != "deaf\n" { usleep(10_000) }
    worker.stop()
    let start = ContinuousClock.now
    worker.end(by: start + .seconds(0.2))
    #expect(worker.exitCode() == 128 + SIGKILL)
    #expect(ContinuousClock.now - start < .seconds(10))
  }
}
