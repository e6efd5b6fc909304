/// A value of a JSON document, as ``JSONParser`` reads it.
///
/// Whole numbers that fit into `Int` stay whole, so offsets and identifiers beyond 2⁵³ keep every
/// digit; all other numbers are `Double`.
public enum JSONValue: Equatable, Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// The member of an object, or `null` where there is none or the value is no object.
  ///
  /// - Parameter key: The member's name.
  public subscript(key: String) -> JSONValue { object?[key] ?? .null }

  /// The element of an array, or `null` where there is none or the value is no array.
  ///
  /// - Parameter index: The element's position.
  public subscript(index: Int) -> JSONValue {
    guard let array, array.indices.contains(index) else { return .null }
    return array[index]
  }

  /// The Boolean, or nil for any other kind of value.
  public var bool: Bool? {
    guard case .bool(let value) = self else { return nil }
    return value
  }

  /// The whole number, or nil for any other kind of value.
  public var integer: Int? {
    guard case .integer(let value) = self else { return nil }
    return value
  }

  /// The number, whole or not, or nil for any other kind of value.
  public var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The string, or nil for any other kind of value.
  public var string: String? {
    guard case .string(let value) = self else { return nil }
    return value
  }

  /// The elements of an array, or nil for any other kind of value.
  public var array: [JSONValue]? {
    guard case .array(let value) = self else { return nil }
    return value
  }

  /// The members of an object, or nil for any other kind of value.
  public var object: [String: JSONValue]? {
    guard case .object(let value) = self else { return nil }
    return value
  }

  /// The elements of an array of whole numbers, or nil for any other value.
  public var integers: [Int]? {
    guard let array else { return nil }
    let integers = array.compactMap(\.integer)
    return integers.count == array.count ? integers : nil
  }

  /// Returns a string as a JSON literal, with its quotation marks.
  ///
  /// - Parameter text: Any string.
  /// - Returns: The literal.
  public static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0}"..<"\u{20}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
