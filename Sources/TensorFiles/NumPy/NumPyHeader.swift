import Foundation

/// The description of the array at the start of a `.npy` file.
///
/// # Source
///
/// NumPy, `numpy/lib/format.py`: magic text, version, length, then a Python dictionary literal.
struct NumPyHeader {
  let type: NumPyType
  let isColumnMajor: Bool
  let shape: [Int]

  static let magic = Data([0x93] + "NUMPY".utf8)

  /// Reads a header.
  ///
  /// - Parameter cursor: The start of the file; afterwards the start of the array's data.
  /// - Throws: ``Problem`` if it is none.
  init(_ cursor: inout ByteCursor) throws(Problem) {
    guard cursor.remaining >= 10, try cursor.bytes(6) == NumPyHeader.magic else {
      throw .damaged("it does not start like a NumPy file")
    }
    let major = try cursor.byte()
    let minor = try cursor.byte()
    guard (1...3).contains(major), minor == 0 else {
      throw .damaged("its format version is \(major).\(minor), expected 1.0, 2.0 or 3.0")
    }
    let header = try cursor.bytes(countedBy: major == 1 ? 2 : 4)
    guard header.count <= 65_536, let text = String(bytes: header, encoding: .utf8) else {
      throw .damaged("its header is no text")
    }
    var literal = PythonLiteral(text)
    var fields: [String: PythonLiteral.Value] = [:]
    for (key, value) in try literal.dictionary() { fields[key] = value }
    guard fields.count == 3, case .text(let description)? = fields["descr"],
      case .bool(let isColumnMajor)? = fields["fortran_order"],
      case .integers(let shape)? = fields["shape"]
    else {
      if case .list? = fields["descr"] {
        throw .unsupported("records as elements", advice: "Save each field as an array of its own")
      }
      throw .damaged("its header does not name 'descr', 'fortran_order' and 'shape'")
    }
    self.type = try NumPyType(description)
    self.isColumnMajor = isColumnMajor
    self.shape = shape
  }
}

/// A reader of the few Python literals that a header may hold; nothing is evaluated.
private struct PythonLiteral {
  enum Value {
    case text(String)
    case bool(Bool)
    case integers([Int])
    /// A list, which describes records.
    case list
  }

  private let characters: [Character]
  private var position = 0

  init(_ text: String) { characters = Array(text) }

  private static let problem = Problem.damaged("its header is no dictionary of plain values")

  private mutating func take(_ expected: Character) -> Bool {
    while position < characters.count, characters[position].isWhitespace { position += 1 }
    guard position < characters.count, characters[position] == expected else { return false }
    position += 1
    return true
  }

  mutating func dictionary() throws(Problem) -> [(String, Value)] {
    guard take("{") else { throw Self.problem }
    var pairs: [(String, Value)] = []
    while !take("}") {
      guard let key = text(), take(":") else { throw Self.problem }
      let value = try value()
      pairs.append((key, value))
      if case .list = value { return pairs }
      if !take(",") {
        guard take("}") else { throw Self.problem }
        break
      }
    }
    guard characters[position...].allSatisfy(\.isWhitespace) else { throw Self.problem }
    return pairs
  }

  private mutating func value() throws(Problem) -> Value {
    if let text = text() { return .text(text) }
    if take("[") { return .list }
    if take("(") { return .integers(try integers()) }
    switch word() {
    case "True": return .bool(true)
    case "False": return .bool(false)
    default: throw Self.problem
    }
  }

  private mutating func integers() throws(Problem) -> [Int] {
    var integers: [Int] = []
    while !take(")") {
      var digits = word()
      // Python 2 marks long integers.
      if digits.hasSuffix("L") { digits.removeLast() }
      guard let integer = Int(digits) else { throw Self.problem }
      integers.append(integer)
      if !take(",") {
        guard take(")") else { throw Self.problem }
        break
      }
    }
    return integers
  }

  private mutating func text() -> String? {
    for quote: Character in ["'", "\""] where take(quote) {
      guard let end = characters[position...].firstIndex(of: quote) else { return nil }
      defer { position = end + 1 }
      return String(characters[position..<end])
    }
    return nil
  }

  private mutating func word() -> String {
    while position < characters.count, characters[position].isWhitespace { position += 1 }
    let start = position
    while position < characters.count,
      characters[position].isLetter || characters[position].isNumber || characters[position] == "-"
    { position += 1 }
    return String(characters[start..<position])
  }
}
