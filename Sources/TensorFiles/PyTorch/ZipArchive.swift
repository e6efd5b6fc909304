import Essentials
import Foundation

/// A reader of ZIP archives with stored records, which is what PyTorch writes.
///
/// Records are only ever read into memory, so a name such as `../x` can do no harm. Compressed
/// records are refused: PyTorch writes none, and none can then expand without bound.
///
/// # Source
///
/// PKWARE, "APPNOTE.TXT", version 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
struct ZipArchive {
  private struct Record {
    let method: Int
    let checksum: UInt32
    let count: Int
    let headerOffset: Int
  }

  private let file: RandomAccessFile
  private let records: [String: Record]

  /// The names of all records, sorted.
  var names: [String] { records.keys.sorted() }

  /// Reads the directory of an archive.
  ///
  /// - Parameter file: The archive.
  /// - Throws: ``Problem`` if its directory is damaged, `FileError` if it cannot be read.
  init(_ file: RandomAccessFile) throws {
    self.file = file
    let (recordCount, range) = try ZipArchive.directory(of: file)
    var cursor = ByteCursor(try ZipArchive.bytes(range, of: file))
    var records: [String: Record] = [:]
    for _ in 0..<recordCount {
      let (name, record) = try ZipArchive.record(&cursor)
      guard records.updateValue(record, forKey: name) == nil else {
        throw Problem.damaged("its record '\(name)' is there twice")
      }
    }
    self.records = records
  }

  /// Reads a record and checks its sum.
  ///
  /// - Parameter name: The record's full name.
  /// - Returns: Its bytes.
  /// - Throws: ``Problem`` if it is missing, compressed or damaged, `FileError` if it cannot be
  ///   read.
  func contents(of name: String) throws -> Data {
    guard let record = records[name] else { throw Problem.damaged("it has no record '\(name)'") }
    guard record.method == 0 else {
      throw Problem.unsupported(
        "compression of its record '\(name)'", advice: "Save it again with torch.save")
    }
    let start = record.headerOffset
    var header = ByteCursor(try ZipArchive.bytes(start..<start + 30, of: file))
    guard try header.unsigned(4) == 0x0403_4B50 else {
      throw Problem.damaged("its record '\(name)' does not start where its directory says")
    }
    _ = try header.bytes(22)
    let nameCount = Int(try header.unsigned(2))
    let extraCount = Int(try header.unsigned(2))
    let dataStart = start + 30 + nameCount + extraCount
    let ownName = try ZipArchive.bytes(start + 30..<start + 30 + nameCount, of: file)
    guard ownName == Data(name.utf8) else {
      throw Problem.damaged("its record '\(name)' has another name in its header")
    }
    let data = try ZipArchive.bytes(dataStart..<dataStart + record.count, of: file)
    guard CRC32.checksum(of: data) == record.checksum else {
      throw Problem.damaged("the checksum of its record '\(name)' does not match")
    }
    return data
  }

  /// Returns the size of a record, or nil if there is none.
  ///
  /// - Parameter name: The record's full name.
  /// - Returns: The number of its bytes.
  func byteCount(of name: String) -> Int? { records[name]?.count }

  // MARK: - Directory

  private static func bytes(_ range: Range<Int>, of file: RandomAccessFile) throws -> Data {
    guard let data = try file.read(range) else {
      throw Problem.damaged("it ends at byte \(file.byteCount), \(range.upperBound) were expected")
    }
    return data
  }

  /// Finds the directory through the record at the end of the file.
  private static func directory(of file: RandomAccessFile) throws -> (Int, Range<Int>) {
    // The end record may be followed by a comment of up to 65,535 bytes.
    let tailStart = max(0, file.byteCount - 22 - 65_535)
    let tail = try bytes(tailStart..<file.byteCount, of: file)
    for position in stride(from: tail.count - 22, through: 0, by: -1) where tail[position] == 0x50 {
      var cursor = ByteCursor(tail, position: position)
      guard try cursor.unsigned(4) == 0x0605_4B50 else { continue }
      let diskNumbers = try cursor.unsigned(4)
      _ = try cursor.unsigned(2)
      let recordCount = Int(try cursor.unsigned(2))
      let byteCount = Int(try cursor.unsigned(4))
      let start = Int(try cursor.unsigned(4))
      guard Int(try cursor.unsigned(2)) == cursor.remaining else { continue }
      guard recordCount != 0xFFFF, byteCount != 0xFFFF_FFFF, start != 0xFFFF_FFFF else {
        throw Problem.unsupported(
          "the ZIP64 format of files above 4 GB", advice: "Save only the weights, without optimizer"
        )
      }
      guard diskNumbers == 0, start + byteCount <= tailStart + position else {
        throw Problem.damaged("the directory at its end is cut off")
      }
      return (recordCount, start..<start + byteCount)
    }
    throw Problem.damaged("the directory at its end is missing")
  }

  private static func record(_ cursor: inout ByteCursor) throws(Problem) -> (String, Record) {
    guard try cursor.unsigned(4) == 0x0201_4B50 else {
      throw .damaged("its directory has an entry that is none")
    }
    _ = try cursor.unsigned(4)
    let flags = try cursor.unsigned(2)
    let method = Int(try cursor.unsigned(2))
    _ = try cursor.unsigned(4)
    let checksum = UInt32(try cursor.unsigned(4))
    let compressedCount = Int(try cursor.unsigned(4))
    let count = Int(try cursor.unsigned(4))
    let nameCount = Int(try cursor.unsigned(2))
    let extraCount = Int(try cursor.unsigned(2))
    let commentCount = Int(try cursor.unsigned(2))
    _ = try cursor.unsigned(8)
    let headerOffset = Int(try cursor.unsigned(4))
    guard let name = String(bytes: try cursor.bytes(nameCount), encoding: .utf8) else {
      throw .damaged("its directory has a name that is not valid UTF-8")
    }
    _ = try cursor.bytes(extraCount + commentCount)
    guard flags & 1 == 0, method != 0 || compressedCount == count else {
      throw .damaged("its record '\(name)' is encrypted or has two sizes")
    }
    return (
      name, Record(method: method, checksum: checksum, count: count, headerOffset: headerOffset)
    )
  }
}
