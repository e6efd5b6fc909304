import Foundation
import Imaging

/// A folder with the cues of every image, for trainings that make them once and look often.
///
/// Cues are stored as label-map PNG files of the grid's size, `LabelMap.ignoreIndex` where there is
/// no mark, so a cell keeps one mark: the foreground's, and of several the class with the highest
/// index.
public struct CueFolder: Sendable {
  /// The folder.
  public let path: String
  /// The number of classes with the background.
  public let classCount: Int

  /// Creates the folder's description; the folder appears with its first file.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - classCount: The number of classes with the background.
  public init(path: String, classCount: Int) {
    self.path = path
    self.classCount = classCount
  }

  /// Returns whether an image has cues here.
  ///
  /// - Parameter id: The image's identifier.
  /// - Returns: Whether ``cues(of:)`` finds a file.
  public func contains(_ id: String) -> Bool {
    FileManager.default.fileExists(atPath: file(of: id))
  }

  /// Writes the cues of an image, whole or not at all.
  ///
  /// - Parameters:
  ///   - cues: The cues.
  ///   - id: The image's identifier.
  /// - Throws: `FileError` if the file cannot be written.
  public func write(_ cues: LocalizationCues, of id: String) throws {
    let area = cues.width * cues.height
    var map = LabelMap(width: cues.width, height: cues.height, filledWith: LabelMap.ignoreIndex)
    for label in 0..<cues.classCount {
      for cell in 0..<area where cues.marks[label * area + cell] != 0 {
        map.indices[cell] = UInt8(label)
      }
    }
    try map.write(to: file(of: id))
  }

  /// Reads the cues of an image.
  ///
  /// - Parameter id: The image's identifier.
  /// - Returns: The cues.
  /// - Throws: An error that names the file if it is missing or damaged.
  public func cues(of id: String) throws -> LocalizationCues {
    let map = try LabelMap(contentsOf: file(of: id))
    return LocalizationCues(map, size: map.size, classCount: classCount)
  }

  private func file(of id: String) -> String { "\(path)/\(id).png" }
}
