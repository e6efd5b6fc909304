extension ContextWorld {
  /// What one scene contains, before anything is painted: the variables of the causal model.
  public struct Outcome: Hashable, Sendable {
    /// An object of the causal model.
    public struct Object: Hashable, Sendable {
      /// What it is.
      public let objectClass: ObjectClass
      /// The cell of the 2×3 layout grid it stands in, `0...5`.
      public let slot: Int
      /// Whether its discriminative part is visible.
      public let hasPart: Bool

      /// Creates an object.
      ///
      /// - Parameters:
      ///   - objectClass: What it is.
      ///   - slot: The cell of the layout grid, `0...5`.
      ///   - hasPart: Whether its discriminative part is visible.
      public init(objectClass: ObjectClass, slot: Int, hasPart: Bool) {
        precondition((0..<6).contains(slot), "Slot must be in 0...5, got \(slot)")
        self.objectClass = objectClass
        self.slot = slot
        self.hasPart = hasPart
      }
    }

    /// The surroundings.
    public let stuff: Stuff
    /// One to three objects of distinct classes, in the order they were drawn in.
    public let objects: [Object]

    /// Creates an outcome.
    ///
    /// - Parameters:
    ///   - stuff: The surroundings.
    ///   - objects: One to three objects of distinct classes in distinct slots.
    public init(stuff: Stuff, objects: [Object]) {
      precondition(
        (1...3).contains(objects.count), "A scene has 1 to 3 objects, got \(objects.count)")
      self.stuff = stuff
      self.objects = objects
    }
  }
}
