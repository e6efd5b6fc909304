public import CoreAPI
public import Datasets

extension ContextWorld.Configuration {
  /// Reads a world's parameters: `width`, `height`, `training_images`, `test_images` and the three
  /// strengths `stuff_strength`, `partner_strength` and `layout_strength`, besides `seed`.
  ///
  /// - Parameters:
  ///   - reader: The section; the caller finishes it.
  ///   - seed: The seed if the section gives none.
  /// - Throws: `ConfigurationError` if a value is no number or out of its range.
  public init(_ reader: ConfigurationReader, seed: UInt64 = 0) throws {
    let defaults = Self()
    let images = NumberBounds<Int>.between(1...1_000_000)
    self.init(
      seed: UInt64(try reader.int("seed", default: Int(clamping: seed), in: .notNegative)),
      width: try reader.int("width", default: defaults.width, in: 48...1024),
      height: try reader.int("height", default: defaults.height, in: 48...1024),
      trainingCount: try reader.int("training_images", default: defaults.trainingCount, in: images),
      testCount: try reader.int("test_images", default: defaults.testCount, in: images),
      stuffStrength: try reader.double(
        "stuff_strength", default: defaults.stuffStrength, in: 0...0.999),
      partnerStrength: try reader.double(
        "partner_strength", default: defaults.partnerStrength, in: 0...0.999),
      layoutStrength: try reader.double(
        "layout_strength", default: defaults.layoutStrength, in: 0...0.999))
  }
}
