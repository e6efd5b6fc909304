public import Essentials
public import TensorFiles
public import Testing

/// Inputs, parameters and expected outputs of one run of a reference.
public struct GoldenCase: Sendable, CustomTestStringConvertible {
  /// The full id with its letter, for example `crf_A.a`.
  public let id: String
  /// The settings of the run, as the manifest gives them.
  public let parameters: JSONValue
  /// The whole entry of the manifest.
  public let entry: JSONValue
  /// The folder of the library.
  public let folder: String

  /// The id without its letter.
  public var name: String { id.lastIndex(of: ".").map { String(id[..<$0]) } ?? id }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public var testDescription: String { id }

  private let fileName: String

  init(entry: JSONValue, folder: String) throws {
    guard let id = entry["id"].string, let fileName = entry["file"].string else {
      throw GoldenError("'\(folder)/manifest.json' has a case without 'id' or 'file'")
    }
    self.id = id
    self.parameters = entry["parameters"]
    self.entry = entry
    self.folder = folder
    self.fileName = fileName
  }

  // MARK: - Tensors

  /// The names of the inputs, sorted, without `in.`.
  public var inputNames: [String] { names(prefix: "in.") }

  /// The names of the expected outputs, sorted, without `out.`.
  public var outputNames: [String] { names(prefix: "out.") }

  private func names(prefix: String) -> [String] {
    (entry["tensors"].object ?? [:]).keys.filter { $0.hasPrefix(prefix) }
      .map { String($0.dropFirst(prefix.count)) }.sorted()
  }

  /// Reads an input.
  ///
  /// - Parameter name: Its name without `in.`.
  /// - Returns: Its values.
  /// - Throws: `TensorFileError` if the case has no such tensor.
  public func input(_ name: String) throws -> TensorData { try tensor("in.\(name)") }

  /// Reads an expected output.
  ///
  /// - Parameter name: Its name without `out.`.
  /// - Returns: Its values.
  /// - Throws: `TensorFileError` if the case has no such tensor.
  public func output(_ name: String) throws -> TensorData { try tensor("out.\(name)") }

  /// Returns how closely an output has to be met.
  ///
  /// - Parameter name: Its name without `out.`.
  /// - Returns: The manifest's rule.
  /// - Throws: ``GoldenError`` if the manifest has no rule for it.
  public func tolerance(_ name: String) throws -> GoldenTolerance {
    guard let tolerance = GoldenTolerance(entry["tensors"]["out.\(name)"]["tolerance"]) else {
      throw GoldenError("Case \(id): tensor 'out.\(name)' has no tolerance")
    }
    return tolerance
  }

  private func tensor(_ name: String) throws -> TensorData {
    try SafetensorsFile(contentsOf: "\(folder)/\(fileName)").tensor(named: name)
  }

  // MARK: - Parameters

  /// Returns a whole-number parameter.
  ///
  /// - Parameter path: The keys that lead to it.
  /// - Returns: Its value.
  /// - Throws: ``GoldenError`` if there is no such number.
  public func integer(_ path: String...) throws -> Int {
    try parameter(path, as: "whole number", \.integer)
  }

  /// Returns a numeric parameter.
  ///
  /// - Parameter path: The keys that lead to it.
  /// - Returns: Its value.
  /// - Throws: ``GoldenError`` if there is no such number.
  public func double(_ path: String...) throws -> Double {
    try parameter(path, as: "number", \.double)
  }

  /// Returns a parameter that is a list of whole numbers.
  ///
  /// - Parameter path: The keys that lead to it.
  /// - Returns: Its values.
  /// - Throws: ``GoldenError`` if there is no such list.
  public func integers(_ path: String...) throws -> [Int] {
    try parameter(path, as: "list of whole numbers", \.integers)
  }

  private func parameter<Value>(
    _ path: [String], as kind: String, _ value: (JSONValue) -> Value?
  ) throws -> Value {
    guard let value = value(path.reduce(parameters) { $0[$1] }) else {
      throw GoldenError("Case \(id): parameter '\(path.joined(separator: "."))' is no \(kind)")
    }
    return value
  }

  // MARK: - Expectations

  /// Records a failure unless a tensor meets an expected output within the manifest's tolerance.
  ///
  /// - Parameters:
  ///   - actual: The tensor, of the expected shape; its element type may differ.
  ///   - name: The output's name without `out.`.
  ///   - sourceLocation: Where the failure is shown.
  /// - Throws: If the case has no such output.
  public func expect(
    _ actual: TensorData, matches name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let expected = try output(name)
    let failure =
      actual.shape == expected.shape
      ? try tolerance(name).failure(of: actual, against: expected)
      : "shape \(actual.shape), expected \(expected.shape)"
    if let failure {
      Issue.record("Case \(id), tensor 'out.\(name)': \(failure)", sourceLocation: sourceLocation)
    }
  }

  /// Records a failure unless numbers meet an expected output within the manifest's tolerance.
  ///
  /// - Parameters:
  ///   - actual: As many numbers as the output has elements, row-major.
  ///   - name: The output's name without `out.`.
  ///   - sourceLocation: Where the failure is shown.
  /// - Throws: If the case has no such output.
  public func expect(
    _ actual: [Double], matches name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let expected = try output(name)
    guard actual.count == expected.count else {
      Issue.record(
        """
        Case \(id), tensor 'out.\(name)': \(actual.count) elements, \
        expected \(expected.count) (shape \(expected.shape))
        """,
        sourceLocation: sourceLocation)
      return
    }
    try expect(
      TensorData(actual, dtype: .float64, shape: expected.shape), matches: name,
      sourceLocation: sourceLocation)
  }

  /// Records a failure unless numbers meet an expected output within the manifest's tolerance.
  ///
  /// - Parameters:
  ///   - actual: As many numbers as the output has elements, row-major.
  ///   - name: The output's name without `out.`.
  ///   - sourceLocation: Where the failure is shown.
  /// - Throws: If the case has no such output.
  public func expect(
    _ actual: [Float], matches name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try expect(actual.map(Double.init), matches: name, sourceLocation: sourceLocation)
  }

  /// Records a failure unless integers meet an expected output within the manifest's tolerance.
  ///
  /// - Parameters:
  ///   - actual: As many integers as the output has elements, row-major.
  ///   - name: The output's name without `out.`.
  ///   - sourceLocation: Where the failure is shown.
  /// - Throws: If the case has no such output.
  public func expect(
    _ actual: [some BinaryInteger], matches name: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try expect(actual.map { Double($0) }, matches: name, sourceLocation: sourceLocation)
  }
}
