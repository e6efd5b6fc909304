import Essentials
import Foundation
import Testing

@Suite struct SHA256Tests {
  /// The examples of FIPS 180-2, appendix B, and the empty message.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
        + "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
  ])
  func hashesTheStandardsExamples(message: String, digest: String) {
    #expect(SHA256.hexDigest(of: message.utf8) == digest)
  }

  @Test func hashesAMillionLettersInPiecesOfAnySize() {
    let expected = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    for size in [1, 63, 64, 65, 1_000_000] {
      var hash = SHA256()
      var left = 1_000_000
      while left > 0 {
        let count = min(size, left)
        hash.update(Data(repeating: UInt8(ascii: "a"), count: count))
        left -= count
      }
      #expect(hash.finalize() == expected, "pieces of \(size)")
    }
  }

  @Test func hashesSequencesThatAreNotContiguous() {
    let bytes = stride(from: UInt8(97), through: 99, by: 1)
    #expect(SHA256.hexDigest(of: bytes) == SHA256.hexDigest(of: "abc".utf8))
  }
}

@Suite struct CRC32Tests {
  @Test func sumsTheStandardCheckMessage() {
    #expect(CRC32.checksum(of: Data("123456789".utf8)) == 0xCBF4_3926)
    #expect(CRC32.checksum(of: Data()) == 0)
    #expect(CRC32.checksum(of: AnySequence("123456789".utf8)) == 0xCBF4_3926)
  }

  @Test func sumsInPieces() {
    var crc = CRC32()
    for piece in ["1234", "", "56789"] { Array(piece.utf8).withUnsafeBytes { crc.update($0) } }
    #expect(crc.value == 0xCBF4_3926)
  }
}
