import Essentials
import Foundation
import TensorFiles

/// Where a VOC-layout data set has its image-level labels.
enum VOCLabels: Sendable {
  /// A label file, read whole.
  case table(path: String, [String: [Bool]])
  /// A folder of XML annotations, read when asked for.
  case annotations(folder: String)

  /// Finds and opens the source of labels.
  ///
  /// - Parameters:
  ///   - file: A label file, or nil to look for one in `root`.
  ///   - root: The data set's folder.
  ///   - classNames: The foreground classes of the folder.
  /// - Returns: The source, or nil if `file` is nil and `root` has none.
  /// - Throws: ``DatasetError`` or a file error if the source cannot be used.
  static func source(
    file: String?, root: String, classNames: [String]
  ) throws -> VOCLabels? {
    if let file { return try read(file, classNames: classNames) }
    for name in ["cls_labels.npy", "image_labels.tsv"] {
      let path = "\(root)/\(name)"
      if FileManager.default.fileExists(atPath: path) {
        return try read(path, classNames: classNames)
      }
    }
    let folder = "\(root)/Annotations"
    return FileManager.default.fileExists(atPath: folder) ? .annotations(folder: folder) : nil
  }

  private static func read(_ path: String, classNames: [String]) throws -> VOCLabels {
    if path.hasSuffix(".npy") {
      let table = try ImageLabelFile.read(path).map { id, labels in
        guard labels.count == classNames.count else {
          throw DatasetError.labelCount(
            id: id, path: path, found: labels.count, expected: classNames.count)
        }
        return (id, labels.map { $0 != 0 })
      }
      return .table(path: path, Dictionary(uniqueKeysWithValues: table))
    }
    let text = String(decoding: try AtomicFile.read(path), as: UTF8.self)
    return .table(path: path, try LabelTable.read(text, path: path, classNames: classNames))
  }

  /// Returns which classes an image shows.
  ///
  /// - Parameters:
  ///   - id: The sample.
  ///   - classNames: The foreground classes of the folder.
  /// - Returns: A flag for each of `classNames`.
  /// - Throws: ``DatasetError`` if there are no labels for the sample or they are damaged.
  func present(of id: String, classNames: [String]) throws -> [Bool] {
    switch self {
    case .table(let path, let table):
      guard let present = table[id] else {
        throw DatasetError.labelsMissing(id: id, source: path)
      }
      return present
    case .annotations(let folder):
      let path = "\(folder)/\(id).xml"
      guard FileManager.default.fileExists(atPath: path) else {
        throw DatasetError.labelsMissing(id: id, source: folder)
      }
      let text = String(decoding: try AtomicFile.read(path), as: UTF8.self)
      var present = [Bool](repeating: false, count: classNames.count)
      do {
        for name in try VOCAnnotation.objectNames(in: text) {
          guard let index = classNames.firstIndex(of: name) else {
            throw DatasetError.unknownClass(name: name, origin: "'\(path)'", known: classNames)
          }
          present[index] = true
        }
      } catch let error as VOCAnnotation.Malformed {
        throw DatasetError.malformedAnnotation(path: path, reason: error.reason)
      }
      return present
    }
  }
}
