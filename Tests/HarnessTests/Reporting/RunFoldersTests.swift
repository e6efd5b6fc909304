import SharedTestSupport
import Testing

@testable import Harness

@Suite struct RunFoldersTests {
  @Test func findsRunsBelowAFolder() throws {
    let folder = try TemporaryFolder()
    let root = folder.path
    for name in ["b/results.json", "a/x/results.json", "a/x/stages/y/results.json"] {
      try folder.write("{}", to: name)
    }
    try folder.write("", to: "c/configuration.yaml")
    // A cell that failed before its run began.
    try folder.write("", to: "d/cell.json")
    try folder.write("{}", to: ".hidden/results.json")
    let found = try RunFolders([root])
    #expect(found.finished == ["\(root)/a/x", "\(root)/b"])
    #expect(found.unfinished == ["\(root)/c", "\(root)/d"])
    #expect(try RunFolders(["\(root)/b", "\(root)/a"]).finished == ["\(root)/b", "\(root)/a/x"])
    expectMessage(
      "'\(root)/c' has no results.json. Expected the --out folder of a finished 'conta run'."
    ) { _ = try RunFolders(["\(root)/c"]) }
    expectMessage(
      "'\(root)/none' has no results.json. Expected the --out folder of a finished 'conta run'."
    ) { _ = try RunFolders(["\(root)/b", "\(root)/none"]) }
  }
}
