import Dispatch
import Foundation
import SharedTestSupport
import Testing

@testable import Harness

@Suite struct ClaimFolderTests {
  private let folder: TemporaryFolder
  private var claims: ClaimFolder

  init() throws {
    folder = try TemporaryFolder()
    claims = ClaimFolder(path: "\(folder.path)/claims", patience: 0.3)
  }

  private func held(_ name: String) throws -> Claim? {
    guard case .held(let claim) = try claims.claim(name) else { return nil }
    return claim
  }

  /// Leaves a claim that nobody keeps alive.
  private func abandon(_ name: String, by process: ProcessIdentity) throws {
    let file = "claims/\(name)/1/\(Claim.ownerName)"
    try folder.write(String(decoding: JSONEncoder().encode(process), as: UTF8.self), to: file)
  }

  private func foreignProcess() -> ProcessIdentity {
    ProcessIdentity(host: "elsewhere", scope: "another boot", number: 7, start: "1")
  }

  @Test func onlyOneHasAPieceOfWork() throws {
    let first = try #require(try held("a"))
    defer { first.release() }
    guard case .taken(let owner) = try claims.claim("a") else {
      Issue.record("Two claims on one piece of work")
      return
    }
    #expect(owner == .current)
    #expect(try held("b") != nil)
    #expect(try claims.living().map(\.name).contains("a"))
  }

  @Test func aReleasedClaimIsFreeAtOnce() throws {
    let first = try #require(try held("a"))
    first.release()
    #expect(try claims.living().isEmpty)
    let second = try #require(try held("a"))
    #expect(second.token != first.token)
  }

  @Test func aLivingOwnerKeepsItsClaimBeyondThePatience() throws {
    let claim = try #require(try held("a"))
    defer { claim.release() }
    for _ in 0..<8 {
      usleep(100_000)
      #expect(try held("a") == nil)
    }
  }

  @Test func anOwnerWithoutASignOfLifeLosesItsClaim() throws {
    try abandon("a", by: foreignProcess())
    #expect(try held("a") == nil)
    usleep(500_000)
    #expect(try held("a") != nil)
  }

  @Test func theEndOfAProcessOfThisMachineIsSeenAtOnce() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/true")
    try process.run()
    process.waitUntilExit()
    var patient = claims
    patient.patience = 1000
    var dead = ProcessIdentity.current
    dead.number = process.processIdentifier
    try abandon("a", by: dead)
    // The same number, but another beginning.
    var reborn = ProcessIdentity.current
    reborn.start = "1"
    try abandon("b", by: reborn)
    for name in ["a", "b"] {
      guard case .held = try patient.claim(name) else {
        Issue.record("The claim '\(name)' of a dead process counts")
        continue
      }
    }
  }

  /// As when the machine sleeps: no sign of life came, and the owner goes on.
  @Test func aProcessOfThisMachineKeepsItsClaimWithoutSignsOfLife() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sleep")
    process.arguments = ["20"]
    try process.run()
    var sleeper = ProcessIdentity.current
    sleeper.number = process.processIdentifier
    sleeper.start = try #require(ProcessIdentity.startTime(of: process.processIdentifier))
    try abandon("a", by: sleeper)
    usleep(500_000)
    #expect(try held("a") == nil)
    #expect(try claims.living().map(\.owner) == [sleeper])
    process.terminate()
    process.waitUntilExit()
    #expect(try held("a") != nil)
  }

  /// As on a network file system whose server renamed the folder but could not say so.
  @Test(arguments: [ENOENT, EEXIST, ENOTEMPTY, EIO])
  func aClaimWhoseConfirmationWasLostIsHeld(code: Int32) throws {
    var unreliable = claims
    unreliable.move = { source, destination in
      _ = rename(source, destination)
      return code
    }
    guard case .held(let claim) = try unreliable.claim("a") else {
      Issue.record("The claim waits for itself")
      return
    }
    #expect(try held("a") == nil)
    claim.release()
    #expect(try held("a") != nil)
  }

  @Test func aClaimThatCameTooLateIsNotHeld() throws {
    let first = try #require(try held("a"))
    defer { first.release() }
    let late = try Claim(in: claims, name: "a", generation: 1, beat: 1)
    #expect(late == nil)
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(claims.path)/a")
    #expect(names == ["1"])
  }

  /// As on a full disk.
  @Test func aClaimWhoseReleaseCannotBeWrittenIsFreeAtOnce() throws {
    let claim = try #require(try held("a"))
    try FileManager.default.createSymbolicLink(
      atPath: "\(claims.path)/a/1/\(Claim.releaseName)",
      withDestinationPath: "\(folder.path)/missing/file")
    claim.release()
    #expect(try held("a") != nil)
  }

  @Test func ofManyWhoFindADeadClaimOneGetsIt() throws {
    var dead = ProcessIdentity.current
    dead.start = "1"
    for round in 0..<20 {
      let name = "work\(round)"
      try abandon(name, by: dead)
      let claims = claims
      let held = Locked<Claim>([])
      DispatchQueue.concurrentPerform(iterations: 8) { _ in
        if case .held(let claim) = try? claims.claim(name) { held.append(claim) }
      }
      #expect(held.count == 1)
    }
  }

  @Test func whatIsForgottenCanBeClaimedAgain() throws {
    let first = try #require(try held("a"))
    claims.forget("a")
    #expect(try held("a") != nil)
    first.release()
  }

  @Test func identitiesAreReadAsTheyWereWritten() throws {
    let data = try JSONEncoder().encode(ProcessIdentity.current)
    #expect(try JSONDecoder().decode(ProcessIdentity.self, from: data) == .current)
    #expect(ProcessIdentity.current.isRunning == true)
    #expect(foreignProcess().isRunning == nil)
    #expect(
      "\(ProcessIdentity.current)" == "process \(getpid()) on \(ProcessIdentity.current.host)")
  }
}
