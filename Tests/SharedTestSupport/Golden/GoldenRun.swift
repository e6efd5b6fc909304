import Foundation
import Synchronization
public import Testing

/// Runs a test's body for every golden case of a name, or says why it is skipped.
///
/// A library that `CONTA_GOLDEN` names may lack cases: they are reported and counted as skipped.
/// Otherwise a missing case fails the test under `CONTA_REQUIRE_SHARED=1`. When the tests are over,
/// a line `golden: N run, K skipped` goes to stdout.
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
  let library = try goldenLibrary(for: "case '\(name)'", sourceLocation: sourceLocation)
  guard let library else { return }
  let cases = library.cases(named: name)
  guard !cases.isEmpty else {
    GoldenCount.add(run: 0, skipped: 1)
    report(
      missing: "'\(library.path)' has no golden case '\(name)'",
      fails: SharedFolder.isRequired && SharedFolder.goldenOverride == nil,
      sourceLocation: sourceLocation)
    return
  }
  for goldenCase in cases {
    GoldenCount.add(run: 1, skipped: 0)
    try body(goldenCase)
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
  let library = try goldenLibrary(for: "file '\(relativePath)'", sourceLocation: sourceLocation)
  guard let library else { return }
  let path = "\(library.path)/\(relativePath)"
  guard FileManager.default.fileExists(atPath: path) else {
    GoldenCount.add(run: 0, skipped: 1)
    report(
      missing: "there is no golden file '\(path)'",
      fails: SharedFolder.isRequired && SharedFolder.goldenOverride == nil,
      sourceLocation: sourceLocation)
    return
  }
  GoldenCount.add(run: 1, skipped: 0)
  try body(path)
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
      fflush(nil)
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
