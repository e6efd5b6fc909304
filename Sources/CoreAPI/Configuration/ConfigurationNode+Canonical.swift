extension ConfigurationNode {
  /// The tree as YAML with sorted keys: equal trees give equal text, so it can be written and hashed.
  ///
  /// Sections are indented blocks, lists stand on one line, and text that YAML could mistake for
  /// something else is quoted.
  public var canonicalText: String {
    var text = ""
    if case .section(let entries) = value, !entries.isEmpty {
      Self.append(entries, indentation: "", to: &text)
    } else {
      text = inlineText + "\n"
    }
    return text
  }

  /// The values that are no sections, by their full keys, lists on one line as in YAML.
  public var scalarsByKey: [String: String] {
    guard case .section(let entries) = value else { return ["": inlineText] }
    var result: [String: String] = [:]
    for entry in entries {
      for (key, text) in entry.node.scalarsByKey {
        result[key.isEmpty ? entry.key : "\(entry.key).\(key)"] = text
      }
    }
    return result
  }

  private static func append(_ entries: [Entry], indentation: String, to text: inout String) {
    for entry in entries.sorted(by: { $0.key < $1.key }) {
      text += indentation + quotedIfNeeded(entry.key) + ":"
      if case .section(let inner) = entry.node.value, !inner.isEmpty {
        text += "\n"
        append(inner, indentation: indentation + "  ", to: &text)
      } else {
        text += " " + entry.node.inlineText + "\n"
      }
    }
  }

  /// The value on one line, in YAML's flow style.
  private var inlineText: String {
    switch value {
    case .empty: "null"
    case .scalar(let text): Self.quotedIfNeeded(text)
    case .list(let nodes): "[" + nodes.map(\.inlineText).joined(separator: ", ") + "]"
    case .section(let entries):
      "{"
        + entries.sorted { $0.key < $1.key }
        .map { "\(Self.quotedIfNeeded($0.key)): \($0.node.inlineText)" }.joined(separator: ", ")
        + "}"
    }
  }

  /// Returns text as it may stand in YAML: as it is where that is safe, else in double quotes.
  private static func quotedIfNeeded(_ text: String) -> String {
    let isPlain =
      !text.isEmpty && !text.hasSuffix(" ") && !text.hasPrefix("---") && text != "-"
      && text != "null"
      && text.utf8.allSatisfy(isPlainByte) && text.utf8.first.map(isPlainStart) == true
    if isPlain { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        quoted += "\\x" + String(repeating: "0", count: 2 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  private static func isPlainByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "_./+- ".utf8.contains(byte)
    }
  }

  private static func isPlainStart(_ byte: UInt8) -> Bool {
    byte != UInt8(ascii: " ") && isPlainByte(byte)
  }
}
