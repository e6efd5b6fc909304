/// The program's version, which every file of results names.
public enum ProgramVersion {
  /// The version, as `conta --version` prints it.
  public static let current = "0.1.0"
}
