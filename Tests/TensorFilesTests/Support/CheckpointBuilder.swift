import Essentials
import Foundation

/// A ZIP archive of stored records, as PyTorch writes it.
struct ZipBuilder {
  var records: [(name: String, data: Data)] = []
  /// What the directory says about the compression of every record.
  var method: UInt16 = 0
  /// Added to every checksum.
  var checksumError: UInt32 = 0

  func build() -> Data {
    var file = Data()
    var directory = Data()
    for (name, data) in records {
      let checksum = CRC32.checksum(of: data) &+ checksumError
      let start = UInt32(file.count)
      file.append(number(UInt32(0x0403_4B50)))
      file.append(number(UInt16(20)) + number(UInt16(0)) + number(method) + Data(count: 4))
      file.append(number(checksum) + number(UInt32(data.count)) + number(UInt32(data.count)))
      file.append(number(UInt16(name.utf8.count)) + number(UInt16(0)) + Data(name.utf8) + data)
      directory.append(number(UInt32(0x0201_4B50)) + number(UInt16(20)) + number(UInt16(20)))
      directory.append(number(UInt16(0)) + number(method) + Data(count: 4) + number(checksum))
      directory.append(number(UInt32(data.count)) + number(UInt32(data.count)))
      directory.append(number(UInt16(name.utf8.count)) + Data(count: 12) + number(start))
      directory.append(Data(name.utf8))
    }
    let count = number(UInt16(records.count))
    let end = number(UInt32(0x0605_4B50)) + Data(count: 4) + count + count
    let places = number(UInt32(directory.count)) + number(UInt32(file.count)) + Data(count: 2)
    return file + directory + end + places
  }
}

/// The instructions of a pickle of protocol 2, one method for each kind of value.
///
/// ``raw(_:)`` takes instructions below 0x80 only: their UTF-8 is one byte.
struct PickleBuilder {
  private(set) var data = Data([0x80, 2])

  mutating func raw(_ text: String) { data.append(contentsOf: text.utf8) }
  mutating func append(_ bytes: Data) { data.append(bytes) }

  mutating func end() -> Data {
    raw(".")
    return data
  }

  mutating func text(_ text: String) {
    raw("X")
    data.append(number(UInt32(text.utf8.count)) + Data(text.utf8))
  }

  mutating func integer(_ value: Int) {
    raw("J")
    data.append(number(Int32(value)))
  }

  mutating func tuple(_ values: [Int]) {
    raw("(")
    values.forEach { integer($0) }
    raw("t")
  }

  mutating func global(_ module: String, _ name: String) { raw("c\(module)\n\(name)\n") }

  mutating func storage(_ type: String, key: String, count: Int) {
    raw("(")
    text("storage")
    global("torch", "\(type)Storage")
    text(key)
    text("cpu")
    integer(count)
    raw("tQ")
  }

  mutating func tensor(
    _ type: String = "Float", key: String = "0", count: Int, offset: Int = 0, shape: [Int],
    strides: [Int]
  ) {
    global("torch._utils", "_rebuild_tensor_v2")
    raw("(")
    storage(type, key: key, count: count)
    integer(offset)
    tuple(shape)
    tuple(strides)
    raw("I00\n}tR")
  }

  /// A state dictionary of the tensors that `body` makes, each after its name.
  static func stateDictionary(_ body: (inout PickleBuilder) -> Void) -> Data {
    var pickle = PickleBuilder()
    pickle.raw("}(")
    body(&pickle)
    pickle.raw("u")
    return pickle.end()
  }
}

/// A zip checkpoint of a pickle and storages.
func checkpoint(_ pickle: Data, storages: [[Float]]) -> ZipBuilder {
  var zip = ZipBuilder()
  zip.records.append(("archive/data.pkl", pickle))
  for (index, values) in storages.enumerated() {
    zip.records.append(("archive/data/\(index)", values.withUnsafeBytes { Data($0) }))
  }
  return zip
}

/// A number's little-endian bytes.
func number(_ value: some FixedWidthInteger) -> Data {
  withUnsafeBytes(of: value.littleEndian) { Data($0) }
}
