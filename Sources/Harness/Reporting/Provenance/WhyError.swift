import Essentials

/// A question about a number or a stage that cannot be answered.
public enum WhyError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A table without the file that says where its numbers come from.
  case noProvenance(table: String)
  /// A file that cannot be decoded.
  case damaged(path: String)
  /// A file of a newer program.
  case newerFormat(path: String, found: Int)
  /// A table without the address of a number.
  case noAddress(table: String)
  /// Text after the colon that is no address.
  case badAddress(String)
  /// An address without a number.
  case noNumber(address: String, table: String, rows: Int, columns: Int)
  /// A run that is not where the table says.
  case runMoved(run: String, address: String)
  /// A stage that the run has not reached.
  case unknownStage(String, run: String, known: [String])

  /// The message: what was found, what was expected, what to do next.
  public var description: String {
    switch self {
    case .noProvenance(let table):
      "'\(table)' has no '\(TableProvenance.path(ofTable: table))' beside it. Expected a table that "
        + "'conta table --out' or 'conta run' wrote, together with that file."
    case .damaged(let path):
      "'\(path)' is damaged. Write the table again with 'conta table … --out'."
    case .newerFormat(let path, let found):
      "'\(path)' was written by a newer version of conta (format \(found), this version reads up to "
        + "\(TableProvenance.currentFormat)). Update conta, or write the table again."
    case .noAddress(let table):
      "'\(table)' is a table. Expected one of its numbers, for example '\(table):R2C1': R counts the rows "
        + "below the heading, C the columns of numbers."
    case .badAddress(let text):
      "'\(text)' is no address. Expected row and column of a number, for example R2C3: R counts the "
        + "rows below the heading, C the columns of numbers."
    case .noNumber(let address, let table, let rows, let columns):
      "'\(table)' has no number at \(address). Its numbers are in R1 to R\(rows) and C1 to "
        + "C\(columns)."
    case .runMoved(let run, let address):
      "The run behind \(address) is not at '\(run)'. Move it back, or write the table again from where "
        + "it is now."
    case .unknownStage(let stage, let run, let known):
      "'\(run)' has no stage '\(stage)'. It reached: \(known.joined(separator: ", "))."
        + Suggestions.didYouMean(stage, among: known)
    }
  }
}
