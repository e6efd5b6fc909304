import Foundation

/// The readers of the text arguments that pickle protocol 0 uses.
enum PickleText {
  /// Reads a whole number or one of Python 2's truth values, `00` and `01`.
  static func integer(_ line: String) throws(Problem) -> PickleValue {
    switch line {
    case "00": return .bool(false)
    case "01": return .bool(true)
    default: return .integer(try index(line))
    }
  }

  /// Reads a whole number with an optional `L` at its end.
  static func longInteger(_ line: String) throws(Problem) -> PickleValue {
    .integer(try index(line.hasSuffix("L") ? String(line.dropLast()) : line))
  }

  /// Reads a whole number.
  static func index(_ line: String) throws(Problem) -> Int {
    guard let value = Int(line) else { throw .damaged("its pickle has '\(line)' as a number") }
    return value
  }

  /// Reads a number.
  static func number(_ line: String) throws(Problem) -> PickleValue {
    guard let value = Double(line) else { throw .damaged("its pickle has '\(line)' as a number") }
    return .number(value)
  }

  /// Reads a byte string as Python 2's `repr` writes it.
  static func quoted(_ line: String) throws(Problem) -> Data {
    let bytes = Array(line.utf8)
    guard bytes.count >= 2, let quote = bytes.first, bytes.last == quote,
      quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"")
    else { throw .damaged("its pickle has a text without quotation marks") }
    let escapes: [UInt8: UInt8] = [
      UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9, UInt8(ascii: "\\"): 92,
      UInt8(ascii: "'"): 39, UInt8(ascii: "\""): 34, UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8,
      UInt8(ascii: "f"): 12, UInt8(ascii: "v"): 11,
    ]
    var result = Data()
    var rest = bytes[1..<bytes.count - 1]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        result.append(byte)
        continue
      }
      guard let kind = rest.popFirst() else {
        throw .damaged("its pickle has a text that ends in an escape")
      }
      if kind == UInt8(ascii: "x") {
        let digits = String(decoding: rest.prefix(2), as: UTF8.self)
        guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16) else {
          throw .damaged("its pickle has a text with an unknown escape")
        }
        rest = rest.dropFirst(2)
        result.append(value)
      } else if let value = escapes[kind] {
        result.append(value)
      } else {
        throw .damaged("its pickle has a text with an unknown escape")
      }
    }
    return result
  }

  /// Reads a text with `\u` escapes.
  static func unicode(_ line: String) throws(Problem) -> String {
    var result = String.UnicodeScalarView()
    var rest = line.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "\\", let kind = rest.first, kind == "u" || kind == "U" else {
        result.append(scalar)
        continue
      }
      let digits = String(rest.dropFirst().prefix(kind == "u" ? 4 : 8))
      guard let value = UInt32(digits, radix: 16), let escaped = Unicode.Scalar(value) else {
        throw .damaged("its pickle has a text with an unknown escape")
      }
      rest = rest.dropFirst(1 + digits.unicodeScalars.count)
      result.append(escaped)
    }
    return String(result)
  }
}
