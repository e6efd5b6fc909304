import Foundation

/// A position in bytes of unknown origin; every step is checked against the end.
struct ByteCursor {
  private let data: Data
  /// The next byte, counted from 0.
  private(set) var position: Int

  /// The number of bytes that are left.
  var remaining: Int { data.count - position }

  init(_ data: Data, position: Int = 0) {
    self.data = data
    self.position = position
  }

  /// Takes one byte.
  mutating func byte() throws(Problem) -> UInt8 {
    guard remaining > 0 else { throw end(needing: 1) }
    position += 1
    return data[data.startIndex + position - 1]
  }

  /// Takes bytes as a copy of their own.
  mutating func bytes(_ count: Int) throws(Problem) -> Data {
    guard count >= 0, count <= remaining else { throw end(needing: count) }
    let start = data.startIndex + position
    position += count
    return data.subdata(in: start..<start + count)
  }

  /// Takes as many bytes as a little-endian number before them says.
  mutating func bytes(countedBy width: Int) throws(Problem) -> Data {
    let count = try unsigned(width)
    guard count <= UInt64(remaining) else {
      throw .damaged("a text of \(count) bytes starts \(remaining) bytes before the end")
    }
    return try bytes(Int(count))
  }

  /// Takes a little-endian number of up to 8 bytes.
  mutating func unsigned(_ width: Int) throws(Problem) -> UInt64 {
    guard width <= remaining else { throw end(needing: width) }
    var value: UInt64 = 0
    for index in 0..<width {
      value |= UInt64(data[data.startIndex + position + index]) << (8 * index)
    }
    position += width
    return value
  }

  /// Takes a line without its end.
  mutating func line() throws(Problem) -> String {
    let rest = data[(data.startIndex + position)...]
    guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
      throw .damaged("a line has no end")
    }
    let text = String(decoding: rest[..<end], as: UTF8.self)
    position = end + 1 - data.startIndex
    return text
  }

  private func end(needing count: Int) -> Problem {
    .damaged("it ends at byte \(data.count), \(count) more were expected at byte \(position)")
  }
}
