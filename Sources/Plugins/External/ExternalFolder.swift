import CoreAPI
import Essentials
import Foundation
import Imaging
import TensorFiles

/// A folder of another program's results, one file for each image.
struct ExternalFolder: Sendable {
  /// What one file says about its image.
  enum Content {
    /// A `.png`: a class for every pixel.
    case mask(LabelMap)
    /// A `.npy`: scores for every class.
    case maps(ExternalMaps)
  }

  private enum Kind: String { case maps = "npy", mask = "png" }

  let configuration: ExternalConfiguration
  private let numbers: ClassNumbers
  private let classes: ClassList
  private let kinds: [String: Kind]
  private let fingerprint: String

  /// Lists a folder.
  ///
  /// - Parameters:
  ///   - configuration: Where it lies and how to read it.
  ///   - classes: The data set's classes.
  /// - Throws: ``ExternalError`` if there is no such folder or an image has two files, `CoreError`
  ///   if the data set has none of the files' classes.
  init(_ configuration: ExternalConfiguration, classes: ClassList) throws {
    self.configuration = configuration
    self.classes = classes
    numbers = ClassNumbers(configuration, classes: classes)
    let folder = configuration.folder
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw ExternalError.noFolder(path: folder)
    }
    var kinds: [String: Kind] = [:]
    var hash = SHA256()
    for name in names.sorted() {
      guard let dot = name.lastIndex(of: "."),
        let kind = Kind(rawValue: String(name[dot...].dropFirst()))
      else { continue }
      let id = String(name[..<dot])
      guard kinds.updateValue(kind, forKey: id) == nil else {
        throw ExternalError.twoFiles(folder: folder, id: id)
      }
      // Score files have equal sizes whatever they hold, so the time of writing counts too. To read
      // them all would take minutes.
      var status = stat()
      _ = stat("\(folder)/\(name)", &status)
      #if canImport(Darwin)
        let time = status.st_mtimespec
      #else
        let time = status.st_mtim
      #endif
      hash.update("\(name) \(status.st_size) \(time.tv_sec).\(time.tv_nsec)\n".utf8)
    }
    self.kinds = kinds
    fingerprint = hash.finalize()
  }

  /// What the part learned from, with a hash of the files' names, sizes and times.
  ///
  /// - Parameter use: The role.
  /// - Returns: The record.
  func record(use: String) -> SupervisionRecord {
    SupervisionRecord(
      kind: "results of another program", use: use, source: configuration.folder,
      hash: fingerprint)
  }

  func contains(_ id: String) -> Bool { kinds[id] != nil }

  /// Reads the file of an image.
  ///
  /// - Parameters:
  ///   - id: The image's identifier.
  ///   - size: Its size.
  /// - Returns: The content, with the data set's class indices.
  /// - Throws: ``ExternalError`` if there is none or it does not fit, an error of the format if it
  ///   is damaged.
  func content(of id: String, size: ImageSize) throws -> Content {
    let path = try path(of: id)
    switch kinds[id] {
    case .maps?:
      return .maps(try ExternalMaps(contentsOf: path, size: size, classes: numbers))
    case .mask?, nil:
      let mask = try LabelMap(contentsOf: path)
      try check(mask.size, size, path: path)
      return .mask(try numbers.translated(mask, path: path))
    }
  }

  // MARK: - Checks

  /// How many files are read in full before a run starts, to find what is wrong with all of them.
  private static let sampleCount = 8

  /// Checks that every image has a file of its size or one that is whole, and reads a few in full.
  ///
  /// - Parameters:
  ///   - images: The images.
  ///   - withLabels: Whether maps must have the classes of the labels.
  /// - Throws: ``ExternalError`` or an error of the format for the first file that does not do.
  func check(_ images: TrainingSet, withLabels: Bool) throws {
    let missing = images.ids.filter { !contains($0) }
    if let first = missing.first {
      throw ExternalError.missingFiles(
        folder: configuration.folder, missing: missing.count, total: images.count, first: first)
    }
    for (position, id) in images.ids.enumerated() {
      let path = try path(of: id)
      if kinds[id] == .mask {
        try check(ImageSize(ofImageAt: path), images.imageSize(position), path: path)
      } else {
        try checkEnds(ofMapsAt: path)
      }
      guard position < Self.sampleCount else { continue }
      if case .maps(let maps) = try content(of: id, size: images.imageSize(position)), withLabels {
        try checkClasses(of: maps, images.labels(position), id: id)
      }
    }
  }

  /// Checks how a `.npy` file begins and ends, which costs next to nothing.
  ///
  /// Sizes and classes stand in its pickle, of which only the whole can be read.
  private func checkEnds(ofMapsAt path: String) throws {
    let file = try RandomAccessFile(path)
    let start = Data([0x93]) + Data("NUMPY".utf8)
    guard try file.read(0..<start.count) == start else {
      throw TensorFileError.damaged(
        format: .numpy, path: path, problem: "it does not start like a NumPy file")
    }
    guard try file.read(file.byteCount - 1..<file.byteCount) == Data(".".utf8) else {
      throw TensorFileError.damaged(format: .numpy, path: path, problem: "it ends early")
    }
  }

  private func checkClasses(of maps: ExternalMaps, _ labels: ImageLabels, id: String) throws {
    for index in labels.indices where maps.planes[index] == nil {
      // A class that the files do not know at all is not missing from this one.
      guard let number = numbers.number(ofClass: index) else { continue }
      throw ExternalError.missingClass(
        path: try path(of: id), id: id, className: classes.names[index], number: number,
        found: maps.numbers.sorted())
    }
  }

  private func check(_ size: ImageSize, _ expected: ImageSize, path: String) throws {
    guard size == expected else {
      throw ExternalError.wrongSize(
        path: path, what: "the mask", width: size.width, height: size.height, expected: expected)
    }
  }

  private func path(of id: String) throws -> String {
    guard let kind = kinds[id] else {
      throw ExternalError.missingFiles(
        folder: configuration.folder, missing: 1, total: 1, first: id)
    }
    return "\(configuration.folder)/\(id).\(kind.rawValue)"
  }
}
