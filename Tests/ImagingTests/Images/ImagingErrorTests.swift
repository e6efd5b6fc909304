import Essentials
import Foundation
import Imaging
import SharedTestSupport
import Testing

@Suite struct ImagingErrorTests {
  private func decodingMessage(_ data: Data) -> String {
    message { _ = try RGBImage(decoding: data, name: "cat.jpg") }
  }

  /// A PNG whose IHDR chunk says what the test wants, with the right checksum.
  private func png(width: UInt32, height: UInt32) throws -> Data {
    var data = try RGBImage(width: 1, height: 1, red: 0, green: 0, blue: 0).pngData()
    for (offset, value) in [(16, width), (20, height)] {
      for byte in 0..<4 {
        data[offset + byte] = UInt8(truncatingIfNeeded: value >> (24 - 8 * UInt32(byte)))
      }
    }
    let checksum = CRC32.checksum(of: data[12..<29])
    for byte in 0..<4 {
      data[29 + byte] = UInt8(truncatingIfNeeded: checksum >> (24 - 8 * UInt32(byte)))
    }
    return data
  }

  @Test func anEmptyFileIsCalledEmpty() {
    #expect(
      decodingMessage(Data())
        == "'cat.jpg' is empty. Expected a PNG or JPEG image; copy or download the file again.")
  }

  @Test func aWebPageIsShownByItsFirstBytes() {
    #expect(
      decodingMessage(Data("<html></html>".utf8))
        == "'cat.jpg' is neither a PNG nor a JPEG image: it begins with 3C 68 74 6D. "
        + "Check that this is the right file and that its download was complete.")
  }

  @Test func aTruncatedFileIsSaidToEndEarly() throws {
    let image = RGBImage.noise(width: 8, height: 8)
    #expect(
      decodingMessage(try image.pngData().dropLast(20))
        == "'cat.jpg' is a damaged PNG image: the file ends early. "
        + "Copy or download the file again.")
    #expect(
      decodingMessage(try image.jpegData(quality: 90).dropLast(20))
        == "'cat.jpg' is a damaged JPEG image: the file ends early. "
        + "Copy or download the file again.")
  }

  @Test func aWrongChecksumIsNamedWithItsChunk() throws {
    var data = try RGBImage.noise(width: 8, height: 8).pngData()
    data[29] ^= 1
    #expect(
      decodingMessage(data)
        == "'cat.jpg' is a damaged PNG image: IHDR: CRC error. Copy or download the file again.")
  }

  @Test func tooManyPixelsAreRefusedByTheHeader() throws {
    #expect(
      decodingMessage(try png(width: 100_000, height: 100_000))
        == "'cat.jpg' claims 100000×100000 pixels; at most 67108864 pixels are read. "
        + "Reduce the image, or check that the file is what it should be.")
  }

  @Test func moreSamplesThanTheBytesCanHoldAreRefused() throws {
    let data = try png(width: 8000, height: 8000)
    #expect(
      decodingMessage(data)
        == "'cat.jpg' is a damaged PNG image: \(data.count) bytes cannot hold 8000×8000 pixels. "
        + "Copy or download the file again.")
  }

  @Test func aMissingFileIsNamed() {
    #expect(
      message { _ = try RGBImage(contentsOf: "/nowhere/cat.jpg") }
        == "No file at '/nowhere/cat.jpg'. Check the path.")
  }

  @Test func coloursAreNoLabelMap() throws {
    let data = try RGBImage.noise(width: 2, height: 2).pngData()
    #expect(
      message { _ = try LabelMap(decoding: data, name: "mask.png") }
        == "'mask.png' is an RGB PNG image of 8 bits; expected an indexed (palette) or gray PNG of "
        + "at most 8 bits whose samples are class indices. Convert colours to class indices first.")
  }

  @Test func aPhotographIsNoLabelMap() throws {
    let data = try RGBImage.noise(width: 2, height: 2).jpegData(quality: 90)
    #expect(
      message { _ = try LabelMap(decoding: data, name: "mask.png") }
        == "'mask.png' is an RGB JPEG image of 8 bits; expected an indexed (palette) or gray PNG "
        + "of at most 8 bits whose samples are class indices. "
        + "Convert colours to class indices first.")
  }

  @Test func tooLongASideIsNoJPEG() {
    let image = RGBImage(width: 70_000, height: 1, red: 0, green: 0, blue: 0)
    #expect(
      message { _ = try image.jpegData(quality: 90) }
        == "Cannot write an image of 70000×1 as JPEG: Maximum supported image dimension is 65500 "
        + "pixels. Choose another format or size.")
  }
}
