import Essentials
import Foundation
import SharedTestSupport
import Testing

@Suite struct AtomicFileTests {
  @Test func readsBackWhatItWroteAndLeavesNothingElse() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/new/folders/file"
      try AtomicFile.write("first", to: path)
      try AtomicFile.write("second", to: path)
      #expect(try AtomicFile.read(path) == Data("second".utf8))
      #expect(try contents(of: "\(folder)/new/folders") == ["file"])
    }
  }

  @Test func writesEmptyAndLargeFiles() throws {
    try withTemporaryFolder { folder in
      for count in [0, 5_000_000] {
        let data = Data((0..<count).map { UInt8(truncatingIfNeeded: $0) })
        try AtomicFile.write(data, to: "\(folder)/file")
        #expect(try AtomicFile.read("\(folder)/file") == data)
      }
    }
  }

  @Test func removesWhatKilledWritersLeft() throws {
    try withTemporaryFolder { folder in
      for name in ["a.png.12.345.tmp", "a.png", "notes.tmp", "1.2.txt", "sub/b.7.8.tmp"] {
        try AtomicFile.write("", to: "\(folder)/\(name)")
      }
      AtomicFile.removeTemporaryFiles(in: folder, recursively: false)
      #expect(try contents(of: folder) == ["1.2.txt", "a.png", "notes.tmp", "sub"])
      #expect(try contents(of: "\(folder)/sub") == ["b.7.8.tmp"])
      AtomicFile.removeTemporaryFiles(in: folder, recursively: true)
      #expect(try contents(of: "\(folder)/sub").isEmpty)
    }
  }

  @Test func theNextFolderInTheMakingReplacesThoseOfKilledProcesses() throws {
    try withTemporaryFolder { folder in
      let ended = Process()
      ended.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      ended.arguments = ["true"]
      try ended.run()
      ended.waitUntilExit()
      // Process 1 is alive; the other names are not those of folders in the making.
      let kept = ["world.1.tmp", "world.tmp", "world.x.tmp", "world2.\(getpid()).tmp"]
      for name in kept + ["world.\(ended.processIdentifier).tmp", "world.\(getpid()).tmp"] {
        try AtomicFile.write("", to: "\(folder)/\(name)/JPEGImages/a.png")
      }
      #expect(
        AtomicFile.stagingDirectory(for: "\(folder)/world")
          == "\(folder)/world.\(getpid()).tmp")
      #expect(try contents(of: folder) == kept.sorted())
    }
  }

  @Test func saysThatAFileIsMissing() {
    expectMessage("No file at '/nowhere/file'. Check the path.") {
      _ = try AtomicFile.read("/nowhere/file")
    }
  }

  @Test func keepsAFolderThatStandsWhereTheFileShouldGo() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.createDirectory(at: "\(folder)/taken")
      expectMessage("Could not write '\(folder)/taken': Is a directory.") {
        try AtomicFile.write("text", to: "\(folder)/taken")
      }
      #expect(try contents(of: folder) == ["taken"])
    }
  }

  @Test func saysThatAFileStandsWhereAFolderShouldGo() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write("", to: "\(folder)/file")
      expectMessage(
        "Could not create the folder '\(folder)/file': a file of that name exists."
      ) { try AtomicFile.write("text", to: "\(folder)/file/x") }
      expectMessage(
        "Could not create the folder '\(folder)/file/x': a part of the path is a file."
      ) { try AtomicFile.createDirectory(at: "\(folder)/file/x") }
    }
  }

  @Test func publishesAFinishedFolderUnderAFreeNameOnly() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write("text", to: "\(folder)/draft/file")
      try AtomicFile.publishDirectory("\(folder)/draft", as: "\(folder)/runs/final")
      #expect(try contents(of: folder) == ["runs"])
      #expect(try AtomicFile.read("\(folder)/runs/final/file") == Data("text".utf8))

      try AtomicFile.write("other", to: "\(folder)/draft/file")
      expectMessage(
        "Could not publish '\(folder)/runs/final': Directory not empty."
      ) { try AtomicFile.publishDirectory("\(folder)/draft", as: "\(folder)/runs/final") }
      #expect(try AtomicFile.read("\(folder)/runs/final/file") == Data("text".utf8))
    }
  }

  @Test func keepsTheOldFileWithoutPermissionToWrite() async throws {
    // A process of its own: permissions do not bind root, so it becomes another user.
    await #expect(processExitsWith: .success) {
      try withTemporaryFolder { folder in
        let path = "\(folder)/locked/file"
        try AtomicFile.write("old", to: path)
        chmod(folder, 0o755)
        chmod("\(folder)/locked", 0o555)
        let user = geteuid()
        if user == 0 { try #require(seteuid(65_534) == 0) }
        expectMessage(
          "No permission to use '\(path)'. Change its permissions or choose another place."
        ) { try AtomicFile.write("new", to: path) }
        expectMessage(
          """
          No permission to use '\(folder)/locked/x'. Change its permissions or choose another \
          place.
          """
        ) { try AtomicFile.createDirectory(at: "\(folder)/locked/x") }
        #expect(try AtomicFile.read(path) == Data("old".utf8))
        if user == 0 { try #require(seteuid(0) == 0) }
        chmod("\(folder)/locked", 0o755)
        #expect(try contents(of: "\(folder)/locked") == ["file"])
      }
    }
  }

  @Test func keepsTheOldFileOnAFullDisk() throws {
    try withTemporaryFolder { folder in
      guard geteuid() == 0, run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder) else {
        print("skipped: only root can mount the small disk that this test fills")
        return
      }
      defer { _ = run("umount", folder) }
      let path = "\(folder)/file"
      try AtomicFile.write("old", to: path)
      expectMessage(
        """
        The disk is full: '\(path)' was not written. Free some space and run the same command \
        again; finished work is kept.
        """
      ) { try AtomicFile.write(Data(count: 200_000), to: path) }
      #expect(try AtomicFile.read(path) == Data("old".utf8))
      #expect(try contents(of: folder) == ["file"])
    }
  }
}

@Suite struct FileErrorTests {
  @Test func namesTheCausesThatPeopleCanRemove() {
    #expect(FileError(errno: ENOENT, path: "p", operation: "read") == .notFound(path: "p"))
    #expect(FileError(errno: EACCES, path: "p", operation: "read") == .noPermission(path: "p"))
    #expect(FileError(errno: EROFS, path: "p", operation: "write") == .noPermission(path: "p"))
    #expect(FileError(errno: ENOSPC, path: "p", operation: "write") == .diskFull(path: "p"))
    #expect(FileError(errno: EDQUOT, path: "p", operation: "write") == .diskFull(path: "p"))
    #expect(
      "\(FileError(errno: EIO, path: "p", operation: "read"))"
        == "Could not read 'p': Input/output error.")
  }
}

private func contents(of folder: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
}

private func run(_ arguments: String...) -> Bool {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = arguments
  process.standardError = nil
  guard (try? process.run()) != nil else { return false }
  process.waitUntilExit()
  return process.terminationStatus == 0
}
