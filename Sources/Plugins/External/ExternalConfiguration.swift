import CoreAPI

/// Where another program's results lie, and how their numbers are to be read.
struct ExternalConfiguration: Sendable {
  /// The folder with `<id>.npy` or `<id>.png` for every image.
  let folder: String
  /// The number in `.npy` files of the first foreground class: 0 in CAMs of IRN, SEAM and PSA; 1 in
  /// score files that keep the background under 0, as those of PSA after its CRF.
  let firstClass: Int
  /// The foreground classes in the order that the files count them; empty for the data set's.
  let classes: [String]
  /// The score of the background beside class activation maps.
  let backgroundScore: Double

  /// Reads the plugin's section of a recipe.
  ///
  /// - Parameters:
  ///   - reader: The section.
  ///   - makesMasks: Whether the part makes masks, which needs a background score.
  /// - Throws: `ConfigurationError` for a missing folder, wrong values and unknown names.
  init(_ reader: ConfigurationReader, makesMasks: Bool) throws {
    guard let folder = try reader.path("folder") else {
      throw reader.error(
        "folder", expected: "the folder that holds a .npy or .png file for every image")
    }
    self.folder = folder
    firstClass = try reader.int("first_class", default: 0, in: 0...1)
    classes = try reader.strings("classes", default: [], allowsEmpty: true)
    backgroundScore =
      makesMasks ? try reader.double("background_score", default: 0.15, in: 0...1) : 0
    try reader.finish()
  }
}
