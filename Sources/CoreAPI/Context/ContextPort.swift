/// A named place between two blocks of a classifier where context can enter.
public struct ContextPort: Hashable, Sendable, CustomStringConvertible {
  /// The port's name, as recipes write it.
  public let name: String

  /// Creates a port.
  ///
  /// - Parameter name: The port's name.
  public init(_ name: String) { self.name = name }

  /// After the second block.
  public static let block2 = ContextPort("block2")
  /// After the third block.
  public static let block3 = ContextPort("block3")
  /// After the fourth block.
  public static let block4 = ContextPort("block4")
  /// After the last block, in front of the class-specific layer.
  public static let block5 = ContextPort("block5")

  /// The port's name.
  public var description: String { name }
}

/// What a classifier says about one of its ports.
public struct ContextPortDescription: Sendable, Equatable {
  /// The port.
  public let port: ContextPort
  /// The number of channels of the features that pass through it.
  public let channels: Int

  /// Creates a description.
  ///
  /// - Parameters:
  ///   - port: The port.
  ///   - channels: The number of channels of the features, at least 1.
  public init(port: ContextPort, channels: Int) {
    self.port = port
    self.channels = channels
  }
}
