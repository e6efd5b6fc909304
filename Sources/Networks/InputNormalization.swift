public import CoreAPI
public import Imaging

/// How samples become values of a pretrained network; weights only work with their own way.
public enum InputNormalization: String, CaseIterable, Sendable {
  /// Blue first, minus the mean colour: VGG-16 as SEC and DSRG publish it (`vgg16_20M`).
  case caffe
  /// Red first, standardised: torchvision's weights, of VGG-16 too.
  case imageNet = "imagenet"

  /// Creates the way that a backbone's published weights usually need.
  ///
  /// - Parameter backbone: The backbone.
  public init(for backbone: BackboneKind) {
    self = backbone == .vgg16 ? .caffe : .imageNet
  }

  /// Reads the key `input` of a section, which only VGG-16 has.
  ///
  /// Its published weights are of two kinds; those of every other backbone need one way.
  ///
  /// - Parameters:
  ///   - reader: The section.
  ///   - backbone: The backbone.
  /// - Throws: `ConfigurationError` if there is no such way.
  public init(_ reader: ConfigurationReader, for backbone: BackboneKind) throws {
    let usual = InputNormalization(for: backbone)
    self = backbone == .vgg16 ? try reader.choice("input", default: usual) : usual
  }

  /// The normalisation.
  public var normalization: Normalization {
    switch self {
    case .caffe: .caffe
    case .imageNet: .imageNet
    }
  }
}
