/// The only Python names a pickle may use here; each is answered by code of ours.
enum PickleGlobal: Equatable {
  case orderedDictionary
  case rebuildTensor
  case rebuildParameter
  case loadFromBytes
  case reconstructArray
  case arrayScalar
  case arrayType
  case array
  case encode
  case storage(DType)

  private static let known: [String: PickleGlobal] = {
    var known: [String: PickleGlobal] = [
      "collections.OrderedDict": .orderedDictionary,
      "torch._utils._rebuild_tensor_v2": .rebuildTensor,
      // Before PyTorch 0.4, as in torchvision's first ImageNet weights.
      "torch._utils._rebuild_tensor": .rebuildTensor,
      "torch._utils._rebuild_parameter": .rebuildParameter,
      "torch.storage._load_from_bytes": .loadFromBytes,
      "numpy.dtype": .arrayType,
      "numpy.ndarray": .array,
      "_codecs.encode": .encode,
    ]
    for module in ["numpy.core.multiarray", "numpy._core.multiarray"] {
      known["\(module)._reconstruct"] = .reconstructArray
      known["\(module).scalar"] = .arrayScalar
    }
    let storages: [String: DType] = [
      "Float": .float32, "Double": .float64, "Half": .float16, "BFloat16": .bfloat16,
      "Long": .int64, "Int": .int32, "Short": .int16, "Char": .int8, "Byte": .uint8,
      "Bool": .bool,
    ]
    for (name, dtype) in storages { known["torch.\(name)Storage"] = .storage(dtype) }
    return known
  }()

  /// The full Python name; the first in the alphabet where there are two.
  var name: String { PickleGlobal.known.filter { $0.value == self }.keys.min() ?? "" }

  /// Creates the known object of a name.
  ///
  /// - Parameters:
  ///   - module: The Python module.
  ///   - name: The name in it.
  /// - Throws: ``Problem/unsafe(global:)`` for every other name.
  init(module: String, name: String) throws(Problem) {
    let full = "\(module).\(name)"
    guard let global = PickleGlobal.known[full] else {
      if module == "torch", name.hasSuffix("Storage") {
        throw .unsupported("the storage type '\(full)'", advice: "Convert it with PyTorch's to()")
      }
      throw .unsafe(global: full)
    }
    self = global
  }
}
