import Essentials
import Foundation

extension ImageSize {
  /// Reads the size of a PNG or JPEG image from its header; the pixels are not decoded.
  ///
  /// - Parameter path: The file.
  /// - Throws: `FileError` if the file cannot be read, ``ImagingError`` if its header is not that of
  ///   an image.
  public init(ofImageAt path: String) throws {
    guard access(path, R_OK) == 0 else {
      throw FileError(errno: errno, path: path, operation: "read")
    }
    // Mapped, because a header is a small part of a photograph.
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    else {
      throw FileError.failed(path: path, operation: "read", reason: "the file is not readable")
    }
    let header = try ImageCodec.header(data, name: path)
    self.init(width: header.width, height: header.height)
  }
}
