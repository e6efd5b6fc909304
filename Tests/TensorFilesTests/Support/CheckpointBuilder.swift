import Essentials
import Foundation
import SharedTestSupport

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

/// A zip checkpoint of a pickle and storages.
func checkpoint(_ pickle: Data, storages: [[Float]]) -> ZipBuilder {
  var zip = ZipBuilder()
  zip.records.append(("archive/data.pkl", pickle))
  for (index, values) in storages.enumerated() {
    zip.records.append(("archive/data/\(index)", values.withUnsafeBytes { Data($0) }))
  }
  return zip
}
