import CImages
import Foundation

/// PNG and JPEG in memory: the one file that talks to the C shim.
enum ImageCodec {
  /// The largest number of pixels that is decoded (8192×8192); more is refused before allocation.
  static let maximumPixelCount = 1 << 26

  enum Format: String {
    case png = "PNG"
    case jpeg = "JPEG"
  }

  struct Header {
    let format: Format
    let width: Int
    let height: Int
    let bitDepth: Int
    let kind: cimages_kind
  }

  // MARK: Decoding

  static func rgb(_ data: Data, name: String) throws(ImagingError) -> RGBImage {
    let header = try header(data, name: name)
    let decode = header.format == .png ? cimages_png_rgb : cimages_jpeg_rgb
    let samples = try decoded(data, header, channels: 3, name: name, with: decode)
    return RGBImage(width: header.width, height: header.height, pixels: samples)
  }

  static func labelMap(
    _ data: Data, name: String, largest limit: Int = maximumPixelCount
  ) throws(ImagingError) -> LabelMap {
    let header = try header(data, name: name, largest: limit)
    guard header.format == .png, header.bitDepth <= 8,
      header.kind == CIMAGES_GRAY || header.kind == CIMAGES_PALETTE
    else { throw .notALabelMap(name: name, found: header.description) }
    let samples = try decoded(data, header, channels: 1, name: name, with: cimages_png_indices)
    return LabelMap(width: header.width, height: header.height, indices: samples)
  }

  /// Reads the header and refuses what is not an image or too large.
  static func header(
    _ data: Data, name: String, largest limit: Int = maximumPixelCount
  ) throws(ImagingError) -> Header {
    guard !data.isEmpty else { throw .empty(name: name) }
    let format: Format
    if data.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      format = .png
    } else if data.starts(with: [0xFF, 0xD8, 0xFF]) {
      format = .jpeg
    } else {
      throw .unknownFormat(name: name, beginning: hexadecimal(data.prefix(4)))
    }
    // libpng accepts unknown chunks before the header; the standard and other readers do not.
    guard
      format == .jpeg || data.count < 16 || data.dropFirst(12).starts(with: Array("IHDR".utf8))
    else {
      throw .damaged(name: name, format: format.rawValue, reason: "it does not begin with IHDR")
    }
    var raw = cimages_header()
    let read = format == .png ? cimages_png_header : cimages_jpeg_header
    try check(name: name, format: format) { message in
      data.withUnsafeBytes { bytes in
        read(bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, &raw, message)
      }
    }
    let header = Header(
      format: format, width: Int(raw.width), height: Int(raw.height),
      bitDepth: Int(raw.bit_depth), kind: cimages_kind(raw.kind))
    guard header.width * header.height <= limit else {
      throw .tooLarge(name: name, width: header.width, height: header.height, limit: limit)
    }
    if format == .png { try checkPromise(of: header, byteCount: data.count, name: name) }
    return header
  }

  /// Refuses a PNG that promises more samples than its bytes could unfold to.
  ///
  /// Deflate shrinks 1032 bytes to one at best, so this is known before memory is taken for them.
  private static func checkPromise(
    of header: Header, byteCount: Int, name: String
  ) throws(ImagingError) {
    let rowBytes = (header.width * header.bitDepth * header.storedChannels + 7) / 8 + 1
    guard rowBytes * header.height <= 1032 * byteCount else {
      throw .damaged(
        name: name, format: header.format.rawValue,
        reason: "\(byteCount) bytes cannot hold \(header.width)×\(header.height) pixels")
    }
  }

  private typealias Decoder = (
    UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<UInt8>?, Int, cimages_message
  ) -> Int32

  private static func decoded(
    _ data: Data, _ header: Header, channels: Int, name: String, with decode: Decoder
  ) throws(ImagingError) -> [UInt8] {
    let count = header.width * header.height * channels
    var samples = [UInt8](repeating: 0, count: count)
    try check(name: name, format: header.format) { message in
      samples.withUnsafeMutableBufferPointer { samples in
        data.withUnsafeBytes { bytes in
          decode(
            bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, samples.baseAddress, count,
            message)
        }
      }
    }
    return samples
  }

  // MARK: Encoding

  /// What the samples of a PNG file mean.
  enum PNGContent {
    case rgb
    case gray
    /// Indices into a palette of 256 colours, red first.
    case palette([UInt8])
  }

  static func png(
    _ samples: [UInt8], width: Int, height: Int, as content: PNGContent
  ) throws(ImagingError) -> Data {
    let (kind, palette): (cimages_kind, [UInt8]) =
      switch content {
      case .rgb: (CIMAGES_RGB, [])
      case .gray: (CIMAGES_GRAY, [])
      case .palette(let colors): (CIMAGES_PALETTE, colors)
      }
    return try encoded(width: width, height: height, format: .png) { output, message in
      cimages_png_encode(
        samples, UInt32(width), UInt32(height), kind.rawValue, palette, output, message)
    }
  }

  static func jpeg(_ image: RGBImage, quality: Int) throws(ImagingError) -> Data {
    try encoded(width: image.width, height: image.height, format: .jpeg) { output, message in
      cimages_jpeg_encode(
        image.pixels, UInt32(image.width), UInt32(image.height), Int32(quality), output, message)
    }
  }

  private static func encoded(
    width: Int, height: Int, format: Format,
    with encode: (UnsafeMutablePointer<cimages_buffer>, cimages_message) -> Int32
  ) throws(ImagingError) -> Data {
    var buffer = cimages_buffer()
    if let reason = failure(of: { encode(&buffer, $0) }) {
      throw .notEncodable(format: format.rawValue, width: width, height: height, reason: reason)
    }
    guard let bytes = buffer.bytes else { return Data() }
    return Data(bytesNoCopy: bytes, count: buffer.count, deallocator: .free)
  }

  // MARK: Errors

  private static func check(
    name: String, format: Format, _ body: (cimages_message) -> Int32
  ) throws(ImagingError) {
    if let reason = failure(of: body) {
      throw .damaged(name: name, format: format.rawValue, reason: reason)
    }
  }

  /// Runs a function of the shim; the result is the library's words if it failed.
  private static func failure(of body: (cimages_message) -> Int32) -> String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { text in
      text.initialize(repeating: 0)
      guard body(cimages_message(text: text.baseAddress, capacity: text.count)) != 0 else {
        return nil
      }
      return String(
        decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }

  private static func hexadecimal(_ bytes: Data) -> String {
    bytes.map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return digits.count == 1 ? "0" + digits : digits
    }.joined(separator: " ")
  }
}

extension ImageCodec.Header: CustomStringConvertible {
  /// The samples of one pixel as the file stores them.
  fileprivate var storedChannels: Int {
    switch kind {
    case CIMAGES_GRAY, CIMAGES_PALETTE: 1
    case CIMAGES_GRAY_ALPHA: 2
    case CIMAGES_RGB: 3
    default: 4
    }
  }

  /// The file in words, with its article.
  var description: String {
    let colors =
      switch kind {
      case CIMAGES_GRAY: "a gray"
      case CIMAGES_GRAY_ALPHA: "a gray+alpha"
      case CIMAGES_PALETTE: "an indexed"
      case CIMAGES_RGB: "an RGB"
      case CIMAGES_RGBA: "an RGBA"
      default: "a CMYK"
      }
    return "\(colors) \(format.rawValue) image of \(bitDepth) bits"
  }
}
