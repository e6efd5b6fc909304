import CoreAPI
import Imaging
import Networks

/// Where the cues of SEC's network come from: a file, or seeds and background cues.
///
/// Only the expander has these values; behind another expander the network has masks for cues.
struct SECCueConfiguration: Sendable {
  /// The share of a class's maximum above which a cell is a foreground cue.
  var foregroundThreshold: Double
  /// A file of localization cues that replaces those made from seeds, empty for none.
  var file: String
  /// The file that numbers the images of ``file``, empty if they are named.
  var list: String
  /// The number of rows and of columns of the grid of ``file``.
  var grid: Int
  /// Where background cues come from.
  var background: BackgroundCueConfiguration

  /// Reads the values from the section of the network.
  ///
  /// - Parameters:
  ///   - reader: The section.
  ///   - input: How samples become values of the network.
  /// - Throws: `ConfigurationError` for values of another type or range.
  init(_ reader: ConfigurationReader, input: InputNormalization) throws {
    foregroundThreshold = try reader.double("foreground_threshold", default: 0.2, in: 0...1)
    file = try reader.path("cues") ?? ""
    list = try reader.path("cue_list") ?? ""
    grid = try reader.int("cue_grid", default: 41, in: 1...4096)
    background = try BackgroundCueConfiguration(reader, input: input)
  }

  /// Reads the file of cues.
  ///
  /// - Parameter classCount: The number of classes with the background.
  /// - Returns: The cues of all its images.
  /// - Throws: The errors of `LocalizationCueFile`.
  func readFile(classCount: Int) throws -> LocalizationCueFile {
    try LocalizationCueFile(
      contentsOf: file, list: list, classCount: classCount,
      size: ImageSize(width: grid, height: grid))
  }
}
