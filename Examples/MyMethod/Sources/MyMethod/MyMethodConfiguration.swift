import CoreAPI

/// The values of the section `seed_generator`.
struct SeedConfiguration: Sendable {
  /// The images of a batch.
  let batchSize: Int
  /// The passes over the training set.
  let epochs: Int
  /// The learning rate of the first step.
  let rate: Double
  /// The side of the training crops, in pixels.
  let cropSize: Int

  /// Reads the section; what it does not know is refused with the place where it stands.
  init(_ reader: ConfigurationReader) throws {
    batchSize = try reader.int("batch_size", default: 16, in: 1...1024)
    epochs = try reader.int("epochs", default: 10, in: 1...1000)
    rate = try reader.double("rate", default: 0.05, in: .positive)
    cropSize = try reader.int("crop_size", default: 96, in: 16...1024)
    try reader.finish()
  }
}

/// The values of the section `expander`.
struct ExpansionConfiguration: Sendable {
  /// The score that a class must exceed to be more than background.
  let backgroundScore: Double

  /// Reads the section.
  init(_ reader: ConfigurationReader) throws {
    backgroundScore = try reader.double("background_score", default: 0.3, in: 0...1)
    try reader.finish()
  }
}
