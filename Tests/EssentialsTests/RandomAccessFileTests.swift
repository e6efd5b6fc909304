import Essentials
import Foundation
import SharedTestSupport
import Testing

@Suite struct RandomAccessFileTests {
  @Test func readsExactlyTheRangeOrNothing() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write("0123456789", to: "\(folder)/file")
      let file = try RandomAccessFile("\(folder)/file")
      #expect(file.byteCount == 10)
      #expect(try file.read(3..<6) == Data("345".utf8))
      #expect(try file.read(10..<10) == Data())
      #expect(try file.read(9..<11) == nil)
      truncate("\(folder)/file", 5)
      #expect(try file.read(3..<6) == nil)
    }
  }

  @Test func refusesFoldersAndPipesAtOnce() throws {
    try withTemporaryFolder { folder in
      mkfifo("\(folder)/pipe", 0o644)
      for path in [folder, "\(folder)/pipe"] {
        expectMessage("Could not read '\(path)': it is not a regular file.") {
          _ = try RandomAccessFile(path)
        }
      }
    }
  }

  @Test(arguments: [0, 1, 1 << 20, 3 << 20 + 5])
  func hashesTheWholeFile(byteCount: Int) throws {
    try withTemporaryFolder { folder in
      let data = Data((0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 31) })
      try AtomicFile.write(data, to: "\(folder)/file")
      #expect(
        try RandomAccessFile("\(folder)/file").sha256() == SHA256.hexDigest(of: data))
    }
  }

  @Test func saysThatTheFileShrank() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write(Data(count: 100), to: "\(folder)/file")
      let file = try RandomAccessFile("\(folder)/file")
      try #require(truncate("\(folder)/file", 50) == 0)
      #expect(try file.read(0..<100) == nil)
      expectMessage("Could not read '\(folder)/file': it became shorter while it was read.") {
        _ = try file.sha256()
      }
    }
  }
}
