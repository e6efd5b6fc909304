import Foundation
public import TensorFiles

/// Adam with decoupled weight decay, for networks that start from random weights.
///
/// With the gradient `g`, the group's rate `r` and the number of steps `t`:
/// ```
/// m = beta1 * m + (1 - beta1) * g;    v = beta2 * v + (1 - beta2) * g²
/// w = w * (1 - r * weightDecay) - r * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
/// ```
/// The reference methods train with ``SGD``; none of their recipes uses this.
///
/// # Source
///
/// Loshchilov, Hutter, "Decoupled weight decay regularization", ICLR 2019; `torch.optim.AdamW`.
public final class Adam: Optimizer {
  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public let groups: [ParameterGroup]

  private static let beta1 = 0.9
  private static let beta2 = 0.999
  private static let epsilon = 1e-8

  private var firstMoments: [String: Tensor] = [:]
  private var secondMoments: [String: Tensor] = [:]
  private var stepCount = 0

  /// Creates an optimizer without moments.
  ///
  /// - Parameter groups: The parameters and how they are trained.
  public init(groups: [ParameterGroup]) { self.groups = groups }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func step(rate: Double) throws {
    stepCount += 1
    let firstCorrection = 1 - pow(Self.beta1, Double(stepCount))
    let secondCorrection = 1 - pow(Self.beta2, Double(stepCount))
    try withoutGradient {
      for group in groups {
        let groupRate = rate * group.rateMultiplier
        for parameter in group.parameters {
          guard parameter.isTrainable, let gradient = parameter.value.gradient else { continue }
          let first = try moment(of: parameter, in: &firstMoments)
          let second = try moment(of: parameter, in: &secondMoments)
          try first.multiply(by: Self.beta1)
          try first.add(gradient, scaled: 1 - Self.beta1)
          try second.multiply(by: Self.beta2)
          try second.add(gradient.square(), scaled: 1 - Self.beta2)
          let scale = try (second / secondCorrection).sqrt() + Self.epsilon
          try parameter.value.multiply(by: 1 - groupRate * group.weightDecay)
          try parameter.value.add(first / scale, scaled: -groupRate / firstCorrection)
        }
      }
    }
  }

  private func moment(
    of parameter: Parameter, in moments: inout [String: Tensor]
  ) throws -> Tensor {
    if let moment = moments[parameter.name] { return moment }
    let value = parameter.value
    let moment = try Tensor.zeros(value.shape, dtype: value.dtype, on: value.device)
    moments[parameter.name] = moment
    return moment
  }
}

// MARK: - State

extension Adam {
  private static let stepCountName = "step count"

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func state() throws -> [(String, TensorData)] {
    var state = [
      (Self.stepCountName, TensorData([Int64(stepCount)], dtype: .int64, shape: []))
    ]
    for parameter in groups.flatMap(\.parameters) {
      for (kind, moments) in [("first", firstMoments), ("second", secondMoments)] {
        guard let moment = moments[parameter.name] else { continue }
        state.append(("\(kind)/\(parameter.name)", try moment.data()))
      }
    }
    return state
  }

  // swift-format-ignore: AllPublicDeclarationsHaveDocumentation
  public func load(state: [String: TensorData]) throws {
    var first: [String: Tensor] = [:]
    var second: [String: Tensor] = [:]
    var known: Set<String> = [Self.stepCountName]
    for parameter in groups.flatMap(\.parameters) {
      let value = parameter.value
      for kind in ["first", "second"] {
        let name = "\(kind)/\(parameter.name)"
        guard let data = state[name] else { continue }
        guard data.shape == value.shape else {
          throw TensorError.shapeMismatch(name: name, found: data.shape, expected: value.shape)
        }
        known.insert(name)
        let moment = try Tensor(data, on: value.device)
        if kind == "first" {
          first[parameter.name] = moment
        } else {
          second[parameter.name] = moment
        }
      }
    }
    if let name = state.keys.sorted().first(where: { !known.contains($0) }) {
      throw TensorError.unknownParameter(name: name)
    }
    firstMoments = first
    secondMoments = second
    stepCount = state[Self.stepCountName]?.integers().first ?? 0
  }
}
