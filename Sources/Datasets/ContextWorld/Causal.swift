public import Essentials

extension ContextWorld {
  /// What is cut in the causal graph before a scene is drawn.
  public enum Intervention: Hashable, Sendable {
    /// Nothing: the world as configured.
    case none
    /// do(stuff = s): the surroundings are `s` whatever the objects are, and the objects are drawn
    /// without regard to the surroundings; partners and layout stay linked.
    case stuff(Stuff)
    /// All three links cut, κ = 0: surroundings, partners and layout carry no information.
    case independent
  }

  /// The pixel-free twin of the world: the causal model itself, sampled and enumerated exactly.
  ///
  /// With κₛ = `stuffStrength`, κₚ = `partnerStrength`, κₗ = `layoutStrength`, u(A) uniform on A:
  /// ```
  /// stuff     S   ~ u(6 stuffs)
  /// count     k   ~ 1: .45, 2: .40, 3: .15
  /// class     c₁  ~ κₛ [c₁ = the class matching S] + (1 - κₛ) u(6 classes)
  ///           cⱼ₊₁ ~ κₚ [cⱼ₊₁ = partner(cⱼ)] + (1 - κₚ) u(classes not drawn yet)
  ///                 (if the partner is drawn already: u(classes not drawn yet))
  /// slot      each object, with probability κₗ, takes its class's typical slot; the others, in
  ///           order, take a free slot each, uniformly
  /// part      hidden with probability .15, for the classes that share their body with another
  /// ```
  /// Stuff, class and slot are tied by bijections and partners form one cycle through all classes,
  /// so the law is unchanged when all are renamed along the cycle. Hence P(S), P(k),
  /// P(cⱼ = c) = 1/6, P(c in the scene) = E k / 6 and P(slot) do not depend on any κ: κ = 0 has the
  /// same marginals without the links.
  public struct Causal: Sendable, Equatable {
    /// P(k) for k = 1, 2, 3 objects of the causal model.
    public static let objectCountProbabilities = [0.45, 0.40, 0.15]
    /// The probability that the part of an ambiguous class is hidden.
    public static let hiddenPartProbability = 0.15
    static let slotCount = 6

    /// κₛ: how strongly surroundings and first object are linked, `0..<1`.
    public let stuffStrength: Double
    /// κₚ: how strongly an object and the next are linked, `0..<1`.
    public let partnerStrength: Double
    /// κₗ: how strongly class and place are linked, `0..<1`.
    public let layoutStrength: Double
    /// What is cut.
    public let intervention: Intervention

    /// Creates the causal model of a world.
    ///
    /// - Parameters:
    ///   - configuration: The world's dials.
    ///   - intervention: What is cut.
    public init(_ configuration: Configuration, under intervention: Intervention) {
      let isIndependent = intervention == .independent
      stuffStrength = intervention == .none ? configuration.stuffStrength : 0
      partnerStrength = isIndependent ? 0 : configuration.partnerStrength
      layoutStrength = isIndependent ? 0 : configuration.layoutStrength
      self.intervention = intervention
    }

    // MARK: - Sampling

    /// Draws what one scene contains.
    ///
    /// - Parameter stream: The source of randomness.
    /// - Returns: Surroundings and objects.
    public func sample(using stream: inout RandomStream) -> Outcome {
      let stuff: Stuff
      if case .stuff(let fixed) = intervention {
        stuff = fixed
      } else {
        stuff = Self.pick(from: Stuff.allCases, using: &stream)
      }
      let count = Self.pickCount(using: &stream)
      var classes = [firstClass(given: stuff, using: &stream)]
      while classes.count < count { classes.append(nextClass(after: classes, using: &stream)) }
      let slots = slots(for: classes, using: &stream)
      let objects = zip(classes, slots).map { objectClass, slot in
        Outcome.Object(
          objectClass: objectClass, slot: slot,
          hasPart: !stream.chance(Self.hiddenPartProbability(of: objectClass)))
      }
      return Outcome(stuff: stuff, objects: objects)
    }

    private static func pickCount(using stream: inout RandomStream) -> Int {
      let draw = stream.uniform()
      var sum = 0.0
      for (index, probability) in objectCountProbabilities.enumerated() {
        sum += probability
        if draw < sum { return index + 1 }
      }
      return objectCountProbabilities.count
    }

    private func firstClass(given stuff: Stuff, using stream: inout RandomStream) -> ObjectClass {
      let matching = ObjectClass.allCases.first { $0.matchingStuff == stuff }
      if let matching, stream.chance(stuffStrength) { return matching }
      return Self.pick(from: ObjectClass.allCases, using: &stream)
    }

    private func nextClass(
      after classes: [ObjectClass], using stream: inout RandomStream
    ) -> ObjectClass {
      let partner = classes[classes.count - 1].partner
      if !classes.contains(partner), stream.chance(partnerStrength) { return partner }
      return Self.pick(
        from: ObjectClass.allCases.filter { !classes.contains($0) }, using: &stream)
    }

    private func slots(
      for classes: [ObjectClass], using stream: inout RandomStream
    ) -> [Int] {
      var slots = classes.map { stream.chance(layoutStrength) ? $0.typicalSlot : nil }
      for index in slots.indices where slots[index] == nil {
        let free = (0..<Self.slotCount).filter { !slots.contains($0) }
        slots[index] = Self.pick(from: free, using: &stream)
      }
      return slots.compactMap { $0 }
    }

    private static func hiddenPartProbability(of objectClass: ObjectClass) -> Double {
      objectClass.isAmbiguous ? hiddenPartProbability : 0
    }

    private static func pick<Element>(
      from elements: [Element], using stream: inout RandomStream
    ) -> Element {
      elements[stream.integer(in: 0...elements.count - 1)]
    }

    // MARK: - Enumeration

    /// Returns P(stuff).
    ///
    /// - Parameter stuff: The surroundings.
    /// - Returns: 1/6, or 0 and 1 where an intervention fixes the surroundings.
    public func probability(of stuff: Stuff) -> Double {
      if case .stuff(let fixed) = intervention { return stuff == fixed ? 1 : 0 }
      return 1 / Double(Stuff.allCases.count)
    }

    /// Returns P(c₁…cₖ | stuff): that exactly these classes are drawn, in this order.
    ///
    /// - Parameters:
    ///   - classes: The classes in the order they are drawn in.
    ///   - stuff: The surroundings.
    /// - Returns: A probability; 0 unless there are 1 to 3 distinct classes.
    public func probability(of classes: [ObjectClass], given stuff: Stuff) -> Double {
      guard (1...3).contains(classes.count), Set(classes).count == classes.count else { return 0 }
      let total = ObjectClass.allCases.count
      var product = Self.objectCountProbabilities[classes.count - 1]
      product *=
        (classes[0].matchingStuff == stuff ? stuffStrength : 0)
        + (1 - stuffStrength) / Double(total)
      for index in classes.indices.dropFirst() {
        let drawn = classes[..<index]
        let partner = classes[index - 1].partner
        let strength = drawn.contains(partner) ? 0 : partnerStrength
        product *=
          (classes[index] == partner ? strength : 0) + (1 - strength) / Double(total - index)
      }
      return product
    }

    /// Returns P(slots | classes).
    ///
    /// - Parameters:
    ///   - slots: One slot per class, `0...5`.
    ///   - classes: The classes in the order they were drawn in.
    /// - Returns: A probability; 0 unless the slots are distinct.
    public func probability(ofSlots slots: [Int], given classes: [ObjectClass]) -> Double {
      precondition(
        slots.count == classes.count,
        "Need a slot per class, got \(slots.count) slots for \(classes.count) classes")
      guard Set(slots).count == slots.count else { return 0 }
      // Sum over which objects took their typical slot.
      return (0..<1 << slots.count).reduce(0) { sum, typical in
        var product = 1.0
        var free = Self.slotCount - typical.nonzeroBitCount
        for index in slots.indices {
          if typical >> index & 1 == 1 {
            product *= slots[index] == classes[index].typicalSlot ? layoutStrength : 0
          } else {
            product *= (1 - layoutStrength) / Double(free)
            free -= 1
          }
        }
        return sum + product
      }
    }

    /// Returns the probability of a complete outcome.
    ///
    /// - Parameter outcome: Surroundings, classes, slots and visible parts.
    /// - Returns: The joint probability of all of them.
    public func probability(of outcome: Outcome) -> Double {
      let classes = outcome.objects.map(\.objectClass)
      return outcome.objects.reduce(
        probability(of: outcome.stuff) * probability(of: classes, given: outcome.stuff)
          * probability(ofSlots: outcome.objects.map(\.slot), given: classes)
      ) { product, object in
        let hidden = Self.hiddenPartProbability(of: object.objectClass)
        return product * (object.hasPart ? 1 - hidden : hidden)
      }
    }

    /// Returns P(class is in the scene | stuff), the sum over all scenes that contain it.
    ///
    /// - Parameters:
    ///   - objectClass: The class.
    ///   - stuff: The surroundings.
    /// - Returns: A probability.
    public func probability(ofPresenceOf objectClass: ObjectClass, given stuff: Stuff) -> Double {
      Self.classSequences.lazy.filter { $0.contains(objectClass) }
        .reduce(0) { $0 + probability(of: $1, given: stuff) }
    }

    /// Every sequence of 1 to 3 distinct classes: the support of the classes of a scene.
    public static let classSequences: [[ObjectClass]] = {
      var sequences: [[ObjectClass]] = []
      var longest: [[ObjectClass]] = [[]]
      for _ in objectCountProbabilities {
        longest = longest.flatMap { sequence in
          ObjectClass.allCases.filter { !sequence.contains($0) }.map { sequence + [$0] }
        }
        sequences += longest
      }
      return sequences
    }()
  }
}
