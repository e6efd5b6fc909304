import Foundation

/// An interpreter of Python's pickle language (protocols 0 to 5) that builds data and nothing else.
///
/// It never calls what a pickle names: ``PickleGlobal`` is the whole list of names, each answered
/// by code of ours, and every other name stops the reading. Depth, number of objects and memory
/// are bounded by the size of the input.
///
/// # Source
///
/// Python, `Lib/pickletools.py`, which documents each opcode.
struct Unpickler {
  var heap = PickleHeap()
  var stack: [PickleValue] = []
  /// The heights of the stack at which marks stand.
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  /// Bytes that may still be made beyond those that stand in the pickle.
  var byteBudget = 0
  let loadsEmbeddedStorages: Bool

  private static let objectLimit = 5_000_000
  private static let markLimit = 1_000

  /// Creates an interpreter.
  ///
  /// - Parameter loadsEmbeddedStorages: Whether a pickle may contain whole PyTorch files, as IRN's
  ///   CAMs do; they are read by an interpreter of the same kind, one level deep.
  init(loadsEmbeddedStorages: Bool) {
    self.loadsEmbeddedStorages = loadsEmbeddedStorages
  }

  /// Runs one pickle.
  ///
  /// - Parameter cursor: Its start; afterwards the byte behind its end.
  /// - Returns: The object it makes; its parts are in ``heap``.
  /// - Throws: ``Problem`` if it is damaged or wants more than data.
  mutating func read(_ cursor: inout ByteCursor) throws(Problem) -> PickleValue {
    byteBudget = 4 * cursor.remaining + 64 << 20
    stack.removeAll()
    marks.removeAll()
    memo.removeAll()
    while true {
      let opcode = try cursor.byte()
      if opcode == UInt8(ascii: ".") { break }
      try run(opcode, &cursor)
      guard heap.count <= Self.objectLimit, marks.count <= Self.markLimit else {
        throw .damaged("its pickle makes too many objects")
      }
    }
    guard marks.isEmpty, stack.count == 1 else {
      throw .damaged("its pickle ends with \(stack.count) objects, expected one")
    }
    return stack[0]
  }

  private mutating func run(_ opcode: UInt8, _ cursor: inout ByteCursor) throws(Problem) {
    switch Unicode.Scalar(opcode) {
    // Protocol.
    case "\u{80}": try checkProtocol(cursor.byte())
    case "\u{95}":
      let length = try cursor.unsigned(8)
      guard length <= UInt64(cursor.remaining) else {
        throw .damaged("its pickle has a frame of \(length) bytes, \(cursor.remaining) are left")
      }

    // Constants and numbers.
    case "N": stack.append(.none)
    case "\u{88}": stack.append(.bool(true))
    case "\u{89}": stack.append(.bool(false))
    case "K": stack.append(.integer(Int(try cursor.byte())))
    case "M": stack.append(.integer(Int(try cursor.unsigned(2))))
    case "J":
      stack.append(.integer(Int(Int32(truncatingIfNeeded: try cursor.unsigned(4)))))
    case "\u{8a}": stack.append(PickleValue(twosComplement: try cursor.bytes(countedBy: 1)))
    case "\u{8b}": stack.append(PickleValue(twosComplement: try cursor.bytes(countedBy: 4)))
    case "G": stack.append(.number(Double(bitPattern: try cursor.unsigned(8).byteSwapped)))
    case "I": stack.append(try PickleText.integer(cursor.line()))
    case "L": stack.append(try PickleText.longInteger(cursor.line()))
    case "F": stack.append(try PickleText.number(cursor.line()))

    // Texts and bytes.
    case "X": try pushText(cursor.bytes(countedBy: 4))
    case "\u{8c}": try pushText(cursor.bytes(countedBy: 1))
    case "\u{8d}": try pushText(cursor.bytes(countedBy: 8))
    case "V": stack.append(.string(try PickleText.unicode(cursor.line())))
    case "S": stack.append(.bytes(try PickleText.quoted(cursor.line())))
    case "U", "C": stack.append(.bytes(try cursor.bytes(countedBy: 1)))
    case "T", "B": stack.append(.bytes(try cursor.bytes(countedBy: 4)))
    case "\u{8e}", "\u{96}": stack.append(.bytes(try cursor.bytes(countedBy: 8)))

    // Containers.
    case "(": marks.append(stack.count)
    case ")": pushTuple([])
    case "t": pushTuple(try popToMark())
    case "\u{85}": pushTuple(try pop(1))
    case "\u{86}": pushTuple(try pop(2))
    case "\u{87}": pushTuple(try pop(3))
    case "]": pushList([])
    case "l": pushList(try popToMark())
    case "a": try append(pop(1))
    case "e": try append(popToMark())
    case "}": pushDictionary([])
    case "d": pushDictionary(try pairs(popToMark()))
    case "s": try setItems(pop(2))
    case "u": try setItems(popToMark())

    // Stack and memo.
    case "0":
      if marks.last == stack.count { marks.removeLast() } else { _ = try pop(1) }
    case "1": _ = try popToMark()
    case "2":
      let top = try pop(1)[0]
      stack += [top, top]
    case "p": try put(PickleText.index(cursor.line()))
    case "q": try put(Int(cursor.byte()))
    case "r": try put(Int(cursor.unsigned(4)))
    case "\u{94}": try put(memo.count)
    case "g": try get(PickleText.index(cursor.line()))
    case "h": try get(Int(cursor.byte()))
    case "j": try get(Int(cursor.unsigned(4)))

    // Names and calls.
    case "c":
      let module = try cursor.line()
      stack.append(.global(try PickleGlobal(module: module, name: cursor.line())))
    case "\u{93}":
      let names = try pop(2)
      guard let module = names[0].text, let name = names[1].text else {
        throw .damaged("its pickle names an object by something that is no text")
      }
      stack.append(.global(try PickleGlobal(module: module, name: name)))
    case "Q": try pushStorage(pop(1)[0])
    case "R":
      let call = try pop(2)
      guard case .global(let global) = call[0], case .tuple(let arguments) = call[1] else {
        throw .damaged("its pickle calls something that is no function")
      }
      stack.append(try result(of: global, heap.tuples[arguments]))
    case "b":
      let operands = try pop(2)
      try setState(of: operands[0], to: operands[1])
      stack.append(operands[0])

    default:
      throw .unsupported(
        "the pickle instruction 0x\(String(opcode, radix: 16))",
        advice: "Save only tensors, numbers, texts and dictionaries of them")
    }
  }

  // MARK: - Stack

  private func checkProtocol(_ version: UInt8) throws(Problem) {
    guard version <= 5 else {
      throw .damaged("its pickle has protocol \(version), expected at most 5")
    }
  }

  /// Takes values from the top, which must not lie below the last mark.
  private mutating func pop(_ count: Int) throws(Problem) -> [PickleValue] {
    guard stack.count - (marks.last ?? 0) >= count else {
      throw .damaged("its pickle takes more objects than it made")
    }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws(Problem) -> [PickleValue] {
    guard let mark = marks.popLast() else {
      throw .damaged("its pickle takes more objects than it made")
    }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private mutating func put(_ index: Int) throws(Problem) {
    guard let top = stack.last, stack.count > marks.last ?? 0 else {
      throw .damaged("its pickle takes more objects than it made")
    }
    memo[index] = top
  }

  private mutating func get(_ index: Int) throws(Problem) {
    guard let value = memo[index] else {
      throw .damaged("its pickle refers to object \(index), which it never made")
    }
    stack.append(value)
  }

  private mutating func pushText(_ data: Data) throws(Problem) {
    guard let text = String(bytes: data, encoding: .utf8) else {
      throw .damaged("its pickle has a text that is not valid UTF-8")
    }
    stack.append(.string(text))
  }

  // MARK: - Containers

  private mutating func pushTuple(_ values: [PickleValue]) {
    heap.tuples.append(values)
    stack.append(.tuple(heap.tuples.count - 1))
  }

  private mutating func pushList(_ values: [PickleValue]) {
    heap.lists.append(values)
    stack.append(.list(heap.lists.count - 1))
  }

  private mutating func pushDictionary(_ pairs: [(key: PickleValue, value: PickleValue)]) {
    heap.dictionaries.append(pairs)
    stack.append(.dictionary(heap.dictionaries.count - 1))
  }

  private mutating func append(_ values: [PickleValue]) throws(Problem) {
    guard case .list(let list) = stack.last else {
      throw .damaged("its pickle appends to something that is no list")
    }
    heap.lists[list] += values
  }

  private func pairs(
    _ values: [PickleValue]
  ) throws(Problem) -> [(key: PickleValue, value: PickleValue)] {
    guard values.count.isMultiple(of: 2) else {
      throw .damaged("its pickle has a key without a value")
    }
    return stride(from: 0, to: values.count, by: 2).map { (values[$0], values[$0 + 1]) }
  }

  private mutating func setItems(_ values: [PickleValue]) throws(Problem) {
    guard case .dictionary(let dictionary) = stack.last else {
      throw .damaged("its pickle sets an item of something that is no dictionary")
    }
    heap.dictionaries[dictionary] += try pairs(values)
  }
}

extension PickleValue {
  /// Creates a whole number from its little-endian bytes.
  fileprivate init(twosComplement bytes: Data) {
    guard bytes.count <= 8 else {
      self = .largeInteger(bytes)
      return
    }
    let isNegative = (bytes.last ?? 0) & 0x80 != 0
    let start: UInt64 = isNegative ? .max : 0
    let bits = bytes.reversed().reduce(start) { $0 << 8 | UInt64($1) }
    self = .integer(Int(truncatingIfNeeded: Int64(bitPattern: bits)))
  }
}
