public import TensorFiles

/// What happened to the tensors of a weight file.
public struct LoadReport: Equatable, Sendable, CustomStringConvertible {
  /// The parameters that got their values, in the order of their creation.
  public let matched: [String]
  /// The parameters that kept theirs, because the file has no such tensor.
  public let missing: [String]
  /// The file's tensors that the model has no place for, sorted.
  public let unexpected: [String]

  /// Whether every parameter got its value and nothing was left over.
  public var isComplete: Bool { missing.isEmpty && unexpected.isEmpty }

  /// The counts, and the names of what did not match.
  public var description: String {
    var text = "\(matched.count) tensors loaded"
    if !missing.isEmpty { text += "; missing from the file: \(listing(missing))" }
    if !unexpected.isEmpty { text += "; not used: \(listing(unexpected))" }
    return text + "."
  }

  private func listing(_ names: [String]) -> String {
    let shown = names.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
    return names.count > 5 ? "\(shown) and \(names.count - 5) more" : shown
  }
}

extension ParameterStore {
  /// Overwrites parameters with the tensors of a weight file.
  ///
  /// Nothing changes if an error is thrown. PyTorch's counters `num_batches_tracked` are passed
  /// over. Several names may stand for one parameter, as aliases in some checkpoints do, if their
  /// values agree.
  ///
  /// - Parameters:
  ///   - tensors: The file's tensors by name; values are converted to the parameters' types.
  ///   - renaming: The parameter that a file's tensor is meant for; nil leaves the tensor out.
  /// - Returns: What matched and what did not.
  /// - Throws: ``TensorError/shapeMismatch(name:found:expected:)`` or
  ///   ``TensorError/conflictingTensors(name:first:second:)``.
  @discardableResult
  public func load(
    _ tensors: [String: TensorData], renaming: (String) -> String? = { $0 }
  ) throws -> LoadReport {
    var sources: [String: String] = [:]
    var unexpected: [String] = []
    for source in tensors.keys.sorted() where !source.hasSuffix("num_batches_tracked") {
      guard let name = renaming(source) else { continue }
      guard let parameter = self[name], let data = tensors[source] else {
        unexpected.append(source)
        continue
      }
      let shape = parameter.value.shape
      guard data.shape == shape else {
        throw TensorError.shapeMismatch(name: source, found: data.shape, expected: shape)
      }
      if let other = sources[name], tensors[other] != data {
        throw TensorError.conflictingTensors(name: name, first: other, second: source)
      }
      sources[name] = source
    }
    var values: [(parameter: Parameter, tensor: Tensor)] = []
    for parameter in parameters {
      guard let data = sources[parameter.name].flatMap({ tensors[$0] }) else { continue }
      values.append((parameter, try Tensor(data)))
    }
    for (parameter, tensor) in values { try parameter.value.copy(from: tensor) }
    return LoadReport(
      matched: values.map(\.parameter.name),
      missing: parameters.map(\.name).filter { sources[$0] == nil }, unexpected: unexpected)
  }
}
