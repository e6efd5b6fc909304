import Essentials
import SharedTestSupport
import TensorFiles
import Tensors
import Testing

/// Trajectories of the references' optimizers on a small quadratic problem, in `float64`.
@Suite(.serialized) struct OptimizerGoldenTests {
  @Test(arguments: ["opt_poly_seam", "opt_poly_irn", "opt_poly_quirk_visible"])
  func followsPolyOptimizer(name: String) throws {
    try golden(name) { c in
      let problem = try Problem(c)
      // The references pass the weight decay where PyTorch expects the momentum.
      let optimizer = SGD(
        groups: try problem.groups(c, multipliers: "group_lr_mult", decays: "group_weight_decay"),
        momentum: try c.double("weight_decay"))
      for momentum in try c.output("effective_momentum").doubles() {
        #expect(abs(momentum - optimizer.momentum) < 1e-12)
      }
      let schedule = PolynomialSchedule(
        initialRate: try c.double("lr"), power: try c.double("power"),
        stepCount: try c.integer("max_step"))
      try problem.run(c, optimizer: optimizer, schedule: schedule)
      for (name, velocity) in try optimizer.state() {
        try c.expect(velocity, matches: name.replacing("w.", with: "momentum_buffer."))
      }
    }
  }

  @Test func followsTheScheduleThatIsEvaluatedEveryTenSteps() throws {
    try golden("opt_sgd_poly10") { c in
      let problem = try Problem(c)
      let multipliers = try c.doubles("lr_mult")
      let decays = try c.doubles("weight_decay")
      let groups = try multipliers.indices.map { index in
        let names = try #require(c.parameters["groups"][String(index)].array)
        let parameters = problem.parameters.filter { names.contains(.string($0.name)) }
        return ParameterGroup(
          parameters, rateMultiplier: multipliers[index], weightDecay: decays[index])
      }
      let schedule = PolynomialSchedule(
        initialRate: try c.double("lr"), power: try c.double("power"),
        stepCount: try c.integer("iter_max"), interval: try c.integer("step_size"))
      try problem.run(
        c, optimizer: SGD(groups: groups, momentum: try c.double("momentum")), schedule: schedule,
        parts: try c.integer("iter_size"))
    }
  }

  @Test func followsTheScheduleThatDividesByOneStepMore() throws {
    try golden("opt_sgd_v1") { c in
      let problem = try Problem(c)
      let optimizer = SGD(
        groups: try problem.groups(c, multipliers: "lr_mult", decays: "weight_decay"),
        momentum: try c.double("momentum"))
      let schedule = PolynomialSchedule(
        initialRate: try c.double("lr"), power: try c.double("power"),
        stepCount: try c.integer("max_itr") + 1)
      try problem.run(c, optimizer: optimizer, schedule: schedule)
    }
  }

  @Test(arguments: ["opt_caffe_sec_step", "opt_caffe_dsrg_step", "opt_caffe_dsrg_poly"])
  func followsCaffe(name: String) throws {
    try golden(name) { c in
      let problem = try Problem(c)
      let decay = try c.double("wd")
      let groups = try problem.groups(c, multipliers: "lr_mult", decays: "dec_mult").map {
        ParameterGroup(
          $0.parameters, rateMultiplier: $0.rateMultiplier, weightDecay: decay * $0.weightDecay)
      }
      let optimizer = SGD(groups: groups, momentum: try c.double("mom"), form: .caffe)
      let rate = try c.double("base_lr")
      if c.parameters["policy"].string == "step" {
        let schedule = StepSchedule(
          initialRate: rate, factor: try c.double("gamma"), interval: try c.integer("stepsize"))
        try problem.run(c, optimizer: optimizer, schedule: schedule)
      } else {
        let schedule = PolynomialSchedule(
          initialRate: rate, power: try c.double("power"), stepCount: try c.integer("max_iter"))
        try problem.run(c, optimizer: optimizer, schedule: schedule)
      }
    }
  }
}

/// The problem `L = sum_g sum_i 0.5 a (w - t)² + 0.05 (sum of all w)²`.
private struct Problem {
  let parameters: [Parameter]
  private let curvatures: [Tensor]
  private let targets: [Tensor]

  init(_ c: GoldenCase) throws {
    let indices = try c.inputNames.filter { $0.hasPrefix("w0.") }
      .map { try #require(Int($0.dropFirst(3))) }.sorted()
    parameters = try indices.map {
      try Parameter(name: "w.\($0)", role: .weight, value: Tensor(try c.input("w0.\($0)")))
    }
    curvatures = try indices.map { try Tensor(try c.input("a.\($0)")) }
    targets = try indices.map { try Tensor(try c.input("t.\($0)")) }
  }

  /// One group for each parameter, with the settings of the lists named.
  func groups(
    _ c: GoldenCase, multipliers: String, decays: String
  ) throws -> [ParameterGroup] {
    let multipliers = try c.doubles(multipliers)
    let decays = try c.doubles(decays)
    return parameters.indices.map {
      ParameterGroup(
        [parameters[$0]], rateMultiplier: multipliers[$0], weightDecay: decays[$0])
    }
  }

  func loss() throws -> Tensor {
    var total = try Tensor.zeros([], dtype: .float64)
    var sum = try Tensor.zeros([], dtype: .float64)
    for (index, parameter) in parameters.enumerated() {
      let difference = try parameter.value - targets[index]
      total = try total + 0.5 * (curvatures[index] * difference * difference).sum()
      sum = try sum + parameter.value.sum()
    }
    return try total + 0.05 * sum.square()
  }

  /// Takes the case's steps and compares weights, rates and losses.
  func run(
    _ c: GoldenCase, optimizer: SGD, schedule: some LearningRateSchedule, parts: Int = 1
  ) throws {
    var weights = [String: [Double]]()
    var rates: [Double] = []
    var losses: [Double] = []
    for step in 0..<(try c.integer("steps")) {
      try optimizer.zeroGradients()
      losses.append(try loss().item())
      for _ in 0..<parts { try (loss() / Double(parts)).backward() }
      let rate = schedule.rate(at: step)
      rates += optimizer.groups.map { rate * $0.rateMultiplier }
      try optimizer.step(rate: rate)
      for parameter in parameters {
        weights[parameter.name, default: []] += try parameter.value.doubles()
      }
    }
    for parameter in parameters {
      try c.expect(weights[parameter.name] ?? [], matches: parameter.name)
    }
    try c.expect(rates, matches: "lr")
    try c.expect(losses, matches: "loss")
  }
}

extension GoldenCase {
  fileprivate func doubles(_ name: String) throws -> [Double] {
    let values = try #require(parameters[name].array)
    return try values.map { try #require($0.double) }
  }
}
