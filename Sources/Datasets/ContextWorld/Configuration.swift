extension ContextWorld {
  /// Size, seed and dials of a world.
  public struct Configuration: Sendable, Equatable, Codable {
    /// The seed of everything drawn.
    public var seed: UInt64
    /// Columns of an image, at least 48.
    public var width: Int
    /// Rows of an image, at least 48.
    public var height: Int
    /// Images of the split `train`, at least 1.
    public var trainingCount: Int
    /// Images of `val` and of each interventional split, at least 1.
    public var testCount: Int
    /// κₛ: how strongly surroundings (which are no class) and objects are linked, `0..<1`.
    public var stuffStrength: Double
    /// κₚ: how strongly classes occur together, `0..<1`.
    public var partnerStrength: Double
    /// κₗ: how strongly classes keep to a place in the picture, `0..<1`.
    public var layoutStrength: Double

    /// Creates a configuration; without arguments, that of the demo.
    ///
    /// - Parameters:
    ///   - seed: The seed of everything drawn.
    ///   - width: Columns of an image, at least 48.
    ///   - height: Rows of an image, at least 48.
    ///   - trainingCount: Images of the split `train`.
    ///   - testCount: Images of `val` and of each interventional split.
    ///   - stuffStrength: κₛ, the link between surroundings and objects, `0..<1`.
    ///   - partnerStrength: κₚ, the link between objects, `0..<1`.
    ///   - layoutStrength: κₗ, the link between class and place, `0..<1`.
    public init(
      seed: UInt64 = 0, width: Int = 96, height: Int = 96, trainingCount: Int = 480,
      testCount: Int = 240, stuffStrength: Double = 0.9, partnerStrength: Double = 0.6,
      layoutStrength: Double = 0.5
    ) {
      self.seed = seed
      self.width = width
      self.height = height
      self.trainingCount = trainingCount
      self.testCount = testCount
      self.stuffStrength = stuffStrength
      self.partnerStrength = partnerStrength
      self.layoutStrength = layoutStrength
    }

    /// Checks every value against its range.
    ///
    /// - Throws: ``ContextWorldError`` naming the first value out of range.
    func validate() throws(ContextWorldError) {
      for (name, value, limit) in [
        ("width", width, 48), ("height", height, 48), ("trainingCount", trainingCount, 1),
        ("testCount", testCount, 1),
      ] where value < limit {
        throw .tooSmall(name: name, value: value, minimum: limit)
      }
      for (name, value) in [
        ("stuffStrength", stuffStrength), ("partnerStrength", partnerStrength),
        ("layoutStrength", layoutStrength),
      ] where !(0..<1).contains(value) {
        throw .strengthOutOfRange(name: name, value: value)
      }
    }
  }
}
