/// The CRC-32 checksum of ZIP and PNG (polynomial 0xEDB88320), for damage, not for attacks.
public struct CRC32: Sendable {
  private var state: UInt32 = 0xFFFF_FFFF

  /// Creates the checksum of nothing yet.
  public init() {}

  /// The checksum of the bytes so far.
  public var value: UInt32 { ~state }

  /// Adds bytes to what is summed.
  ///
  /// - Parameter bytes: The next bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    CRC32.table.withUnsafeBufferPointer { table in
      var crc = state
      for byte in bytes { crc = table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] ^ (crc >> 8) }
      state = crc
    }
  }

  /// Returns the checksum of contiguous bytes.
  ///
  /// - Parameter bytes: A `Data`, an array or a slice of one.
  /// - Returns: The checksum.
  public static func checksum(of bytes: some Sequence<UInt8>) -> UInt32 {
    var crc = CRC32()
    let isContiguous: Void? = bytes.withContiguousStorageIfAvailable {
      crc.update(UnsafeRawBufferPointer($0))
    }
    if isContiguous == nil { Array(bytes).withUnsafeBytes { crc.update($0) } }
    return crc.value
  }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { crc, _ in crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB8_8320 }
  }
}
