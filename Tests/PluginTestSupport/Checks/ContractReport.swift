import CoreAPI
import Foundation
import TensorFiles
import Tensors
import Testing

/// Gathers what a plugin does wrong, one sentence each, and records it as the test's failures.
struct ContractReport {
  private(set) var violations: [String] = []

  /// Begins a check with as many threads as recipes use: a chain that another test runs at the same
  /// time would set them, and results of different thread counts differ in the last bits.
  init() { Runtime.setThreadCount(2) }

  /// Notes a violation unless a condition holds.
  mutating func require(_ condition: Bool, _ violation: @autoclosure () -> String) {
    guard !condition else { return }
    let violation = violation()
    if !violations.contains(violation) { violations.append(violation) }
  }

  /// Runs a group of checks; an error is a violation and ends the group, not the others.
  mutating func group(_ name: String, _ body: (inout ContractReport) throws -> Void) {
    do {
      try body(&self)
    } catch {
      require(false, "\(name) fails: \(error)")
    }
  }

  func record(part: String, sourceLocation: SourceLocation) {
    for violation in violations {
      Issue.record("\(part): \(violation)", sourceLocation: sourceLocation)
    }
  }
}

/// Where a check trains and how often: briefly, on the processor.
struct ContractSurroundings {
  static let scenes = ContractScenes()
  /// The number of steps of a whole training.
  static let steps = 4

  private let folder = NSTemporaryDirectory() + "contract-\(UUID().uuidString)"

  /// Returns an environment whose work lies in a folder of that name.
  func environment(_ name: String, stepLimit: Int = steps) throws -> TrainingEnvironment {
    let directory = "\(folder)/\(name)"
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    return TrainingEnvironment(
      stage: "contract", seed: 11, workDirectory: directory, stepLimit: stepLimit,
      checkpointInterval: 1e9)
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }

  static func part(seed: UInt64 = 3, context: any Context = NoContext()) -> PartContext {
    PartContext(classes: scenes.classes, seed: seed, context: context)
  }
}

/// A plugin under test: how to build it, and its training.
struct ContractSubject<Part> {
  var make: (PartContext) throws -> Part
  var train: (Part, TrainingEnvironment) throws -> Void
  /// Everything the part computes from the scenes, in a form that can be compared.
  var outputs: (Part, TrainingEnvironment) throws -> [[Float]]

  /// Requirements of all roles: same weights from the same seed, determinism, saving, resuming.
  ///
  /// `parameters` reads the store; the part's own type is a protocol without common members here.
  func checkTraining(
    _ report: inout ContractReport, in surroundings: ContractSurroundings,
    parameters: (Part) -> ParameterStore
  ) {
    report.group("Building") { report in
      let weights = try [3, 3].map {
        try parameters(make(ContractSurroundings.part(seed: $0))).stateDictionary()
      }
      report.require(
        isSame(weights[0], weights[1]), "The same seed gives other initial weights.")
    }
    report.group("Computing twice") { report in
      let part = try make(ContractSurroundings.part())
      let environment = try surroundings.environment("twice")
      report.require(
        try outputs(part, environment) == outputs(part, environment),
        "The same input gives another output the second time.")
    }
    report.group("Training") { report in
      let part = try make(ContractSurroundings.part())
      let before = try parameters(part).stateDictionary()
      try train(part, surroundings.environment("whole"))
      let whole = try parameters(part).stateDictionary()
      report.require(before.isEmpty || !isSame(before, whole), "Training changes no parameter.")
      report.require(
        whole.allSatisfy { $0.1.doubles().allSatisfy(\.isFinite) },
        "Training leaves parameters that are not finite.")

      let again = try make(ContractSurroundings.part())
      try train(again, surroundings.environment("again"))
      report.require(
        try isSame(whole, parameters(again).stateDictionary()),
        "Training with the same seed gives other parameters the second time.")

      let resumed = try surroundings.environment("resumed", stepLimit: 2)
      try train(make(ContractSurroundings.part()), resumed)
      let second = try make(ContractSurroundings.part())
      try train(second, surroundings.environment("resumed"))
      report.require(
        try isSame(whole, parameters(second).stateDictionary()),
        "A training that stopped halfway and went on ends with other parameters.")

      let restored = try make(ContractSurroundings.part(seed: 4))
      try parameters(restored).load(Dictionary(whole) { $1 })
      let environment = try surroundings.environment("restored")
      report.require(
        try outputs(part, environment) == outputs(restored, environment),
        "Saved and loaded parameters give another output.")
    }
  }

  private func isSame(_ left: [(String, TensorData)], _ right: [(String, TensorData)]) -> Bool {
    left.map(\.0) == right.map(\.0) && left.map(\.1) == right.map(\.1)
  }
}
