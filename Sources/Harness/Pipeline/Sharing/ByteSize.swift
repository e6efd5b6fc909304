/// A number of bytes as people write it: `500MB`, `1.5 GB`, `2000`.
public struct ByteSize: Sendable, Equatable, CustomStringConvertible {
  /// The number of bytes, at least 0.
  public let bytes: Int

  /// The units with their names, the largest first; powers of 1000, as disks are sold.
  private static let units = [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)]

  /// Creates a size.
  ///
  /// - Parameter bytes: The number of bytes, at least 0.
  public init(_ bytes: Int) {
    precondition(bytes >= 0, "A size must not be negative, got \(bytes)")
    self.bytes = bytes
  }

  /// Reads a size.
  ///
  /// - Parameter text: A number, with `kB`, `MB`, `GB` or `TB` behind it or without; nil comes of
  ///   anything else.
  public init?(_ text: String) {
    let digits = text.prefix { "0123456789.".contains($0) }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }.lowercased()
    let known = Self.units + [("B", 1)]
    guard let number = Double(digits),
      let factor = unit.isEmpty ? 1 : known.first(where: { $0.0.lowercased() == unit })?.1,
      number * factor < 1e18
    else { return nil }
    bytes = Int(number * factor)
  }

  /// The size with one digit behind the point, in the unit that fits.
  public var description: String {
    guard let (name, factor) = Self.units.first(where: { Double(bytes) >= $0.1 }) else {
      return "\(bytes) B"
    }
    let tenths = Int((Double(bytes) / factor * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) \(name)"
  }
}
