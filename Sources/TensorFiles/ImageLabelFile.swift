/// The image-level labels that PSA, SEAM and IRN keep in `cls_labels.npy`.
public enum ImageLabelFile {
  /// Reads the labels of all images.
  ///
  /// PSA and SEAM name an image by its text, `2007_000032`; IRN by the number 2007000032. A number
  /// of ten digits is a VOC name without its underscore; any other number stays as it is.
  ///
  /// - Parameter path: The file.
  /// - Returns: By image name, one number per class, 1 where the class is in the image.
  /// - Throws: ``TensorFileError`` if it is damaged, unsafe or something else, `FileError` if it
  ///   cannot be read.
  public static func read(_ path: String) throws -> [String: [Float]] {
    var labels: [String: [Float]] = [:]
    for (key, tensor) in try NumPyFile.dictionary(path) {
      let name = name(of: key)
      guard tensor.shape.count == 1, tensor.count == labels.first?.value.count ?? tensor.count
      else {
        throw TensorFileError.damagedTensor(
          format: .numpy, path: path, name: name,
          problem: "its labels have the shape \(tensor.shape), not that of the other images")
      }
      guard labels.updateValue(tensor.floats(), forKey: name) == nil else {
        throw TensorFileError.damagedTensor(
          format: .numpy, path: path, name: name, problem: "the image is there twice")
      }
    }
    return labels
  }

  private static func name(of key: NumPyFile.Key) -> String {
    switch key {
    case .name(let name): return name
    case .number(let number):
      let digits = String(number)
      guard digits.count == 10, number > 0 else { return digits }
      return "\(digits.prefix(4))_\(digits.dropFirst(4))"
    }
  }
}
