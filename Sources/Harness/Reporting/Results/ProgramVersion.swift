import Essentials

/// The program's version, which every file of results names.
public enum ProgramVersion {
  /// The version, as `conta --version` prints it.
  public static let current = "0.1.0"

  /// The SHA-256 of the running program's file, nil where the system does not show the file.
  ///
  /// It tells two builds of one version apart: equal means the same code. Unequal may also mean the
  /// same code, built in another folder or by another compiler.
  public static let contentHash = (try? AtomicFile.read("/proc/self/exe")).map {
    SHA256.hexDigest(of: $0)
  }
}
