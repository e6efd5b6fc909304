public import Tensors

/// This process's place among those of a run, as `torchrun`, `srun` or `conta run` itself say it.
public struct LaunchedProcess: Sendable, Equatable {
  /// This process's position, from 0.
  public var rank: Int
  /// The number of processes.
  public var count: Int
  /// This process's position among those of its machine, which is the number of its GPU.
  public var localRank: Int
  /// The machine of process 0.
  public var host: String
  /// The port at which the processes find each other.
  public var port: Int
  /// The network interface to use, nil for that of the machine's name.
  public var interface: String?

  /// The variables that would make a program started by this one a process of the same run.
  static let variables: Set = [
    "WORLD_SIZE", "RANK", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT", "SLURM_STEP_NUM_TASKS",
  ]

  /// Creates a place.
  ///
  /// - Parameters:
  ///   - rank: This process's position.
  ///   - count: The number of processes.
  ///   - localRank: Its position among those of its machine.
  ///   - host: The machine of process 0.
  ///   - port: The port at which the processes find each other.
  ///   - interface: The network interface to use.
  public init(
    rank: Int, count: Int, localRank: Int, host: String, port: Int, interface: String? = nil
  ) {
    self.rank = rank
    self.count = count
    self.localRank = localRank
    self.host = host
    self.port = port
    self.interface = interface
  }

  /// Reads a process's place; nil if it is alone.
  ///
  /// `torchrun` sets `WORLD_SIZE`, `RANK`, `LOCAL_RANK`, `MASTER_ADDR` and `MASTER_PORT`; its own
  /// daemon may hold the port, and then the next one is used. In a step of `srun`, Slurm's variables
  /// say the same. `GLOO_SOCKET_IFNAME` names the network interface, as for PyTorch.
  ///
  /// - Parameter environment: The process's variables.
  /// - Throws: ``LaunchError`` for a variable that is missing or makes no sense.
  public init?(environment: [String: String]) throws {
    let variables = Variables(values: environment)
    let interface = environment["GLOO_SOCKET_IFNAME"]
    if environment["WORLD_SIZE"] != nil {
      let count = try variables.number("WORLD_SIZE", in: 1...100_000)
      guard count > 1 else { return nil }
      let port = try variables.number("MASTER_PORT", in: 1...65535)
      let isTaken = environment["TORCHELASTIC_USE_AGENT_STORE"] == "True"
      self.init(
        rank: try variables.number("RANK", in: 0...count - 1), count: count,
        localRank: environment["LOCAL_RANK"] == nil
          ? 0 : try variables.number("LOCAL_RANK", in: 0...count - 1),
        host: try variables.text("MASTER_ADDR"),
        port: isTaken ? (port == 65535 ? port - 1 : port + 1) : port, interface: interface)
      return
    }
    guard environment["SLURM_STEP_NUM_TASKS"] != nil else { return nil }
    let count = try variables.number("SLURM_STEP_NUM_TASKS", in: 1...100_000)
    guard count > 1 else { return nil }
    // Steps of one machine must not meet each other.
    let job = try variables.number("SLURM_JOB_ID", in: 0...Int(Int32.max))
    let step = try variables.number("SLURM_STEP_ID", in: 0...Int(Int32.max))
    self.init(
      rank: try variables.number("SLURM_PROCID", in: 0...count - 1), count: count,
      localRank: try variables.number("SLURM_LOCALID", in: 0...count - 1),
      host: try environment["MASTER_ADDR"]
        ?? Self.firstHost(of: variables.text("SLURM_STEP_NODELIST")),
      port: environment["MASTER_PORT"] == nil
        ? 20000 + (job * 31 + step) % 10000 : try variables.number("MASTER_PORT", in: 1...65535),
      interface: interface)
  }

  /// Returns the first machine of a list such as `gpu[03-05,9],cpu1`.
  static func firstHost(of list: String) -> String {
    guard let bracket = list.firstIndex(of: "["), !list[..<bracket].contains(",") else {
      return String(list.prefix { $0 != "," })
    }
    let number = list[list.index(after: bracket)...].prefix { !"-,]".contains($0) }
    return String(list[..<bracket] + number)
  }

  /// Finds the other processes.
  ///
  /// - Parameter patience: The number of seconds to wait for them.
  /// - Returns: The group.
  /// - Throws: `ProcessGroupError`.
  public func connect(patience: Double = 300) throws -> ProcessGroup {
    let point = try MeetingPoint(host: host, port: port, isKeeper: rank == 0, patience: patience)
    return try ProcessGroup(
      meetingAt: point, rank: rank, count: count, patience: patience, interface: interface)
  }
}

/// Variables that a launcher sets.
private struct Variables {
  let values: [String: String]

  func text(_ name: String) throws -> String {
    guard let text = values[name], !text.isEmpty else { throw LaunchError.missing(name) }
    return text
  }

  func number(_ name: String, in range: ClosedRange<Int>) throws -> Int {
    let text = try text(name)
    guard let number = Int(text), range.contains(number) else {
      throw LaunchError.notInRange(name, found: text, expected: range)
    }
    return number
  }
}

/// Variables of a launcher that do not say where a process belongs.
public enum LaunchError: Error, Equatable, CustomStringConvertible, Sendable {
  /// A variable that is not set.
  case missing(String)
  /// A variable that is no number, or one that cannot be.
  case notInRange(String, found: String, expected: ClosedRange<Int>)
  /// The option asks for another number of processes than the launcher started.
  case otherCount(asked: Int, launched: Int)

  /// The message: what was found, what was expected, what to do next.
  public var description: String {
    switch self {
    case .missing(let name):
      "The environment says that this is one of several processes, but '\(name)' is not set. Start "
        + "them with torchrun, srun or 'conta run --processes'; for a process alone, unset "
        + "WORLD_SIZE."
    case .notInRange(let name, let found, let expected):
      "The environment variable '\(name)' is '\(found)'. Expected a number from "
        + "\(expected.lowerBound) to \(expected.upperBound). Start the processes with torchrun, srun "
        + "or 'conta run --processes'; for a process alone, unset WORLD_SIZE."
    case .otherCount(let asked, let launched):
      "'--processes \(asked)' does not fit the \(launched) processes that the launcher started. "
        + "Leave the option out: the launcher's number counts."
    }
  }
}
