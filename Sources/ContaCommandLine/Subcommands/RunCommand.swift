import ArgumentParser
import Harness

/// `conta run`: runs recipes and prints their table.
struct RunCommand: ContaSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run recipes: the baseline, the intervention, and their table.",
    discussion: """
      Everything goes into the --out folder; of several recipes, each into a folder of its title in \
      there. Interrupt it at any time: the same command goes on where it stopped, and finished \
      stages are not computed again.

      EXAMPLES
        conta run recipes/demo/irnet.yaml --out runs/irnet
        conta run recipes/voc/irnet.yaml --out runs/irnet data.root=/data/VOC2012 \\
          data.labels=/data/cls_labels.npy seed_generator.weights=resnet50.pth \\
          expander.weights=resnet50.pth segmenter.weights=resnet50.pth
        conta run recipes/demo/irnet.yaml --out runs/smoke --steps 20
        conta run recipes/demo/irnet.yaml recipes/demo/sec.yaml --out runs/all
        conta run recipes/demo/irnet.yaml --out runs/seed1 --seed 1 --cache runs/cache
        conta run recipes/demo/irnet.yaml --out runs/two --processes 2 --threads 1
      """)

  @Argument(
    help: ArgumentHelp(
      "The recipes, YAML files, and values that replace theirs, for example segmenter.rate=1e-3.",
      valueName: "recipe|key=value"),
    completion: .file(extensions: ["yaml", "yml"]))
  var arguments: [String]

  @Option(help: "The run's folder; it is created or continued.", completion: .directory)
  var out: String

  @Option(help: "The most steps of every training, to try a recipe out.")
  var steps: Int?

  @Option(help: "The number of threads; results depend on it to the last bits.")
  var threads: Int?

  @Option(help: "The device: cpu, cuda or cuda:N.")
  var device: String?

  @Option(help: "The seed of everything random.")
  var seed: UInt64?

  @Option(
    help: "A folder of stages that several runs share; by default each keeps its own.",
    completion: .directory)
  var cache: String?

  @Option(help: "The number of processes that share every batch, on this machine.")
  var processes: Int?

  func validate() throws {
    if let processes, processes < 1 {
      throw ValidationError("'--processes \(processes)' is too small. Expected at least 1.")
    }
    if let steps, steps < 1 {
      throw ValidationError("'--steps \(steps)' is too small. Expected at least 1.")
    }
    if let threads, threads < 1 {
      throw ValidationError("'--threads \(threads)' is too small. Expected at least 1.")
    }
  }

  /// The first argument, whatever it is called, and every other one that names a YAML file.
  private var recipes: [String] {
    Array(arguments.prefix(1)) + arguments.dropFirst().filter(Self.isRecipe)
  }

  private static func isRecipe(_ argument: String) -> Bool {
    !argument.contains("=") && (argument.hasSuffix(".yaml") || argument.hasSuffix(".yml"))
  }

  func run(in program: ContaProgram) throws {
    let overrides = arguments.dropFirst().filter { !Self.isRecipe($0) }
    let request = RunRequest(
      recipes: recipes, overrides: overrides, output: out, steps: steps, threads: threads,
      device: device, seed: seed, cache: cache, processes: processes)
    if let table = try program.actions.run(request, program.output.progress) {
      program.output.say(table)
    }
  }
}
