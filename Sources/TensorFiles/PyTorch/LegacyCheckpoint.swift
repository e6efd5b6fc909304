import Foundation

/// PyTorch's file format before version 1.6: five pickles, then the storages one after the other.
///
/// # Source
///
/// PyTorch, `torch/serialization.py`, `_legacy_save` and `_legacy_load`.
enum LegacyCheckpoint {
  /// The number 0x1950a86a20f9469cfc6c, little-endian, with which each file starts.
  private static let magic = Data([0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19])

  /// Reads a whole file.
  ///
  /// - Parameter data: All its bytes.
  /// - Returns: The saved object, and the containers with the bytes of all storages.
  /// - Throws: ``Problem`` if it is damaged or unsafe.
  static func read(_ data: Data) throws(Problem) -> (root: PickleValue, heap: PickleHeap) {
    var cursor = ByteCursor(data)
    try checkPreamble(&cursor)
    var unpickler = Unpickler(loadsEmbeddedStorages: false)
    let root = try unpickler.read(&cursor)
    var heap = unpickler.heap
    var keyReader = Unpickler(loadsEmbeddedStorages: false)
    guard case .list(let list) = try keyReader.read(&cursor) else {
      throw .damaged("its list of storages is no list")
    }
    var described: [String: PickleHeap.Storage] = [:]
    for storage in heap.storages {
      guard described.updateValue(storage, forKey: storage.key) ?? storage == storage else {
        throw .damaged("its storage '\(storage.key)' is described twice, differently")
      }
    }
    var contents: [String: Data] = [:]
    for value in keyReader.heap.lists[list] {
      guard let key = value.text, contents[key] == nil, let storage = described[key] else {
        throw .damaged("its list of storages names one twice or one that no tensor uses")
      }
      let count = try cursor.unsigned(8)
      guard count == UInt64(storage.count) else {
        throw .damaged("its storage '\(key)' has \(count) elements, expected \(storage.count)")
      }
      contents[key] = try cursor.bytes(storage.count * storage.dtype.byteCount)
    }
    guard cursor.remaining == 0 else {
      throw .damaged("\(cursor.remaining) bytes follow its last storage")
    }
    for index in heap.storages.indices {
      guard let bytes = contents[heap.storages[index].key] else {
        throw .damaged("its storage '\(heap.storages[index].key)' is missing")
      }
      heap.storages[index].bytes = bytes
    }
    return (root, heap)
  }

  /// Reads a file that holds one bare storage, as IRN's CAMs contain them.
  ///
  /// - Parameter data: All its bytes.
  /// - Returns: The storage with its bytes.
  /// - Throws: ``Problem`` if it is damaged, unsafe or something else.
  static func storage(in data: Data) throws(Problem) -> PickleHeap.Storage {
    let (root, heap) = try read(data)
    guard case .storage(let index) = root else {
      throw .damaged("a PyTorch file inside it holds no storage")
    }
    return heap.storages[index]
  }

  private static func checkPreamble(_ cursor: inout ByteCursor) throws(Problem) {
    var unpickler = Unpickler(loadsEmbeddedStorages: false)
    guard case .largeInteger(let number) = try unpickler.read(&cursor), number == magic else {
      throw .damaged("it does not start with PyTorch's magic number")
    }
    guard case .integer(1001) = try unpickler.read(&cursor) else {
      throw .damaged("its protocol version is not 1001")
    }
    guard case .dictionary(let system) = try unpickler.read(&cursor) else {
      throw .damaged("its description of the writing machine is missing")
    }
    for (key, value) in unpickler.heap.dictionaries[system]
    where key.text == "little_endian" && value.truth != true {
      throw .unsupported(
        "big-endian numbers", advice: "Load and save it again on a little-endian machine")
    }
  }
}
