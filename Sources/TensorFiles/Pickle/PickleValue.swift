import Foundation

/// A Python object that a pickle made; containers are indices into a ``PickleHeap``.
enum PickleValue {
  case none
  case bool(Bool)
  case integer(Int)
  /// A whole number beyond 64 bits: two's complement, little-endian.
  case largeInteger(Data)
  case number(Double)
  case string(String)
  case bytes(Data)
  case tuple(Int)
  case list(Int)
  case dictionary(Int)
  case array(Int)
  case type(Int)
  case storage(Int)
  case tensor(Int)
  case global(PickleGlobal)

  /// A text, which Python 2 pickles as bytes.
  var text: String? {
    switch self {
    case .string(let text): text
    case .bytes(let data): String(bytes: data, encoding: .utf8)
    default: nil
    }
  }

  var integer: Int? {
    switch self {
    case .integer(let value): value
    case .bool(let value): value ? 1 : 0
    default: nil
    }
  }

  /// A truth value, which Python 2 pickles as 0 or 1.
  var truth: Bool? { integer.map { $0 != 0 } }
}

/// The containers of a pickle, by index.
///
/// Indices instead of references: objects may contain themselves, and a chain of a million lists
/// must not be freed by a million nested calls.
struct PickleHeap {
  struct Array {
    enum Content {
      case nothing
      case bytes(Data)
      /// The elements of an array of objects: an index into ``PickleHeap/lists``.
      case objects(Int)
    }

    var type = -1
    var shape: [Int] = []
    var isColumnMajor = false
    var content = Content.nothing
  }

  struct Storage: Equatable {
    let dtype: DType
    /// The name of its record.
    let key: String
    let count: Int
    /// Its bytes, if they are part of the pickle.
    var bytes: Data?
  }

  struct Tensor {
    /// An index into ``PickleHeap/storages``.
    let storage: Int
    let view: StridedView
  }

  var tuples: [[PickleValue]] = []
  var lists: [[PickleValue]] = []
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  var arrays: [Array] = []
  var types: [NumPyType] = []
  var storages: [Storage] = []
  var tensors: [Tensor] = []

  var count: Int {
    tuples.count + lists.count + dictionaries.count + arrays.count + types.count + storages.count
      + tensors.count
  }

  /// Returns the values of an array, or of a tensor whose bytes are part of the pickle.
  ///
  /// - Parameter value: Any value.
  /// - Returns: Its values.
  /// - Throws: ``Problem/damaged(_:)`` if it is neither.
  func tensor(_ value: PickleValue) throws(Problem) -> TensorData {
    switch value {
    case .array(let index):
      guard case .bytes(let bytes) = arrays[index].content else { break }
      let array = arrays[index]
      return try types[array.type].tensor(
        bytes, shape: array.shape, isColumnMajor: array.isColumnMajor)
    case .tensor(let index):
      let storage = storages[tensors[index].storage]
      guard let bytes = storage.bytes else { break }
      return try tensors[index].tensor(bytes, dtype: storage.dtype)
    default: break
    }
    throw .damaged("its dictionary holds something that is no array")
  }
}

extension PickleHeap.Tensor {
  /// How much larger than its storage a tensor may be, in bytes.
  private static let expansionLimit = 64 << 20

  /// Returns the values in row-major order.
  ///
  /// - Parameters:
  ///   - bytes: All bytes of the storage.
  ///   - dtype: The element type.
  /// - Returns: The values.
  /// - Throws: ``Problem/damaged(_:)`` if a stride of 0 blows it up beyond all reason.
  func tensor(_ bytes: Data, dtype: DType) throws(Problem) -> TensorData {
    guard let byteCount = dtype.byteCount(ofShape: view.shape),
      byteCount - bytes.count <= Self.expansionLimit
    else {
      throw .damaged(
        "a tensor of shape \(view.shape) repeats a storage of only \(bytes.count) bytes")
    }
    return TensorData(
      dtype: dtype, shape: view.shape,
      bytes: view.elements(of: bytes, width: dtype.byteCount))
  }
}

/// The bytes that the tensors of one file may have together.
///
/// Tensors may repeat one storage, but not so often that a small file fills the memory.
struct TensorBudget {
  private var byteCount: Int

  init(fileByteCount: Int) { byteCount = 4 * fileByteCount + 64 << 20 }

  /// Returns a tensor after taking its size off the budget.
  ///
  /// - Parameter tensor: The next tensor of the file.
  /// - Returns: The same tensor.
  /// - Throws: ``Problem/damaged(_:)`` if nothing is left.
  mutating func charged(_ tensor: TensorData) throws(Problem) -> TensorData {
    byteCount -= tensor.bytes.count
    guard byteCount >= 0 else {
      throw .damaged("its tensors repeat their storages beyond all reason")
    }
    return tensor
  }
}
