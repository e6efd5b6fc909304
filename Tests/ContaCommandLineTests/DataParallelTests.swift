import Foundation
import Imaging
import SharedTestSupport
import TensorFiles
import Testing

/// Several processes train as one does, whoever starts them, and end together.
@Suite("Data-parallel training", .serialized)
struct DataParallelTests {
  /// Chains of which every training begins with the same inputs, whatever the trainings before it
  /// gave; with the stages that train.
  private static let chains: [(name: String, stages: [String])] = [
    ("classifier-and-crossentropy", ["train-classifier", "train-segmenter"]),
    ("relations", ["train-expander"]), ("affinities", ["train-expander"]),
    ("dropout", ["train-classifier", "train-segmenter"]),
  ]
  private static let inputs = Result { try ParallelInputs() }

  @Test(arguments: DataParallelTests.chains.map(\.name))
  func oneTwoAndFourProcessesAgree(name: String) throws {
    let inputs = try Self.inputs.get()
    let stages = try #require(Self.chains.first { $0.name == name }).stages
    var weights: [Int: [String: [String: TensorData]]] = [:]
    for count in [1, 2, 4] {
      let run = inputs.run(name, "of \(count)")
      let outcome = try ContaProcess.run(run.arguments + ["--processes", "\(count)"])
      try #require(outcome.code == 0, "\(count) processes: \(outcome.messages)")
      weights[count] = try run.weights(of: stages)
    }
    for count in [2, 4] {
      for stage in stages {
        let one = try #require(weights[1]?[stage])
        let several = try #require(weights[count]?[stage])
        #expect(Set(one.keys) == Set(several.keys))
        var largest = (difference: Float(0), name: "none")
        for (parameter, values) in one {
          let others = try #require(several[parameter]).floats()
          for (a, b) in zip(values.floats(), others) where abs(a - b) > largest.difference {
            largest = (abs(a - b), parameter)
          }
        }
        #expect(
          largest.difference <= 1e-5,
          "\(name), \(stage), \(count) processes: \(largest.name) differs by \(largest.difference)")
        // Equal bits would mean that the processes did not share the work.
        #expect(largest.difference > 0, "\(name), \(stage), \(count) processes")
      }
    }
  }

  @Test func processesOfALauncherTrainTogether() throws {
    let run = try Self.inputs.get().run("relations", "launched")
    let processes = try launchTwo(run.arguments)
    let outcomes = processes.map { $0.outcome() }
    for outcome in outcomes { #expect(outcome.code == 0, "\(outcome.messages)") }
    #expect(outcomes[0].result.contains("| relations |"))
    #expect(outcomes[1].result.isEmpty)
    #expect(FileManager.default.fileExists(atPath: "\(run.path)/table.md"))
  }

  @Test func theEndOfOneProcessEndsTheOthersAndTheRunGoesOn() throws {
    let run = try Self.inputs.get().run("relations", "interrupted")
    let processes = try launchTwo(run.longArguments + ["runtime.checkpoint_interval=0"])
    while processes[0].isRunning, !run.hasCheckpoint { usleep(20_000) }
    processes[1].send(SIGKILL)
    let outcome = processes[0].outcome()
    // Only now is nothing renamed while the folder is listed.
    #expect(run.hasCheckpoint)
    #expect(outcome.code == 1)
    #expect(
      outcome.lastMessage.hasPrefix(
        "error: Process 0 of 2 (counted from 0) lost another one: "), "\(outcome.messages)")
    #expect(
      outcome.lastMessage.hasSuffix(
        "The other one's own message says why it ended. Finished work is kept; run the same command "
          + "again to go on."))
  }

  @Test(arguments: [0, 1])
  func aSignalToOneProcessStopsBothWithACheckpoint(rank: Int) throws {
    let run = try Self.inputs.get().run("relations", "stopped \(rank)")
    let processes = try launchTwo(run.longArguments + ["runtime.checkpoint_interval=10000"])
    while processes[0].isRunning, !run.hasMetrics { usleep(20_000) }
    #expect(run.hasMetrics && !run.hasCheckpoint)
    processes[rank].send(SIGTERM)
    let outcomes = processes.map { $0.outcome() }
    #expect(outcomes.map(\.code) == [143, 143], "\(outcomes.map(\.messages))")
    #expect(
      outcomes[0].lastMessage.hasPrefix("Interrupted. Finished work is kept; to resume, run: conta")
    )
    #expect(run.hasCheckpoint)
  }

  @Test func aBatchThatCannotBeSharedIsRefusedBeforeAnyWork() throws {
    let run = try Self.inputs.get().run("relations", "refused")
    let outcome = try ContaProcess.run(run.arguments + ["--processes", "3"])
    #expect(outcome.code == 1)
    #expect(
      outcome.messages.contains(
        "error: relations · expander: a batch of 4 cannot be shared by 3 processes. Expected a batch "
          + "size that is a multiple of 3; 'batch_size' counts the samples of all processes."),
      "\(outcome.messages)")
    #expect(!FileManager.default.fileExists(atPath: "\(run.path)/stages"))
  }

  /// Neither the images of a step nor a part's largest batch are what processes share.
  @Test(arguments: [
    (
      "irnet", ["segmenter.batch_size=3", "segmenter.accumulation=2"],
      "Tiny IRNet · segmenter: a batch of 3"
    ),
    (
      "dsrg", ["expander.retraining_batch_size=3"],
      "Tiny DSRG · expander and segmenter: a batch of 3"
    ),
  ])
  func everyBatchOfAPartIsChecked(recipe: String, values: [String], message: String) throws {
    try withTemporaryFolder { folder in
      let outcome = try ContaProcess.run(
        ["run", TinyRun.recipe.replacing("irnet.yaml", with: "\(recipe).yaml")] + values
          + ["--out", "\(folder)/run", "--processes", "2"])
      #expect(outcome.code == 1)
      #expect(
        outcome.messages.contains("error: \(message) cannot be shared by 2 processes."),
        "\(outcome.messages)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/run/stages"))
    }
  }

  /// Starts the program twice as a launcher does.
  private func launchTwo(_ arguments: [String]) throws -> [ContaProcess] {
    let port = try freePort()
    return try (0..<2).map { rank in
      try ContaProcess(
        arguments,
        environment: [
          "WORLD_SIZE": "2", "RANK": "\(rank)", "LOCAL_RANK": "\(rank)",
          "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "\(port)",
        ])
    }
  }

  /// A port that was free a moment ago.
  private func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(descriptor, address, size) == 0 ? getsockname(descriptor, address, &size) : -1
      }
    }
    try #require(status == 0)
    return Int(UInt16(bigEndian: address.sin_port))
  }
}

/// A world, masks with pixels to ignore, and recipes whose trainings do not depend on each other.
private struct ParallelInputs {
  /// A run of one of the recipes.
  struct Run {
    let recipe: String
    let path: String

    var arguments: [String] { ["run", recipe, "--out", path, "--steps=20", "--threads", "1"] }

    /// Arguments of a training that is still under way when a signal comes.
    var longArguments: [String] {
      arguments.filter { !$0.hasPrefix("--steps=") } + ["expander.epochs=2000"]
    }

    /// Whether a training has written a checkpoint.
    var hasCheckpoint: Bool {
      let work = "\(path)/work"
      let names = (try? FileManager.default.subpathsOfDirectory(atPath: work)) ?? []
      return names.contains { $0.hasSuffix("checkpoint.safetensors") }
    }

    /// Whether a training has finished an epoch.
    var hasMetrics: Bool {
      FileManager.default.contents(atPath: "\(path)/metrics.jsonl")?.isEmpty == false
    }

    /// The weights that stages published, by stage and parameter.
    func weights(of stages: [String]) throws -> [String: [String: TensorData]] {
      var weights: [String: [String: TensorData]] = [:]
      for name in try FileManager.default.contentsOfDirectory(atPath: "\(path)/stages") {
        guard let stage = stages.first(where: { name.hasPrefix($0 + "-") }) else { continue }
        let file = "\(path)/stages/\(name)/weights.safetensors"
        weights[stage] = Dictionary(
          try SafetensorsFile(contentsOf: file).allTensors().map { ($0.key, $0.value) }
        ) { $1 }
      }
      return weights
    }
  }

  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    folder.removeAtExit()
    let values = ["width=48", "height=48", "training_images=24", "test_images=4"]
    let world = try ContaProcess.run(["world", "--out", "\(folder.path)/world"] + values)
    try #require(world.code == 0, "\(world.messages)")
    let masks = "\(folder.path)/world/SegmentationClass"
    for (number, name) in try FileManager.default.contentsOfDirectory(atPath: masks).sorted()
      .enumerated()
    {
      var mask = try LabelMap(contentsOf: "\(masks)/\(name)")
      // Of some images most pixels, of others few: the processes' shares of a batch differ.
      for pixel in mask.indices.indices where pixel % 12 < number % 4 * 3 {
        mask.indices[pixel] = LabelMap.ignoreIndex
      }
      try mask.write(to: "\(folder.path)/masks/\(name)")
    }
    let size = values.joined(separator: ", ").replacing("=", with: ": ")
    // Low rates and narrow layers: where rounding moves one activation across the kink of a ReLU, the
    // gradient of a whole row jumps, and high rates would make more of it with every step.
    let classifier = """
      {name: irnet, backbone: tiny, batch_size: 4, epochs: 4, rate: 0.001, \
      head_rate_multiplier: 10, crop_size: 48, shortest_long_side: 40, longest_long_side: 60, \
      scales: [1]}
      """
    let seam = """
      {name: seam, backbone: tiny, batch_size: 4, epochs: 4, rate: 0.001, head_rate_multiplier: 1, \
      crop_size: 48, shortest_long_side: 40, longest_long_side: 60, small_scale: 0.5, \
      scales: [1]}
      """
    let relations = """
      {name: irnet, backbone: tiny, batch_size: 4, epochs: 4, rate: 0.001, \
      displacement_rate_multiplier: 1, crop_size: 48, training_radius: 3, walk_radius: 3, \
      walk_doublings: 2, padded_size: 48}
      """
    let affinities = """
      {name: affinitynet, backbone: tiny, batch_size: 4, epochs: 4, rate: 0.001, \
      head_rate_multiplier: 1, crop_size: 48, radius: 3, walk_doublings: 2}
      """
    let plain = """
      {name: deeplab-v2, backbone: tiny, dilations: [1, 2], pyramid: [], batch_size: 4, \
      accumulation: 1, steps: 20, rate: 0.001, head_rate_multiplier: 1, crop_size: 48}
      """
    let dropping = """
      {name: deeplab-v1, backbone: tiny, dilation: 2, head_width: 16, batch_size: 4, steps: 20, \
      rate: 0.001, head_rate_multiplier: 1, norm_momentum: 0.1, crop_size: 48, scales: [1], \
      crf: false}
      """
    let external = "{name: external, folder: \(folder.path)/masks}"
    for (name, parts) in [
      ("classifier-and-crossentropy", [classifier, external, plain]),
      ("relations", [external, relations, external]),
      ("affinities", [external, affinities, external]), ("dropout", [seam, external, dropping]),
    ] {
      try folder.write(
        """
        title: \(name)
        data: {kind: contextworld, \(size)}
        seed_generator: \(parts[0])
        expander: \(parts[1])
        segmenter: \(parts[2])
        intervention: {rounds: 0}

        """, to: "\(name).yaml")
    }
  }

  func run(_ name: String, _ suffix: String) -> Run {
    Run(recipe: "\(folder.path)/\(name).yaml", path: "\(folder.path)/runs/\(name) \(suffix)")
  }
}
