import CoreAPI
import Foundation

/// A value of a cell that follows from others: `data-${seed}`, or `= ${seed} + 100`.
struct DerivedValue: Sendable {
  /// The value's full key.
  let key: String
  /// The text with `${NAME}` for axes and values; after `=`, an expression.
  let template: String
  /// Where it was written.
  let source: ConfigurationSource

  /// Returns the value as YAML.
  ///
  /// - Parameter values: The levels and values of the cell, by axis and by full key.
  /// - Returns: The value, a whole number without a point.
  /// - Throws: ``GridError`` if a name is unknown or the expression is none.
  func text(with values: [String: String]) throws -> String {
    var text = ""
    var rest = template[...]
    while let begin = rest.range(of: "${"), let end = rest[begin.upperBound...].range(of: "}") {
      let name = String(rest[begin.upperBound..<end.lowerBound])
      guard let value = values[name] else {
        throw GridError.unknownReference(
          source: source, key: key, name: name, known: Array(values.keys))
      }
      text += rest[..<begin.lowerBound] + value
      rest = rest[end.upperBound...]
    }
    text += rest
    guard text.hasPrefix("=") else { return text }
    let expression = text.dropFirst().trimmingCharacters(in: .whitespaces)
    var parser = Expression(text: Array(expression.utf8))
    guard let number = parser.wholeValue(), number.isFinite else {
      throw GridError.badExpression(source: source, key: key, text: expression)
    }
    return number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
  }
}

/// A reader of sums, products and parentheses.
private struct Expression {
  let text: [UInt8]
  private var position = 0

  init(text: [UInt8]) { self.text = text }

  mutating func wholeValue() -> Double? {
    guard let value = sum() else { return nil }
    skipSpaces()
    return position == text.count ? value : nil
  }

  private mutating func sum() -> Double? {
    guard var value = product() else { return nil }
    while let sign = next(among: "+-") {
      guard let other = product() else { return nil }
      value = sign == UInt8(ascii: "+") ? value + other : value - other
    }
    return value
  }

  private mutating func product() -> Double? {
    guard var value = factor() else { return nil }
    while let sign = next(among: "*/") {
      guard let other = factor() else { return nil }
      value = sign == UInt8(ascii: "*") ? value * other : value / other
    }
    return value
  }

  private mutating func factor() -> Double? {
    if next(among: "-") != nil { return factor().map { -$0 } }
    if next(among: "(") != nil {
      guard let value = sum(), next(among: ")") != nil else { return nil }
      return value
    }
    skipSpaces()
    let start = position
    while position < text.count {
      let byte = text[position]
      let isExponentSign =
        "+-".utf8.contains(byte) && position > start && "eE".utf8.contains(text[position - 1])
      guard "0123456789.eE".utf8.contains(byte) || isExponentSign else { break }
      position += 1
    }
    return Double(String(decoding: text[start..<position], as: UTF8.self))
  }

  private mutating func next(among bytes: String) -> UInt8? {
    skipSpaces()
    guard position < text.count, bytes.utf8.contains(text[position]) else { return nil }
    position += 1
    return text[position - 1]
  }

  private mutating func skipSpaces() {
    while position < text.count, text[position] == UInt8(ascii: " ") { position += 1 }
  }
}
