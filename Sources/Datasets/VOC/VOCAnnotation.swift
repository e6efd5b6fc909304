/// The names of the objects in a VOC annotation file.
///
/// Reads the one thing that is needed, `annotation/object/name`, of any well-formed file; names of
/// an object's parts (`object/part/name`: head, hand, foot) do not count. Objects marked
/// `difficult` count, as in every published `cls_labels.npy`.
enum VOCAnnotation {
  /// Why a text is no annotation.
  struct Malformed: Error, Equatable {
    let reason: String
  }

  /// Returns the object names in the order of the file, with repetitions.
  ///
  /// - Parameter text: The whole XML file.
  /// - Returns: A name per object.
  /// - Throws: ``Malformed`` if tags do not nest or the root is not `annotation`.
  static func objectNames(in text: String) throws(Malformed) -> [String] {
    var names: [String] = []
    var path: [Substring] = []
    var rest = text[...]
    while let open = rest.firstIndex(of: "<") {
      if path == ["annotation", "object", "name"] {
        names.append(trimmed(rest[..<open]))
      }
      rest = rest[open...]
      if rest.hasPrefix("<!--") {
        guard let end = rest.firstRange(of: "-->") else { throw Malformed(reason: "open comment") }
        rest = rest[end.upperBound...]
        continue
      }
      guard let close = rest.firstIndex(of: ">") else { throw Malformed(reason: "open tag") }
      let tag = rest[rest.index(after: open)..<close]
      rest = rest[rest.index(after: close)...]
      if tag.hasPrefix("?") || tag.hasPrefix("!") || tag.hasSuffix("/") { continue }
      if tag.hasPrefix("/") {
        let name = trimmed(tag.dropFirst())
        guard let innermost = path.popLast(), innermost == name else {
          throw Malformed(reason: "</\(name)> closes nothing")
        }
      } else {
        let name = tag.prefix { !$0.isWhitespace }
        if path.isEmpty, name != "annotation" {
          throw Malformed(reason: "the root is <\(name)> instead of <annotation>")
        }
        path.append(name)
      }
    }
    if let innermost = path.last { throw Malformed(reason: "<\(innermost)> is never closed") }
    guard text.contains("<annotation") else { throw Malformed(reason: "no <annotation>") }
    return names
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
