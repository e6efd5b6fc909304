import Foundation

/// What the known functions and objects of a pickle do.
extension Unpickler {
  /// The integers of a tuple or list, as sizes are given.
  private func integers(_ value: PickleValue) -> [Int]? {
    let values: [PickleValue]
    switch value {
    case .tuple(let index): values = heap.tuples[index]
    case .list(let index): values = heap.lists[index]
    default: return nil
    }
    // No tensor has more axes, and a long list could be asked for again and again.
    guard values.count <= 64 else { return nil }
    let integers = values.compactMap(\.integer)
    return integers.count == values.count ? integers : nil
  }

  private mutating func charge(_ byteCount: Int) throws(Problem) {
    byteBudget -= byteCount
    guard byteBudget >= 0 else { throw .damaged("its pickle makes more bytes than it may") }
  }

  /// Returns what a known function makes of its arguments.
  mutating func result(
    of global: PickleGlobal, _ arguments: [PickleValue]
  ) throws(Problem) -> PickleValue {
    switch global {
    case .orderedDictionary: return try orderedDictionary(arguments)
    case .rebuildTensor: return try rebuiltTensor(arguments)
    case .rebuildParameter:
      if case .tensor? = arguments.first { return arguments[0] }
    case .loadFromBytes:
      if loadsEmbeddedStorages, arguments.count == 1, case .bytes(let file) = arguments[0] {
        try charge(file.count)
        heap.storages.append(try LegacyCheckpoint.storage(in: file))
        return .storage(heap.storages.count - 1)
      }
      throw .unsafe(global: "torch.storage._load_from_bytes")
    case .reconstructArray:
      if case .global(.array)? = arguments.first {
        heap.arrays.append(PickleHeap.Array())
        return .array(heap.arrays.count - 1)
      }
    case .arrayScalar:
      if arguments.count == 2, case .type(let type) = arguments[0],
        case .bytes(let bytes) = arguments[1]
      {
        return try scalar(heap.types[type].tensor(bytes, shape: [], isColumnMajor: false))
      }
    case .arrayType:
      if let name = arguments.first?.text {
        heap.types.append(try NumPyType(name))
        return .type(heap.types.count - 1)
      }
    case .encode:
      if arguments.count == 2, let text = arguments[0].text, let encoding = arguments[1].text,
        encoding == "latin1" || encoding == "latin-1"
      {
        return try encoded(text)
      }
    case .array, .storage: break
    }
    throw .damaged("its pickle calls '\(global.name)' with arguments it does not take")
  }

  private mutating func orderedDictionary(
    _ arguments: [PickleValue]
  ) throws(Problem) -> PickleValue {
    var pairs: [(key: PickleValue, value: PickleValue)] = []
    // Python 2 gives the items as a list of pairs.
    if case .list(let items)? = arguments.first {
      for item in heap.lists[items] {
        switch item {
        case .list(let pair) where heap.lists[pair].count == 2:
          pairs.append((heap.lists[pair][0], heap.lists[pair][1]))
        case .tuple(let pair) where heap.tuples[pair].count == 2:
          pairs.append((heap.tuples[pair][0], heap.tuples[pair][1]))
        default: throw .damaged("its pickle makes a dictionary of something else than pairs")
        }
      }
    }
    heap.dictionaries.append(pairs)
    return .dictionary(heap.dictionaries.count - 1)
  }

  private mutating func rebuiltTensor(_ arguments: [PickleValue]) throws(Problem) -> PickleValue {
    guard arguments.count >= 4, case .storage(let storage) = arguments[0],
      let offset = arguments[1].integer, let shape = integers(arguments[2]),
      let strides = integers(arguments[3])
    else { throw .damaged("its pickle describes a tensor in a way that is not known") }
    let view = try StridedView(
      offset: offset, shape: shape, strides: strides, count: heap.storages[storage].count)
    heap.tensors.append(PickleHeap.Tensor(storage: storage, view: view))
    return .tensor(heap.tensors.count - 1)
  }

  private func scalar(_ tensor: TensorData) throws(Problem) -> PickleValue {
    switch tensor.dtype {
    case .bool: return .bool(tensor.bytes[0] != 0)
    case .float16, .bfloat16, .float32, .float64: return .number(tensor.doubles()[0])
    case .uint64:
      guard let value = Int(exactly: tensor.values(as: UInt64.self)[0]) else {
        throw .damaged("its pickle has a number that is too large")
      }
      return .integer(value)
    default: return .integer(tensor.integers()[0])
    }
  }

  private mutating func encoded(_ text: String) throws(Problem) -> PickleValue {
    try charge(text.utf8.count)
    var bytes = Data(capacity: text.unicodeScalars.count)
    for scalar in text.unicodeScalars {
      guard scalar.value < 256 else { throw .damaged("its pickle has a text that is no bytes") }
      bytes.append(UInt8(scalar.value))
    }
    return .bytes(bytes)
  }

  /// Makes a storage from `("storage", type, key, location, count, …)`.
  mutating func pushStorage(_ value: PickleValue) throws(Problem) {
    guard case .tuple(let index) = value, heap.tuples[index].count >= 5 else {
      throw .damaged("its pickle refers to something that is no storage")
    }
    let fields = heap.tuples[index]
    guard fields[0].text == "storage", case .global(.storage(let dtype)) = fields[1],
      let key = fields[2].text, let count = fields[4].integer,
      count >= 0, dtype.byteCount(ofShape: [count]) != nil
    else { throw .damaged("its pickle refers to something that is no storage") }
    if fields.count > 5 {
      guard case .none = fields[5] else {
        throw .unsupported(
          "views of storages, as PyTorch before 0.4 wrote them",
          advice: "Load and save it again with a newer PyTorch")
      }
    }
    heap.storages.append(PickleHeap.Storage(dtype: dtype, key: key, count: count))
    stack.append(.storage(heap.storages.count - 1))
  }

  /// Sets what Python's `__setstate__` would set.
  mutating func setState(of value: PickleValue, to state: PickleValue) throws(Problem) {
    switch (value, state) {
    case (.dictionary, .dictionary):
      // Attributes of an OrderedDict: PyTorch's version numbers of modules.
      return
    case (.type(let type), .tuple(let tuple)):
      guard heap.tuples[tuple].count >= 2, let order = heap.tuples[tuple][1].text else { break }
      heap.types[type].isBigEndian = order == ">"
      return
    case (.array(let array), .tuple(let tuple)):
      let fields = heap.tuples[tuple]
      guard fields.count == 5, let shape = integers(fields[1]), case .type(let type) = fields[2],
        let isColumnMajor = fields[3].truth
      else { break }
      let content: PickleHeap.Array.Content
      switch fields[4] {
      case .bytes(let bytes): content = .bytes(bytes)
      case .list(let list): content = .objects(list)
      default: throw .damaged("its pickle has an array without data")
      }
      heap.arrays[array] = PickleHeap.Array(
        type: type, shape: shape, isColumnMajor: isColumnMajor, content: content)
      return
    default: break
    }
    throw .damaged("its pickle sets the state of an object that has none")
  }
}
