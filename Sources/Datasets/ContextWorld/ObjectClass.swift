extension ContextWorld {
  /// The classes of objects, in the order of the class list (class index = raw value + 1).
  ///
  /// Each object is a plain body with a small discriminative part. Aeroplane and boat have the
  /// same body, as have bus and train; without its part such an object can only be told by its
  /// context.
  public enum ObjectClass: Int, CaseIterable, Sendable, Codable {
    /// A hull-shaped fuselage; part: wing and tail fin.
    case aeroplane
    /// A hull; part: mast and sail.
    case boat
    /// A coach body; part: windscreen and wheels.
    case bus
    /// A padded seat and back; part: cushion and legs.
    case chair
    /// A woolly body; part: black face and legs.
    case sheep
    /// A coach body; part: striped nose with lamps.
    case train

    /// The name in the class list.
    public var name: String { "\(self)" }

    /// The stuff that ``ContextWorld/Configuration/stuffStrength`` ties the class to.
    public var matchingStuff: Stuff {
      switch self {
      case .aeroplane: .sky
      case .boat: .water
      case .bus: .road
      case .chair: .floor
      case .sheep: .grass
      case .train: .rail
      }
    }

    /// The class that ``ContextWorld/Configuration/partnerStrength`` ties this one to.
    ///
    /// The relation is one cycle through all classes, so that the world looks the same from every
    /// class; no class is partner of the one it can be mistaken for.
    public var partner: ObjectClass {
      switch self {
      case .aeroplane: .bus
      case .bus: .boat
      case .boat: .train
      case .train: .sheep
      case .sheep: .chair
      case .chair: .aeroplane
      }
    }

    /// The slot that ``ContextWorld/Configuration/layoutStrength`` ties the class to.
    ///
    /// Slots are the cells of two rows (0 to 2 far, 3 to 5 near) of three columns.
    public var typicalSlot: Int {
      switch self {
      case .aeroplane: 1
      case .boat: 0
      case .bus: 3
      case .chair: 4
      case .sheep: 5
      case .train: 2
      }
    }

    /// Whether another class has the same body.
    public var isAmbiguous: Bool {
      switch self {
      case .aeroplane, .boat, .bus, .train: true
      case .chair, .sheep: false
      }
    }
  }
}
