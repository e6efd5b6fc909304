public import CoreAPI

/// What a file of pretrained weights gave to a network.
public struct LoadedWeights: Sendable {
  /// The record of the file; it says so where one layer of the file started several of the network.
  public let record: SupervisionRecord
  /// The layers of VGG-16's head that published files have and this one lacks, or has in another
  /// shape; they keep their random weights.
  public let randomLayers: [String]

  /// Creates a description.
  ///
  /// - Parameters:
  ///   - record: The record of the file.
  ///   - randomLayers: The layers of VGG-16's head that keep their random weights.
  public init(record: SupervisionRecord, randomLayers: [String] = []) {
    self.record = record
    self.randomLayers = randomLayers
  }

  /// What a user should know before a training; nil if nothing is left to chance that need not be.
  public var note: String? {
    guard !randomLayers.isEmpty else { return nil }
    return "\(record.use): the layers \(randomLayers.joined(separator: ", ")) begin with random "
      + "weights, because '\(record.source)' has no fc6 and fc7 of their shape. Caffe's "
      + "'vgg16_20M' has them."
  }
}
