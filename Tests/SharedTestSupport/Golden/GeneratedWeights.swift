import Essentials
import Foundation
public import TensorFiles

/// The deterministic weights that the golden networks were run with.
///
/// A value depends only on the tensor's name and the element's index, so no weights are stored.
///
/// # Source
///
/// `Tests/Fixtures/golden/README.md`, "Weight generator".
public enum GeneratedWeights {
  /// Returns a tensor's values.
  ///
  /// - Parameters:
  ///   - name: Its name in the reference's state dictionary; the end tells its kind.
  ///   - shape: The size of every axis; the first of a weight are its outputs.
  ///   - gain: A factor.
  /// - Returns: The tensor, of type `float32`.
  public static func tensor(name: String, shape: [Int], gain: Double = 1) -> TensorData {
    let kind = Kind(name: name, shape: shape)
    let fanIn = Double(shape.dropFirst().reduce(1, *))
    let bound = (6 / fanIn).squareRoot()
    let start = name.randomStreamKey
    let count = shape.reduce(1, *)
    let values = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      for i in 0..<count {
        let u = uniform(start: start, index: i)
        let value: Double
        switch kind {
        case .weight: value = (2 * u - 1) * bound
        case .bias, .runningMean: value = 0.1 * (2 * u - 1)
        case .normWeight, .runningVariance: value = 0.75 + 0.5 * u
        }
        buffer[i] = Float(value * gain)
      }
      initialized = count
    }
    return TensorData(values, dtype: .float32, shape: shape)
  }

  /// Returns the uniform number behind an element, `0 ..< 1`.
  static func uniform(start: UInt64, index: Int) -> Double {
    var z = start &+ UInt64(index + 1) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    z ^= z >> 31
    return Double(z >> 40) * 0x1p-24
  }

  private enum Kind {
    case weight, bias, normWeight, runningMean, runningVariance

    init(name: String, shape: [Int]) {
      if name.hasSuffix("running_mean") {
        self = .runningMean
      } else if name.hasSuffix("running_var") {
        self = .runningVariance
      } else if shape.count > 1 {
        self = .weight
      } else {
        self = name.hasSuffix("bias") ? .bias : .normWeight
      }
    }
  }
}

/// The generated weights of one network: a table of names, shapes and gains.
public struct GeneratedNetwork: Sendable {
  /// One tensor of the table.
  public struct Entry: Sendable {
    /// Its name in the reference's state dictionary.
    public let name: String
    /// The size of every axis.
    public let shape: [Int]
    /// Its factor.
    public let gain: Double
    /// The CRC-32 of its little-endian bytes, as hexadecimal digits.
    public let checksum: String

    /// Returns the values, after checking them against ``checksum``.
    ///
    /// - Returns: The tensor.
    /// - Throws: ``GoldenError`` if the values are not those of the table.
    public func tensor() throws -> TensorData {
      let tensor = GeneratedWeights.tensor(name: name, shape: shape, gain: gain)
      let digits = String(CRC32.checksum(of: tensor.bytes), radix: 16)
      guard UInt32(digits, radix: 16) == UInt32(checksum, radix: 16) else {
        throw GoldenError("Generated tensor '\(name)': CRC-32 \(digits), expected \(checksum)")
      }
      return tensor
    }
  }

  /// The tensors in the order of the reference's state dictionary.
  public let entries: [Entry]

  /// Reads a network's table.
  ///
  /// - Parameter path: A file `weights/<network>.json`.
  /// - Throws: `FileError` if there is none, ``GoldenError`` if it is not as expected.
  public init(contentsOf path: String) throws {
    let table = try JSONParser.parse(try AtomicFile.read(path))
    self.entries = try (table["tensors"].array ?? []).map {
      guard let name = $0["name"].string, let shape = $0["shape"].integers,
        let gain = $0["gain"].double, let checksum = $0["crc32"].string
      else { throw GoldenError("'\(path)' has an incomplete entry") }
      return Entry(name: name, shape: shape, gain: gain, checksum: checksum)
    }
  }

  /// Returns the values of all tensors.
  ///
  /// - Returns: Names and tensors in the order of ``entries``.
  /// - Throws: ``GoldenError`` if a tensor is not that of the table.
  public func tensors() throws -> [(String, TensorData)] {
    try entries.map { ($0.name, try $0.tensor()) }
  }
}

extension GoldenCase {
  /// Returns the table of the network that the case was run with.
  ///
  /// - Returns: The table.
  /// - Throws: ``GoldenError`` if the case has no generated network, `FileError` if it is missing.
  public func network() throws -> GeneratedNetwork {
    guard let table = entry["weights"]["table"].string else {
      throw GoldenError("Case \(id) has no generated network")
    }
    return try GeneratedNetwork(contentsOf: "\(folder)/\(table)")
  }
}
