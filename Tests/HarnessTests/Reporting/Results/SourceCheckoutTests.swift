import SharedTestSupport
import Testing

@testable import Harness

@Suite struct SourceCheckoutTests {
  private let folder: TemporaryFolder
  private let commits = ["a1", "b2", "c3"].map { String(repeating: $0, count: 20) }

  init() throws { folder = try TemporaryFolder() }

  /// Writes a checkout that moved to a commit at 100, 200 and 300.
  private func writeCheckout(_ name: String, git: String) throws {
    var log = ""
    var old = String(repeating: "0", count: 40)
    for (index, commit) in commits.enumerated() {
      let time = 100 * (index + 1)
      log += "\(old) \(commit) Some One <some@one> \(time) +0100\tcommit: at 900 +0000\n"
      old = commit
    }
    try folder.write(log, to: "\(git)/logs/HEAD")
    try folder.write("", to: "\(name)/Package.swift")
  }

  private func commit(_ program: String, linkedAt time: Int) -> String? {
    SourceCheckout.commit(ofProgram: "\(folder.path)/\(program)", linkedAt: time)
  }

  @Test(
    arguments: [(99, nil), (100, 0), (250, 1), (300, 2), (10_000, 2)] as [(Int, Int?)])
  func commitsAfterTheLinkDoNotCount(time: Int, index: Int?) throws {
    try writeCheckout("conta", git: "conta/.git")
    #expect(
      commit("conta/.build/x86_64/release/conta", linkedAt: time) == index.map { commits[$0] })
  }

  @Test(arguments: ["../conta/.git/worktrees/other", "/conta/.git/worktrees/other"])
  func anotherWorktreeHasALogOfItsOwn(git: String) throws {
    try writeCheckout("other", git: "conta/.git/worktrees/other")
    let path = git.hasPrefix("/") ? folder.path + git : git
    try folder.write("gitdir: \(path)\n", to: "other/.git")
    #expect(commit("other/.build/release/conta", linkedAt: 250) == commits[1])
  }

  @Test func otherPlacesTellNothing() throws {
    try writeCheckout("conta", git: "conta/.git")
    #expect(commit("conta/bin/conta", linkedAt: 300) == nil)
    #expect(commit("elsewhere/.build/release/conta", linkedAt: 300) == nil)
    // Sources without their own history inside of another repository.
    try writeCheckout("home", git: "home/.git")
    try folder.write("", to: "home/conta/Package.swift")
    #expect(commit("home/conta/.build/release/conta", linkedAt: 300) == nil)
    try folder.write("no log\n\n", to: "conta/.git/logs/HEAD")
    #expect(commit("conta/.build/release/conta", linkedAt: 300) == nil)
  }
}
