import Essentials
import Foundation

/// Walks through an MXNet parameter file without reading the elements of its arrays.
struct MXNetTable {
  private let file: RandomAccessFile
  private var position = 0

  /// The most axes of an array; MXNet itself handles no more.
  private static let rankLimit = 32
  private static let nameLimit = 4_096
  /// The layouts with 64-bit sizes, by the magic number in front of an array.
  private static let shapeOnlyMagic: UInt64 = 0xF993_FAC8
  private static let storageTypeMagics: Set<UInt64> = [0xF993_FAC9, 0xF993_FACA]
  /// The element types by their numbers in `mshadow/base.h`.
  private static let types: [UInt64: DType] = [
    0: .float32, 1: .float64, 2: .float16, 3: .uint8, 4: .int32, 5: .int8, 6: .int64, 7: .bool,
    8: .int16, 9: .uint16, 10: .uint32, 11: .uint64, 12: .bfloat16,
  ]

  init(_ file: RandomAccessFile) { self.file = file }

  /// Returns names and arrays in the file's order.
  mutating func read() throws -> ([String], [MXNetFile.Entry]) {
    guard try bytes(8) == MXNetFile.magic else {
      throw Problem.damaged("it does not start with MXNet's number 0x112")
    }
    _ = try bytes(8)
    let count = try unsigned(8)
    var entries: [MXNetFile.Entry] = []
    // A claimed count costs nothing: every array takes bytes of the file.
    while UInt64(entries.count) < count { entries.append(try entry(entries.count)) }
    let nameCount = try unsigned(8)
    guard nameCount == count else {
      throw Problem.damaged("it has \(count) arrays and \(nameCount) names")
    }
    var names: [String] = []
    for _ in entries { names.append(try name()) }
    guard Set(names).count == names.count else {
      throw Problem.damaged("two of its arrays have the same name")
    }
    guard position == file.byteCount else {
      throw Problem.damaged("\(file.byteCount - position) bytes follow its last name")
    }
    return (names, entries)
  }

  private mutating func entry(_ index: Int) throws -> MXNetFile.Entry {
    let first = try unsigned(4)
    var rank = first
    var sizeWidth = 4
    if first == Self.shapeOnlyMagic || Self.storageTypeMagics.contains(first) {
      if Self.storageTypeMagics.contains(first), try unsigned(4) != 0 {
        throw Problem.unsupported(
          "a sparse array", advice: "Convert it with 'tostype(\"default\")' in MXNet and save again"
        )
      }
      rank = try unsigned(4)
      sizeWidth = 8
    }
    guard rank > 0, rank <= UInt64(Self.rankLimit) else {
      throw Problem.damaged(
        "its array \(index + 1) has \(rank) axes, 1 to \(Self.rankLimit) were expected")
    }
    var shape: [Int] = []
    for _ in 0..<rank {
      let size = try unsigned(sizeWidth)
      guard size <= UInt64(Int.max) else { throw Problem.damaged(tooLarge(index)) }
      shape.append(Int(size))
    }
    _ = try bytes(8)  // The device it was on.
    let type = try unsigned(4)
    guard let dtype = Self.types[type] else {
      throw Problem.damaged("its array \(index + 1) has the unknown element type \(type)")
    }
    guard let count = dtype.byteCount(ofShape: shape) else {
      throw Problem.damaged(tooLarge(index))
    }
    guard count <= file.byteCount - position else { throw end(needing: UInt64(count)) }
    position += count
    return MXNetFile.Entry(dtype: dtype, shape: shape, range: position - count..<position)
  }

  private mutating func name() throws -> String {
    let count = try unsigned(8)
    guard count <= UInt64(Self.nameLimit) else {
      throw Problem.damaged("a name has \(count) bytes, at most \(Self.nameLimit) were expected")
    }
    guard let name = String(data: try bytes(Int(count)), encoding: .utf8) else {
      throw Problem.damaged("a name is no UTF-8 text")
    }
    return name
  }

  private mutating func bytes(_ count: Int) throws -> Data {
    guard count <= file.byteCount - position,
      let data = try file.read(position..<position + count)
    else { throw end(needing: UInt64(count)) }
    position += count
    return data
  }

  private mutating func unsigned(_ width: Int) throws -> UInt64 {
    try bytes(width).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private func tooLarge(_ index: Int) -> String {
    "the shape of its array \(index + 1) is too large"
  }

  private func end(needing count: UInt64) -> Problem {
    .damaged(
      "it ends at byte \(file.byteCount), \(count) more were expected at byte \(position)")
  }
}
