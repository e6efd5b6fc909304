import Foundation
import SharedTestSupport
import Testing

/// `Examples/External`: results that a Python program wrote, in our table.
@Suite struct ExternalExampleTests {
  private static let example: String = {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    return root.appendingPathComponent("Examples/External").path
  }()

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: ["seam", "irn"])
  func resultsOfPythonEnterTheTable(style: String) throws {
    let path = folder.path
    try #require(
      try ContaProcess.run([
        "world", "training_images=16", "test_images=8", "--out", "\(path)/world",
      ]).code == 0)
    guard python(["-c", "import numpy"]) else {
      print("skipped: there is no python3 with numpy, which writes this example's files")
      return
    }
    try #require(
      python(["\(Self.example)/write_results.py", "\(path)/world", path, "--style", style]))
    let outcome = try ContaProcess.run([
      "run", "\(Self.example)/recipe.yaml", "data.root=\(path)/world",
      "seed_generator.folder=\(path)/cams", "segmenter.folder=\(path)/predictions", "--out",
      "\(path)/run",
    ])
    #expect(outcome.code == 0, "\(outcome.messages)")
    let row = try #require(outcome.result.split(separator: "\n").first { $0.contains("Centre") })
    let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    // The expander cuts the maps where they are scored.
    #expect(cells[1] == cells[2])
    #expect(Double(cells[1]) ?? 0 > 10, "\(row)")
    #expect(Double(cells[3]) ?? 0 > 5, "\(row)")
  }

  private func python(_ arguments: [String]) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3"] + arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
