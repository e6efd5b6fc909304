import Foundation
import Harness
import SharedTestSupport
import Testing

/// A run whose folder cannot be used says why, and goes on when the reason is gone.
@Suite struct BadPlaceTests {
  private let input: BadInput

  init() throws { input = try BadInput() }

  private func command(_ output: String) -> [String] { ["run", TinyRun.recipe, "--out", output] }

  /// Mounts a disk of one megabyte; nil, with a printed reason, where only root could.
  private func smallDisk() throws -> String? {
    let disk = "\(input.folder.path)/disk"
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    guard geteuid() == 0, mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", disk) else {
      print("skipped: only root can mount the small disk that this test fills")
      return nil
    }
    return disk
  }

  @Test func aFullDiskKeepsFinishedWork() throws {
    guard let disk = try smallDisk() else { return }
    defer { system(["umount", "-l", disk]) }
    let full = try ContaProcess.run(command("\(disk)/run"))
    #expect(full.code == 1)
    #expect(full.result == "")
    let path = full.lastMessage.split(separator: "'").dropFirst().first.map(String.init) ?? ""
    #expect(path.hasPrefix("\(disk)/run/"))
    #expect(
      full.lastMessage == "error: The disk is full: '\(path)' was not written. Free some space and "
        + "run the same command again; finished work is kept.")
    #expect(!FileManager.default.fileExists(atPath: "\(disk)/run/table.md"))

    try #require(mount("-o", "remount,size=64m", disk))
    #expect(try ContaProcess.run(command("\(disk)/run")).code == 0)
    #expect(
      FileManager.default.contents(atPath: "\(disk)/run/table.md")
        == (try TinyRun.undisturbed().data("table.md")))
  }

  @Test func aFullDiskStopsAGridWithOneMessage() throws {
    guard let disk = try smallDisk() else { return }
    defer { system(["umount", "-l", disk]) }
    let grid = try TinyGrid()
    let command = ["grid", grid.file, "--out", "\(disk)/grid", "--jobs", "2"]
    let full = try ContaProcess.run(command)
    #expect(full.code == 1)
    #expect(full.lastMessage.hasPrefix("error: The disk is full: '\(disk)/grid/"))
    #expect(
      full.lastMessage.hasSuffix(
        "' was not written. Free some space and run the same command again; finished work is kept.")
    )
    try #require(mount("-o", "remount,size=64m", disk))
    let outcome = try ContaProcess.run(command)
    #expect(outcome.code == 0, "\(outcome.messages)")
    #expect(outcome.result == (try TinyGrid.undisturbed().text("table.md")))
  }

  @Test func aFolderWithoutPermission() throws {
    let locked = "\(input.folder.path)/locked"
    try FileManager.default.createDirectory(
      atPath: locked, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o555])
    var launcher: [String] = []
    if geteuid() == 0 {
      launcher = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
      guard system(launcher + ["test", "-x", ContaProcess.program, "-a", "-r", TinyRun.recipe])
      else {
        print("skipped: nobody but root can read this checkout")
        return
      }
    }
    let outcome = try ContaProcess.run(command("\(locked)/run"), launcher: launcher)
    #expect(
      outcome
        == .init(
          code: 1, result: "",
          messages: "error: No permission to use '\(locked)/run'. Change its permissions or choose "
            + "another place.\n"))
  }

  @Test func aFolderThatAnotherProcessUses() throws {
    let run = try TinyRun()
    let first = try run.start()
    while first.isRunning, run.data("lock").isEmpty { usleep(1000) }
    let second = try run.finish()
    first.send(SIGKILL)
    _ = first.outcome()
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, 255)
    let host = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    #expect(
      second
        == .init(
          code: 1, result: "",
          messages:
            "error: '\(run.path)' is in use by process \(first.identifier) on \(host). Wait "
            + "until it ends, or choose another --out.\n"))
    #expect(try run.finish().code == 0)
  }

  @Test func anInterruptionSaysHowToGoOn() throws {
    let run = try TinyRun()
    let process = try run.start()
    while process.isRunning, try run.events().isEmpty { usleep(1000) }
    process.send(SIGINT)
    let outcome = process.outcome()
    #expect(outcome.code == 130)
    #expect(outcome.result == "")
    #expect(
      outcome.lastMessage == "Interrupted. Finished work is kept; to resume, run: "
        + "conta run \(TinyRun.recipe) --out \(run.path)")
    #expect(try run.finish().code == 0)
    #expect(run.data("table.md") == (try TinyRun.undisturbed().data("table.md")))
  }

  @Test func aTableOfNoRun() throws {
    try input.expectRefusal(
      command: ["table", input.output],
      "'\(input.output)' has no results.json. Expected the --out folder of a finished 'conta run'.")
  }

  private func mount(_ arguments: String...) -> Bool { system(["mount"] + arguments) }

  @discardableResult private func system(_ command: [String]) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
