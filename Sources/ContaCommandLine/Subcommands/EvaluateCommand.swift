import ArgumentParser
import CoreAPI
import Harness

/// `conta evaluate`: scores a folder of label maps, whoever made them.
struct EvaluateCommand: ContaSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Score a folder of predicted label maps against ground truth.",
    discussion: """
      Both folders hold indexed or gray PNG files of equal names and sizes, whose pixels are class \
      indices: 0 is the background, 255 is ignored. One confusion matrix is filled over the whole \
      set.

      EXAMPLES
        conta evaluate --predictions masks --ground-truth VOC2012/SegmentationClass \
      --list VOC2012/ImageSets/Segmentation/val.txt
        conta evaluate --predictions out --ground-truth masks --classes cat,dog
      """)

  @Option(help: "The folder of predicted label maps.", completion: .directory)
  var predictions: String

  @Option(help: "The folder of true label maps.", completion: .directory)
  var groundTruth: String

  @Option(
    help: "The names of classes 1, 2, …, separated by commas; by default they are numbered.")
  var classes: String?

  @Option(
    help: "A file with the images to score, one name a line; by default every true label map.",
    completion: .file())
  var list: String?

  @Option(
    help: "What a predicted 255 counts as: background or refused.",
    transform: { try Choice.parse($0, option: "--ignored-predictions") })
  var ignoredPredictions: ConfusionMatrix.IgnoredPrediction = .background

  @Option(
    help: ArgumentHelp(
      "Which classes the mean is taken over: "
        + "\(MeanIoU.allCases.map(\.rawValue).joined(separator: ", "))."),
    transform: { try Choice.parse($0, option: "--mean") })
  var mean: MeanIoU = .presentClasses

  func run(in program: ContaProgram) throws {
    let names = try classes.map(FolderEvaluation.classNames)
    let evaluation = try FolderEvaluation(
      predictions: predictions, groundTruth: groundTruth, list: list, classes: names,
      ignored: ignoredPredictions, progress: program.output.progress)
    program.output.say(evaluation.report(mean: mean))
  }
}
