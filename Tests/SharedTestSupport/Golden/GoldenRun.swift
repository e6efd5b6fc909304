import Foundation
import Synchronization
public import Testing

/// Runs a test's body for every golden case of a name, or says why it is skipped.
///
/// Under `CONTA_REQUIRE_SHARED=1` a missing case fails the test. A library that `CONTA_GOLDEN`
/// names may lack some cases, as its layout allows, so there they are reported and counted as
/// skipped; but one without any case fails, and so does a process whose tests found nothing to run.
/// When the tests are over, a line `golden: N run, K skipped` goes to stdout.
///
/// - Parameters:
///   - name: The part of the id before its letter, for example `crf_A`.
///   - sourceLocation: Where a failure is shown.
///   - body: The test.
/// - Throws: What `body` throws, or an error if the library cannot be read.
public func golden(
  _ name: String, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: (GoldenCase) throws -> Void
) throws {
  try runEach(of: "golden case '\(name)'", sourceLocation: sourceLocation, body) {
    $0.cases(named: name)
  }
}

/// Runs a test's body for a sample file of the golden folder, or says why it is skipped.
///
/// It counts as ``golden(_:sourceLocation:_:)`` does.
///
/// - Parameters:
///   - relativePath: The file or folder, for example `files/npy/f4_c.npy`.
///   - sourceLocation: Where a failure is shown.
///   - body: The test; it gets the full path.
/// - Throws: What `body` throws, or an error if the library cannot be read.
public func goldenFile(
  _ relativePath: String, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: (String) throws -> Void
) throws {
  try runEach(of: "golden file '\(relativePath)'", sourceLocation: sourceLocation, body) {
    let path = "\($0.path)/\(relativePath)"
    return FileManager.default.fileExists(atPath: path) ? [path] : []
  }
}

/// Runs a test's body for the sample files of some formats that it is about, or says why it is
/// skipped.
///
/// It counts as ``golden(_:sourceLocation:_:)`` does.
///
/// - Parameters:
///   - list: Which list of the manifest.
///   - formats: The names of the formats, as the manifest gives them.
///   - condition: Which of the files the test is about, all unless said.
///   - sourceLocation: Where a failure is shown.
///   - body: The test.
/// - Throws: What `condition` and `body` throw, or an error if the library cannot be read.
public func goldenFiles(
  _ list: GoldenFile.List, formats: [String],
  where condition: (GoldenFile) throws -> Bool = { _ in true },
  sourceLocation: SourceLocation = #_sourceLocation, _ body: (GoldenFile) throws -> Void
) throws {
  let kind = "\(list.rawValue) file of the format '\(formats.joined(separator: "' or '"))'"
  try runEach(of: "\(kind) for this test", sourceLocation: sourceLocation, body) {
    try $0.files(list, formats: formats).filter(condition)
  }
}

/// Runs a test's body for everything of a kind that the library in use holds, and counts it.
///
/// - Parameters:
///   - kind: What the test is about, as in "there is no …".
///   - sourceLocation: Where a failure is shown.
///   - body: The test.
///   - find: Returns what a library holds of the kind.
/// - Throws: What `body` and `find` throw, or an error if the library cannot be read.
private func runEach<Item>(
  of kind: String, sourceLocation: SourceLocation, _ body: (Item) throws -> Void,
  find: (GoldenLibrary) throws -> [Item]
) throws {
  guard let library = try goldenLibrary(for: kind, sourceLocation: sourceLocation) else { return }
  let items = try find(library)
  guard !items.isEmpty else {
    report(
      missing: "'\(library.path)' has no \(kind)", in: library, sourceLocation: sourceLocation)
    return
  }
  for item in items {
    GoldenCount.add(run: 1, skipped: 0)
    try body(item)
  }
}

/// Counts something that a library lacks, and says so or fails the test.
private func report(
  missing reason: String, in library: GoldenLibrary, sourceLocation: SourceLocation
) {
  GoldenCount.add(run: 0, skipped: 1)
  let mayBeMissing = SharedFolder.goldenOverride != nil && !library.cases.isEmpty
  report(
    missing: reason, fails: SharedFolder.isRequired && !mayBeMissing,
    sourceLocation: sourceLocation)
}

/// Returns the library in use; nil, after a report, where there is none at all.
private func goldenLibrary(
  for purpose: String, sourceLocation: SourceLocation
) throws -> GoldenLibrary? {
  do {
    return try GoldenLibrary.current.get()
  } catch {
    GoldenCount.add(run: 0, skipped: 1)
    report(
      missing: "no golden vectors for \(purpose): \(error)",
      fails: SharedFolder.isRequired || SharedFolder.goldenOverride != nil,
      sourceLocation: sourceLocation)
    return nil
  }
}

/// The counts of the process, printed when it ends.
private enum GoldenCount {
  private static let counts = Mutex((run: 0, skipped: 0))

  private static let printsAtExit: Void = {
    atexit {
      let (run, skipped) = counts.withLock { $0 }
      print("golden: \(run) run, \(skipped) skipped")
      let isFailure = run == 0 && SharedFolder.isRequired
      if isFailure { print("Required data is missing: no golden vector was run") }
      fflush(nil)
      // It is too late for a test to fail.
      if isFailure { _exit(EXIT_FAILURE) }
    }
  }()

  static func add(run: Int, skipped: Int) {
    _ = printsAtExit
    counts.withLock {
      $0.run += run
      $0.skipped += skipped
    }
  }
}
