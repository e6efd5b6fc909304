import ArgumentParser

/// The command `conta` and its subcommands.
struct ContaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conta",
    abstract: "Weakly-supervised semantic segmentation, with and without the do-operator.",
    discussion: """
      Trains a seed generator, an expander and a segmenter from image-level labels, repeats them \
      under the do-operator of CONTA (NeurIPS 2020), and prints one table of both.

      EXAMPLE
        conta run recipes/demo/irnet.yaml --out runs/irnet
        conta table runs/irnet
      """,
    version: ContaProgram.version,
    subcommands: [
      RunCommand.self, GridCommand.self, TableCommand.self, SweepCommand.self,
      WhyCommand.self, CompareCommand.self, EvaluateCommand.self, CacheCommand.self,
      PluginsCommand.self,
      PluginCommand.self, WorldCommand.self, CuesCommand.self,
    ])
}

/// A subcommand, which gets what it needs from the program instead of from global state.
protocol ContaSubcommand: ParsableCommand {
  /// Does what the arguments ask for.
  ///
  /// - Parameter program: The program's parts and its output.
  /// - Throws: An error whose description is the one line that the person sees.
  func run(in program: ContaProgram) throws
}
