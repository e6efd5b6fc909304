/// An image file that cannot be used, in words for the person whose file it is.
public enum ImagingError: Error, Equatable, CustomStringConvertible, Sendable {
  /// The file has no bytes.
  case empty(name: String)
  /// The file is neither PNG nor JPEG; `beginning` is its first bytes in hexadecimal.
  case unknownFormat(name: String, beginning: String)
  /// The file begins like an image of `format` and then breaks its rules.
  case damaged(name: String, format: String, reason: String)
  /// The header promises more pixels than the limit.
  case tooLarge(name: String, width: Int, height: Int, limit: Int)
  /// A label map was expected and `found` describes what the file is.
  case notALabelMap(name: String, found: String)
  /// The kernel of a dense CRF is too narrow for the image.
  case tooFineKernels(width: Int, height: Int, kernel: String)
  /// The image cannot be written in this format.
  case notEncodable(format: String, width: Int, height: Int, reason: String)

  /// The message, with the file's name and what to do next.
  public var description: String {
    switch self {
    case .empty(let name):
      "'\(name)' is empty. Expected a PNG or JPEG image; copy or download the file again."
    case .unknownFormat(let name, let beginning):
      "'\(name)' is neither a PNG nor a JPEG image: it begins with \(beginning). "
        + "Check that this is the right file and that its download was complete."
    case .damaged(let name, let format, let reason):
      "'\(name)' is a damaged \(format) image: \(reason). Copy or download the file again."
    case .tooLarge(let name, let width, let height, let limit):
      "'\(name)' claims \(width)×\(height) pixels; at most \(limit) pixels are read. "
        + "Reduce the image, or check that the file is what it should be."
    case .notALabelMap(let name, let found):
      "'\(name)' is \(found); expected an indexed (palette) or gray PNG of at most 8 bits whose "
        + "samples are class indices. Convert colours to class indices first."
    case .tooFineKernels(let width, let height, let kernel):
      "The dense CRF's \(kernel) is too small for an image of \(width)×\(height) pixels. Raise the "
        + "CRF's deviations, or reduce the image."
    case .notEncodable(let format, let width, let height, let reason):
      "Cannot write an image of \(width)×\(height) as \(format): \(reason). "
        + "Choose another format or size."
    }
  }
}
