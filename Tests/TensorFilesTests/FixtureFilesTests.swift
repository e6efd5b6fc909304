import Essentials
import Foundation
import SharedTestSupport
import Testing

@Suite struct FixtureFilesTests {
  @Test func everyFixtureHasTheDigestOfItsOriginal() throws {
    let list = try AtomicFile.read("\(GoldenLibrary.fixtures)/SHA256SUMS")
    let lines = String(decoding: list, as: UTF8.self).split(separator: "\n")
    #expect(lines.count > 50)
    var byteCount = list.count
    for line in lines {
      let path = "\(GoldenLibrary.fixtures)/\(line.dropFirst(66))"
      let data = try AtomicFile.read(path)
      #expect(SHA256.hexDigest(of: data) == line.prefix(64), "\(path)")
      byteCount += data.count
    }
    #expect(byteCount <= 2_000_000)
  }

  @Test func everyCaseHasItsTensorsAndTolerances() throws {
    let library = try GoldenLibrary(path: GoldenLibrary.fixtures)
    for goldenCase in library.cases {
      for name in goldenCase.inputNames { _ = try goldenCase.input(name) }
      for name in goldenCase.outputNames {
        try goldenCase.expect(try goldenCase.output(name), matches: name)
      }
    }
  }
}
