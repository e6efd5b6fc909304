public import CoreAPI
import Essentials
import Foundation
import Imaging

/// The score of a folder of label maps against a folder of true ones.
public struct FolderEvaluation: Sendable {
  /// The counts over all images.
  public let confusion: ConfusionMatrix
  /// The names of the classes, the background first.
  public let classes: [String]
  /// The number of images scored.
  public let imageCount: Int
  /// What a prediction of 255 counted as.
  public let ignored: ConfusionMatrix.IgnoredPrediction

  /// Scores a folder.
  ///
  /// - Parameters:
  ///   - predictions: The folder of predicted label maps, `<name>.png`.
  ///   - groundTruth: The folder of true label maps, `<name>.png`.
  ///   - list: A file of names, one a line; nil scores every true label map.
  ///   - classes: The names of the classes, the background first; nil numbers those that occur.
  ///   - ignored: What a prediction of 255 counts as.
  ///   - progress: Shows progress.
  /// - Throws: ``FolderEvaluationError`` if the folders do not fit each other, an error that names
  ///   the file if one cannot be read.
  public init(
    predictions: String, groundTruth: String, list: String? = nil, classes: [String]? = nil,
    ignored: ConfusionMatrix.IgnoredPrediction = .background,
    progress: any ProgressSink = SilentProgress()
  ) throws {
    let names = try Self.names(predictions: predictions, groundTruth: groundTruth, list: list)
    var matrix = ConfusionMatrix(classCount: classes?.count ?? 255)
    for (index, name) in names.enumerated() {
      let prediction = try LabelMap(contentsOf: "\(predictions)/\(name).png")
      let truth = try LabelMap(contentsOf: "\(groundTruth)/\(name).png")
      do {
        try matrix.add(prediction: prediction, groundTruth: truth, ignored: ignored)
      } catch let error as EvaluationError {
        throw FolderEvaluationError.image(name: "\(name).png", problem: error)
      }
      progress.update(
        StageProgress(task: "Evaluation", completed: index + 1, total: names.count))
    }
    let used = classes?.count ?? Self.usedClassCount(of: matrix)
    confusion = matrix.cropped(toClassCount: used)
    self.classes = classes ?? ["background"] + (1..<max(used, 1)).map { "\($0)" }
    imageCount = names.count
    self.ignored = ignored
  }

  /// Returns the names of a comma-separated list, the background added in front.
  ///
  /// - Parameter text: The list.
  /// - Returns: The names, the background first.
  /// - Throws: ``FolderEvaluationError/badClassList(_:)`` if a name is empty or given twice.
  public static func classNames(_ text: String) throws -> [String] {
    var names = text.split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    if names.first == "background" { names.removeFirst() }
    guard !names.isEmpty, names.count < 255, !names.contains(""),
      Set(names).count == names.count
    else { throw FolderEvaluationError.badClassList(text) }
    return ["background"] + names
  }

  /// Returns the scores of every class and their mean, in Markdown, and how they were measured.
  ///
  /// - Parameter mean: Which classes the mean is taken over.
  /// - Returns: The text.
  public func report(mean: MeanIoU) -> String {
    let percent = { (value: Double?) in value.map { String(format: "%.2f", $0 * 100) } ?? "–" }
    let table = MarkdownTable(
      header: ["Class", "IoU (%)", "false (%)", "missed (%)", "true pixels"],
      rows: classes.enumerated().map { index, name in
        [
          name, percent(confusion.iou(ofClass: index)),
          percent(confusion.falseShare(ofClass: index)),
          percent(confusion.missedShare(ofClass: index)),
          "\(confusion.groundTruthPixels(ofClass: index))",
        ]
      })
    return """
      \(table.text)
      mIoU (%): \(percent(confusion.meanIoU(mean)))
      pixel accuracy (%): \(percent(confusion.pixelAccuracy))

      \(imageCount) images, \(classes.count) classes with background; \(mean.phrase) \
      (\(mean.rawValue)); ground truth 255 is not counted, a predicted 255 is \(ignored.rawValue); \
      false and missed are shares of a class's union.

      """
  }

  // MARK: - Files

  private static func names(
    predictions: String, groundTruth: String, list: String?
  ) throws -> [String] {
    let predicted = try pngNames(in: predictions)
    let known = try pngNames(in: groundTruth)
    let wanted = try list.map(listedNames) ?? known.sorted()
    guard !wanted.isEmpty else {
      throw FolderEvaluationError.nothingToScore(list ?? groundTruth)
    }
    let missingTruth = wanted.filter { !known.contains($0) }
    if let first = missingTruth.first {
      throw FolderEvaluationError.missing(
        role: "ground truth", folder: groundTruth, first: "\(first).png",
        count: missingTruth.count, total: wanted.count, hasList: list != nil)
    }
    let missing = wanted.filter { !predicted.contains($0) }
    if let first = missing.first {
      throw FolderEvaluationError.missing(
        role: "prediction", folder: predictions, first: "\(first).png", count: missing.count,
        total: wanted.count, hasList: list != nil)
    }
    return wanted
  }

  private static func pngNames(in folder: String) throws -> Set<String> {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isDirectory),
      isDirectory.boolValue,
      let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
    else { throw FolderEvaluationError.noFolder(folder) }
    return Set(names.filter { $0.hasSuffix(".png") }.map { String($0.dropLast(4)) })
  }

  /// The names of a list file: plain names, or paths of images as in VOC's augmented lists.
  private static func listedNames(_ path: String) throws -> [String] {
    let text = String(decoding: try AtomicFile.read(path), as: UTF8.self)
    return text.split(whereSeparator: \.isNewline).compactMap { line in
      guard let first = line.split(whereSeparator: \.isWhitespace).first else { return nil }
      let name = (String(first) as NSString).lastPathComponent
      return [".jpg", ".png"].contains { name.hasSuffix($0) } ? String(name.dropLast(4)) : name
    }
  }

  private static func usedClassCount(of matrix: ConfusionMatrix) -> Int {
    let used = (0..<matrix.classCount).last { matrix.unionPixels(ofClass: $0) > 0 }
    return (used ?? 0) + 1
  }
}

extension ConfusionMatrix {
  /// Returns the counts of the first classes, of which alone there are any.
  fileprivate func cropped(toClassCount count: Int) -> ConfusionMatrix {
    var result = ConfusionMatrix(classCount: count)
    for truth in 0..<count {
      for predicted in 0..<count {
        result[groundTruth: truth, prediction: predicted] =
          self[groundTruth: truth, prediction: predicted]
      }
    }
    return result
  }
}
