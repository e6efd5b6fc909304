/// An intervention that cannot be carried out.
public enum InterventionError: Error, Equatable, CustomStringConvertible {
  /// An image without a mask of the round before.
  case missingMask(id: String)
  /// An image without labels, of which a control makes its context map.
  case missingLabels(id: String)
  /// A port that the seed generator does not have.
  case missingPorts(generator: String, wanted: [String], known: [String])
  /// A port that the classifier has but does not offer, because it could not learn there.
  case withheldPorts(wanted: [String], offered: [String])

  /// The message.
  public var description: String {
    switch self {
    case .missingMask(let id):
      "The intervention has no mask for image '\(id)'. Every image that the classifier sees needs "
        + "the mask of the round before."
    case .missingLabels(let id):
      "The control 'image-labels' has no labels for image '\(id)'. Every image that the classifier "
        + "sees needs image-level labels."
    case .missingPorts(let generator, let wanted, let known):
      known.isEmpty
        ? "The seed generator '\(generator)' has no context ports, so the intervention cannot act "
          + "on it. Set intervention.rounds to 0 or use another seed generator."
        : "The seed generator '\(generator)' has no context port "
          + "\(wanted.map { "'\($0)'" }.joined(separator: ", ")). Its ports: "
          + "\(known.joined(separator: ", "))."
    case .withheldPorts(let wanted, let offered):
      "The classifier offers no context port \(wanted.map { "'\($0)'" }.joined(separator: ", ")), "
        + "because no gradient flows back through the frozen stages behind it. Ports it offers: "
        + "\(offered.isEmpty ? "none" : offered.joined(separator: ", ")). Use one of them or "
        + "freeze fewer stages."
    }
  }
}
