public import CoreAPI
import Essentials
import Foundation
public import Imaging

/// A data set on disk in the layout of PASCAL VOC 2012, with SBD's masks or without.
///
/// ```
/// root/JPEGImages/<id>.jpg                 images (.jpg, .jpeg or .png)
/// root/SegmentationClass/<id>.png          masks: palette or gray PNG of class indices, 255 void
/// root/SegmentationClassAug/<id>.png       SBD's masks
/// root/ImageSets/Segmentation/<split>.txt  lists: bare ids, or pairs of paths
/// root/cls_labels.npy                      image-level labels, keys '2007_000032' or 2007000032,
/// root/image_labels.tsv                    or as text,
/// root/Annotations/<id>.xml                or VOC's own: every object counts, `difficult` ones too
/// root/class_names.txt                     optional: 'background', then a class a line; VOC's 20
/// ```
/// Everything is read when asked for and nothing is kept but the table of labels, or the hash of
/// those in annotations, so that any number of threads may read at once.
public struct VOCDataset: SegmentationDataset {
  /// Where the data set lies and what is used of it.
  public let configuration: Configuration
  /// The kept classes, background first.
  public let classes: ClassList
  private let labelSource: VOCLabels?
  private let annotationHash = AnnotationHash()
  /// The foreground classes of the folder, which masks and labels on disk refer to.
  private let folderClasses: [String]
  /// For every class of the folder its index in ``classes``, or the ignore index; background first.
  private let keptIndices: [UInt8]

  /// Opens a data set; of its files only the class names and the table of labels are read.
  ///
  /// - Parameter configuration: Where it lies and what is used of it.
  /// - Throws: ``DatasetError`` if the folder is missing, a class is unknown or the labels do not
  ///   fit.
  public init(_ configuration: Configuration) throws {
    self.configuration = configuration
    let root = configuration.root
    guard FileManager.default.fileExists(atPath: "\(root)/JPEGImages") else {
      throw DatasetError.missingFolder(path: "\(root)/JPEGImages")
    }
    folderClasses = try Self.classNames(in: root)
    let kept = configuration.classes ?? folderClasses
    guard !kept.isEmpty else { throw DatasetError.noClasses }
    var keptIndices = [UInt8](repeating: LabelMap.ignoreIndex, count: folderClasses.count + 1)
    keptIndices[0] = 0
    for (index, name) in kept.enumerated() {
      guard let position = folderClasses.firstIndex(of: name) else {
        throw DatasetError.unknownClass(
          name: name, origin: "the configuration", known: folderClasses)
      }
      guard keptIndices[position + 1] == LabelMap.ignoreIndex else {
        throw DatasetError.repeatedClass(name: name, origin: "the configuration")
      }
      keptIndices[position + 1] = UInt8(index + 1)
    }
    self.keptIndices = keptIndices
    classes = ClassList(foreground: kept)
    labelSource = try VOCLabels.source(
      file: configuration.labelFile, root: root, classNames: folderClasses)
  }

  private static func classNames(in root: String) throws -> [String] {
    let path = "\(root)/class_names.txt"
    guard FileManager.default.fileExists(atPath: path) else {
      return Array(ClassList.voc.names.dropFirst())
    }
    let text = String(decoding: try AtomicFile.read(path), as: UTF8.self)
    let names = text.split(whereSeparator: \.isNewline).map {
      $0.trimmingCharacters(in: .whitespaces)
    }.filter { !$0.isEmpty }
    guard names.first == "background" else {
      throw DatasetError.malformedClassNames(
        path: path, reason: "the first line is '\(names.first ?? "")'")
    }
    guard (2...255).contains(names.count) else {
      throw DatasetError.malformedClassNames(
        path: path, reason: "it has \(names.count - 1) foreground classes")
    }
    for (index, name) in names.enumerated() where names[..<index].contains(name) {
      throw DatasetError.repeatedClass(name: name, origin: "'\(path)'")
    }
    return Array(names.dropFirst())
  }

  // MARK: - SegmentationDataset

  /// The last component of the root, for example "VOC2012".
  public var name: String { URL(fileURLWithPath: configuration.root).lastPathComponent }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func sampleIDs(in split: String) throws -> [String] {
    let path = listPath(of: split)
    guard FileManager.default.fileExists(atPath: path) else {
      throw DatasetError.missingList(split: split, path: path, available: splits)
    }
    let text = String(decoding: try AtomicFile.read(path), as: UTF8.self)
    let ids = try VOCList.ids(in: text, path: path)
    let names = Set(files(in: "JPEGImages"))
    let absent = ids.filter { id in
      !Self.imageExtensions.contains { names.contains("\(id).\($0)") }
    }
    if let first = absent.first {
      throw DatasetError.absentImages(
        list: path, absent: absent.count, total: ids.count, first: first)
    }
    if configuration.classes == nil || configuration.keepsImagesWithoutLabels { return ids }
    let labelled = try ids.filter { try !labels(of: $0).isEmpty }
    guard !labelled.isEmpty else {
      throw DatasetError.noneOfTheClasses(
        list: path, total: ids.count, classes: Array(classes.names.dropFirst()))
    }
    return labelled
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func image(of id: String) throws -> RGBImage {
    try RGBImage(contentsOf: imagePath(of: id))
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func imageSize(of id: String) throws -> ImageSize {
    try ImageSize(ofImageAt: imagePath(of: id))
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func labels(of id: String) throws -> ImageLabels {
    guard let labelSource else { throw DatasetError.noLabels(root: configuration.root) }
    let present = try labelSource.present(of: id, classNames: folderClasses)
    let kept = present.indices.filter { present[$0] }.map { Int(keptIndices[$0 + 1]) }
      .filter { $0 != Int(LabelMap.ignoreIndex) }
    return ImageLabels(indices: kept, foregroundCount: classes.foregroundCount)
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func groundTruth(of id: String) throws -> LabelMap {
    let path = try maskPath(of: id)
    var mask = try LabelMap(contentsOf: path)
    try checkMask(of: id, at: path, size: ImageSize(width: mask.width, height: mask.height))
    for (pixel, index) in mask.indices.enumerated() where index != LabelMap.ignoreIndex {
      guard index < keptIndices.count else {
        throw DatasetError.maskIndex(
          id: id, path: path, index: Int(index), classCount: keptIndices.count)
      }
      mask.indices[pixel] = keptIndices[Int(index)]
    }
    return mask
  }

  /// A SHA-256 of the configuration without its paths, the lists, the labels, the class names, and
  /// the names and byte counts of images, masks and annotations.
  ///
  /// The content of images and masks is not read, for that would take minutes: one replaced by
  /// another of equal size goes unnoticed. Labels count by what they say, in whatever file they
  /// stand. The result is the same wherever the data set lies.
  public var fingerprint: String {
    var hash = SHA256()
    func add(_ text: String) { hash.update("\(text)\n".utf8) }
    add("VOC layout 1, classes \(classes.names)")
    add("unlabelled \(configuration.keepsImagesWithoutLabels), masks \(configuration.maskFolders)")
    add("folder classes \(folderClasses)")
    for split in splits {
      add("list \(split)")
      hash.update((try? AtomicFile.read(listPath(of: split))) ?? Data())
    }
    switch labelSource {
    case .table(_, let table)?:
      for (id, present) in table.sorted(by: { $0.key < $1.key }) { add("\(id) \(present)") }
    case .annotations(let folder)?:
      add("annotated")
      add(annotationHash.value(of: listedIDs, in: folder, classNames: folderClasses))
    case nil: break
    }
    for folder in ["JPEGImages", "Annotations"] + configuration.maskFolders {
      add("folder \(folder)")
      for name in files(in: folder) {
        // Foundation's attributes cost fifty times as much, seconds on all of VOC.
        var status = stat()
        let isThere = stat("\(configuration.root)/\(folder)/\(name)", &status) == 0
        add("\(name) \(isThere ? Int(status.st_size) : -1)")
      }
    }
    return hash.finalize()
  }

  // MARK: - Files

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func checkFiles(of ids: [String], withMasks: Bool) throws {
    for id in ids {
      if withMasks {
        let path = try maskPath(of: id)
        try checkMask(of: id, at: path, size: ImageSize(ofImageAt: path))
      } else {
        _ = try imageSize(of: id)
      }
    }
  }

  private func checkMask(of id: String, at path: String, size: ImageSize) throws {
    let imageSize = try imageSize(of: id)
    guard size == imageSize else {
      throw DatasetError.maskSize(
        id: id, path: path, width: size.width, height: size.height, imageWidth: imageSize.width,
        imageHeight: imageSize.height)
    }
  }

  private func imagePath(of id: String) throws -> String {
    let folder = "\(configuration.root)/JPEGImages"
    let paths = Self.imageExtensions.map { "\(folder)/\(id).\($0)" }
    guard let path = paths.first(where: FileManager.default.fileExists(atPath:)) else {
      throw DatasetError.absentImage(id: id, folder: folder)
    }
    return path
  }

  private func maskPath(of id: String) throws -> String {
    let folders = configuration.maskFolders.map { "\(configuration.root)/\($0)" }
    let paths = folders.map { "\($0)/\(id).png" }
    guard let path = paths.first(where: FileManager.default.fileExists(atPath:)) else {
      throw DatasetError.absentMask(id: id, folders: folders)
    }
    return path
  }

  private static let imageExtensions = ["jpg", "jpeg", "png"]

  /// The names of the lists, sorted.
  public var splits: [String] {
    files(in: "ImageSets/Segmentation").filter { $0.hasSuffix(".txt") }.map {
      String($0.dropLast(4))
    }
  }

  /// The samples of all lists that can be read, sorted.
  private var listedIDs: [String] {
    var ids: Set<String> = []
    for split in splits {
      let path = listPath(of: split)
      guard let data = try? AtomicFile.read(path) else { continue }
      let listed = try? VOCList.ids(in: String(decoding: data, as: UTF8.self), path: path)
      ids.formUnion(listed ?? [])
    }
    return ids.sorted()
  }

  private func listPath(of split: String) -> String {
    "\(configuration.root)/ImageSets/Segmentation/\(split).txt"
  }

  private func files(in folder: String) -> [String] {
    let path = "\(configuration.root)/\(folder)"
    return (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted() ?? []
  }
}
