public import Tensors

/// What a plugin's factory is given besides its configuration.
public struct PartContext {
  /// The classes, background first.
  public var classes: ClassList
  /// The seed of initial weights.
  public var seed: UInt64
  /// Where the part computes.
  public var device: Device
  /// What enters through the ports; ``NoContext`` for a baseline.
  public var context: any Context

  /// Creates the surroundings of a part.
  ///
  /// - Parameters:
  ///   - classes: The classes, background first.
  ///   - seed: The seed of initial weights.
  ///   - device: Where the part computes.
  ///   - context: What enters through the ports.
  public init(
    classes: ClassList, seed: UInt64, device: Device = .cpu, context: any Context = NoContext()
  ) {
    self.classes = classes
    self.seed = seed
    self.device = device
    self.context = context
  }
}
