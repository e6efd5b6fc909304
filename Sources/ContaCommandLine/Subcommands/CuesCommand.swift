import ArgumentParser
import Foundation
import Harness

/// `conta cues`: writes the localization cues of a recipe in the public format.
struct CuesCommand: ContaSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "cues",
    abstract: "Make localization cues and write them as SEC's public pickle.",
    discussion: """
      SEC and DSRG learn from localization cues: cells of a coarse grid at which a class is known to \
      be. They are made from the recipe's class activation maps and its background cues, for every \
      image of the training split.

      The pickle has, for each image, '<number>_labels', its classes, and '<number>_cues', class, \
      row and column of every mark; the list has a line '<image> <number>' for each. With VGG-16 \
      and 321 pixels the grid is the public one, 41×41. Python 2 and 3 read both files, and so does \
      the expander 'sec': 'expander.cues=FILE expander.cue_list=LIST'.

      The classifier and its maps go into the --run folder, or are taken from there after \
      'conta run' of the same recipe.

      EXAMPLES
        conta cues recipes/demo/sec.yaml --run runs/sec --out localization_cues.pickle
        conta cues recipes/voc/sec.yaml --run runs/voc-sec --out localization_cues.pickle \\
          data.root=/data/VOC2012 data.labels=/data/cls_labels.npy \\
          seed_generator.weights=vgg16_20M_custom.pth \\
          expander.background_weights=vgg16_20M_custom.pth
      """)

  @Argument(help: "The recipe, a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
  var recipe: String

  @Argument(help: "Values that replace the recipe's, for example seed_generator.epochs=5.")
  var overrides: [String] = []

  @Option(
    name: .customLong("run"), help: "The run's folder; it is created or continued.",
    completion: .directory)
  var runFolder: String

  @Option(help: "The pickle to write.", completion: .file(extensions: ["pickle"]))
  var out: String

  @Option(
    help: "The list of images to write; by default 'input_list.txt' beside the pickle.",
    completion: .file())
  var list: String?

  @Option(help: "The most steps of every training, to try a recipe out.")
  var steps: Int?

  @Option(help: "The number of threads; results depend on it to the last bits.")
  var threads: Int?

  @Option(help: "The device: cpu, cuda or cuda:N.")
  var device: String?

  func run(in program: ContaProgram) throws {
    let folder = (out as NSString).deletingLastPathComponent
    let list = list ?? (folder.isEmpty ? "input_list.txt" : "\(folder)/input_list.txt")
    let count = try program.actions.cues(
      CueRequest(
        recipe: recipe, overrides: overrides, directory: runFolder, output: out, list: list,
        steps: steps, threads: threads, device: device), program.output.progress)
    program.output.note("Wrote the cues of \(count) images: '\(out)', listed in '\(list)'.")
  }
}
