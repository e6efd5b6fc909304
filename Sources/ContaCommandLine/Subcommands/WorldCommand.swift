import ArgumentParser

/// `conta world`: writes the generated data set as a folder.
struct WorldCommand: ContaSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "world",
    abstract: "Write ContextWorld, the generated data set, as a folder in VOC's layout.",
    discussion: """
      EXAMPLE
        conta world --out worlds/demo
        conta world --out worlds/small training_images=40 test_images=20 stuff_strength=0.5
      """)

  @Argument(help: "Values that replace the world's defaults, key=value.")
  var overrides: [String] = []

  @Option(help: "The data set's folder.", completion: .directory)
  var out: String

  @Option(help: "The seed of the world.")
  var seed: UInt64?

  func run(in program: ContaProgram) throws {
    try program.actions.world(
      WorldRequest(output: out, overrides: overrides, seed: seed), program.output.progress)
    program.output.note("Wrote '\(out)'.")
  }
}
