import Harness
import SharedTestSupport
import Testing

@Suite struct LaunchedProcessTests {
  private let torchrun = [
    "WORLD_SIZE": "4", "RANK": "3", "LOCAL_RANK": "1", "MASTER_ADDR": "node1",
    "MASTER_PORT": "29500",
  ]
  private let srun = [
    "SLURM_STEP_NUM_TASKS": "8", "SLURM_PROCID": "5", "SLURM_LOCALID": "1", "SLURM_JOB_ID": "12",
    "SLURM_STEP_ID": "3", "SLURM_STEP_NODELIST": "gpu[03-05,9],cpu1",
  ]

  @Test func torchrunSaysWhereAProcessBelongs() throws {
    let expected = LaunchedProcess(rank: 3, count: 4, localRank: 1, host: "node1", port: 29500)
    #expect(try LaunchedProcess(environment: torchrun) == expected)
  }

  @Test func thePortOfTorchrunsDaemonIsLeftToIt() throws {
    let taken = torchrun.merging(["TORCHELASTIC_USE_AGENT_STORE": "True"]) { $1 }
    #expect(try LaunchedProcess(environment: taken)?.port == 29501)
    let last = taken.merging(["MASTER_PORT": "65535"]) { $1 }
    #expect(try LaunchedProcess(environment: last)?.port == 65534)
  }

  @Test func srunSaysWhereAProcessBelongs() throws {
    let expected = LaunchedProcess(
      rank: 5, count: 8, localRank: 1, host: "gpu03", port: 20375)
    #expect(try LaunchedProcess(environment: srun) == expected)
    let chosen = srun.merging([
      "MASTER_ADDR": "10.0.0.1", "MASTER_PORT": "4000", "GLOO_SOCKET_IFNAME": "ib0",
    ]) { $1 }
    #expect(
      try LaunchedProcess(environment: chosen)
        == LaunchedProcess(
          rank: 5, count: 8, localRank: 1, host: "10.0.0.1", port: 4000, interface: "ib0"))
  }

  @Test(arguments: [
    ("node1", "node1"), ("a,b", "a"), ("gpu[03-05,9],cpu1", "gpu03"), ("gpu[7]", "gpu7"),
    ("cpu1,gpu[03-05]", "cpu1"),
  ])
  func theFirstMachineOfAListKeepsTheMeetingPoint(list: String, host: String) throws {
    let variables = srun.merging(["SLURM_STEP_NODELIST": list]) { $1 }
    #expect(try LaunchedProcess(environment: variables)?.host == host)
  }

  @Test func aProcessAloneHasNoPlace() throws {
    #expect(try LaunchedProcess(environment: [:]) == nil)
    #expect(try LaunchedProcess(environment: ["WORLD_SIZE": "1"]) == nil)
    #expect(try LaunchedProcess(environment: ["SLURM_STEP_NUM_TASKS": "1"]) == nil)
    // A job script is no step: its tasks are not started yet.
    #expect(try LaunchedProcess(environment: ["SLURM_NTASKS": "4", "SLURM_PROCID": "0"]) == nil)
  }

  @Test func variablesThatAreMissingOrMakeNoSenseAreNamed() {
    var variables = torchrun
    variables["MASTER_ADDR"] = nil
    expectMessage(
      "The environment says that this is one of several processes, but 'MASTER_ADDR' is not set. "
        + "Start them with torchrun, srun or 'conta run --processes'; for a process alone, unset "
        + "WORLD_SIZE."
    ) { _ = try LaunchedProcess(environment: variables) }
    variables = torchrun.merging(["RANK": "4"]) { $1 }
    expectMessage(
      "The environment variable 'RANK' is '4'. Expected a number from 0 to 3. Start the processes "
        + "with torchrun, srun or 'conta run --processes'; for a process alone, unset WORLD_SIZE."
    ) { _ = try LaunchedProcess(environment: variables) }
    #expect(
      "\(LaunchError.otherCount(asked: 2, launched: 4))"
        == "'--processes 2' does not fit the 4 processes that the launcher started. Leave the option "
        + "out: the launcher's number counts.")
  }
}
