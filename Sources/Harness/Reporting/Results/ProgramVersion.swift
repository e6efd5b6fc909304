import Essentials
import Foundation

/// The program's version, which every file of results names.
public enum ProgramVersion {
  /// The version, as `conta --version` prints it.
  public static let current = "0.1.0"

  /// The SHA-256 of the running program's file, nil where the system does not show the file.
  ///
  /// It tells two builds of one version apart: equal means the same code. Unequal may also mean the
  /// same code, built in another folder or by another compiler.
  public static let contentHash = (try? AtomicFile.read(file)).map {
    SHA256.hexDigest(of: $0)
  }

  /// The commit that the checkout was at when the running program was linked, nil where that cannot
  /// be known.
  ///
  /// What had been edited and not committed then is not known. It is no part of the build, because
  /// SwiftPM's `Context.gitInformation` keeps its first answer until `Package.swift` changes
  /// (swiftlang/swift-package-manager#8202).
  public static let commit: String? = {
    var status = stat()
    guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: file),
      stat(file, &status) == 0
    else { return nil }
    return SourceCheckout.commit(ofProgram: path, linkedAt: Int(status.st_mtim.tv_sec))
  }()

  /// A link to the running program's file, which leads to it even after the file was replaced.
  private static let file = "/proc/self/exe"
}
