import Essentials
import Foundation

/// A PyTorch checkpoint opened for reading: the tensors of all dictionaries it holds.
struct Checkpoint {
  /// A tensor and the keys that lead to it.
  struct Leaf {
    let keys: [String]
    let value: PickleValue
  }

  /// All tensors in the order of the file.
  let leaves: [Leaf]
  private let heap: PickleHeap
  private let archive: (zip: ZipArchive, root: String)?
  private let fileByteCount: Int

  private static let depthLimit = 16
  private static let leafLimit = 1_000_000
  private static let nameLimit = 4_096

  /// Opens a file of either format.
  ///
  /// - Parameter file: The file.
  /// - Throws: ``Problem`` if it is damaged or unsafe, `FileError` if it cannot be read.
  init(_ file: RandomAccessFile) throws {
    let root: PickleValue
    fileByteCount = file.byteCount
    if try file.read(0..<min(4, file.byteCount)) == Data("PK\u{3}\u{4}".utf8) {
      let zip = try ZipArchive(file)
      let name = try Checkpoint.rootName(of: zip)
      if zip.byteCount(of: "\(name)/byteorder") != nil,
        try zip.contents(of: "\(name)/byteorder") != Data("little".utf8)
      {
        throw Problem.unsupported(
          "big-endian numbers", advice: "Load and save it again on a little-endian machine")
      }
      var cursor = ByteCursor(try zip.contents(of: "\(name)/data.pkl"))
      var unpickler = Unpickler(loadsEmbeddedStorages: false)
      root = try unpickler.read(&cursor)
      guard cursor.remaining == 0 else {
        throw Problem.damaged("\(cursor.remaining) bytes follow its pickle")
      }
      heap = unpickler.heap
      archive = (zip, name)
    } else {
      guard let data = try file.read(0..<file.byteCount) else {
        throw Problem.damaged("the file shrank while it was read")
      }
      (root, heap) = try LegacyCheckpoint.read(data)
      archive = nil
    }
    leaves = try Checkpoint.leaves(of: root, in: heap)
  }

  private static func rootName(of zip: ZipArchive) throws(Problem) -> String {
    let roots = zip.names.compactMap { name -> String? in
      let parts = name.split(separator: "/", omittingEmptySubsequences: false)
      return parts.count == 2 && parts[1] == "data.pkl" ? String(parts[0]) : nil
    }
    guard roots.count == 1 else { throw .damaged("it has no record 'data.pkl'") }
    return roots[0]
  }

  /// Collects the tensors of nested dictionaries.
  private static func leaves(
    of root: PickleValue, in heap: PickleHeap
  ) throws(Problem) -> [Leaf] {
    var leaves: [Leaf] = []
    var visits = 0
    var pending = [Leaf(keys: [], value: root)]
    while let next = pending.popLast() {
      visits += 1
      guard visits <= leafLimit, next.keys.count <= depthLimit else {
        throw .damaged("its dictionaries are nested too deep")
      }
      switch next.value {
      case .tensor, .array: leaves.append(next)
      case .dictionary(let index):
        for (key, value) in heap.dictionaries[index].reversed() {
          guard let name = key.text ?? key.integer.map(String.init) else { continue }
          guard name.utf8.count <= nameLimit else {
            throw .damaged("it has a name of \(name.utf8.count) bytes")
          }
          pending.append(Leaf(keys: next.keys + [name], value: value))
        }
      default: continue
      }
    }
    return leaves
  }

  /// The storage and the part of it that a leaf shows, or nil for a NumPy array.
  ///
  /// - Parameter leaf: One of ``leaves``.
  /// - Returns: The storage's name and the view.
  func view(of leaf: Leaf) -> (storage: String, view: StridedView)? {
    guard case .tensor(let index) = leaf.value else { return nil }
    return (heap.storages[heap.tensors[index].storage].key, heap.tensors[index].view)
  }

  /// Reads the values of tensors; storages are read once and equal views share their memory.
  ///
  /// - Parameter leaves: Some of ``leaves``.
  /// - Returns: The values in the same order.
  /// - Throws: ``Problem`` if a storage is missing or damaged, `FileError` if it cannot be read.
  func tensors(_ leaves: [Leaf]) throws -> [TensorData] {
    var storages: [String: (storage: PickleHeap.Storage, bytes: Data)] = [:]
    var views: [String: [StridedView: TensorData]] = [:]
    var budget = TensorBudget(fileByteCount: fileByteCount)
    return try leaves.map { leaf in
      guard case .tensor(let index) = leaf.value else {
        return try budget.charged(heap.tensor(leaf.value))
      }
      let tensor = heap.tensors[index]
      let storage = heap.storages[tensor.storage]
      if let known = views[storage.key]?[tensor.view], known.dtype == storage.dtype {
        return known
      }
      let bytes: Data
      if let known = storages[storage.key] {
        guard known.storage == storage else {
          throw Problem.damaged("its storage '\(storage.key)' is described twice, differently")
        }
        bytes = known.bytes
      } else {
        bytes = try contents(of: storage)
        storages[storage.key] = (storage, bytes)
      }
      let data = try budget.charged(tensor.tensor(bytes, dtype: storage.dtype))
      views[storage.key, default: [:]][tensor.view] = data
      return data
    }
  }

  private func contents(of storage: PickleHeap.Storage) throws -> Data {
    if let bytes = storage.bytes { return bytes }
    guard let archive, storage.key.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw Problem.damaged("its pickle refers to the storage '\(storage.key)'")
    }
    let name = "\(archive.root)/data/\(storage.key)"
    let expected = storage.count * storage.dtype.byteCount
    if let count = archive.zip.byteCount(of: name), count != expected {
      throw Problem.damaged("its record '\(name)' has \(count) bytes, expected \(expected)")
    }
    return try archive.zip.contents(of: name)
  }
}
