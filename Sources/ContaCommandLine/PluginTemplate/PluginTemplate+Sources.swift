extension PluginTemplate {
  var plugin: String {
    """
    public import CoreAPI

    /// \(typeName): what it does, in one sentence.
    public enum \(typeName)Plugin {
      /// The name that recipes use.
      public static let name = "\(name)"

      /// Registers the seed generator and the expander.
      ///
      /// - Parameter registry: The registry of the program.
      /// - Throws: `CoreError.duplicatePlugin(kind:name:)` if the name is taken.
      public static func register(in registry: inout PluginRegistry) throws {
        // Raise `version` when the same input gives another output: stored results are keyed by it.
        try registry.registerSeedGenerator(
          name, version: 1, summary: "What the seed generator does, in one sentence.",
          ports: [.block5]
        ) { reader, part in
          try \(typeName)SeedGenerator(SeedConfiguration(reader), part)
        }
        try registry.registerExpander(
          name, version: 1, summary: "What the expander does, in one sentence."
        ) { reader, part in
          try \(typeName)Expander(ExpansionConfiguration(reader), part)
        }
      }
    }

    """
  }

  var configuration: String {
    """
    import CoreAPI

    /// The values of the section `seed_generator`.
    struct SeedConfiguration: Sendable {
      /// The images of a batch.
      let batchSize: Int
      /// The passes over the training set.
      let epochs: Int
      /// The learning rate of the first step.
      let rate: Double
      /// The side of the training crops, in pixels.
      let cropSize: Int

      /// Reads the section; what it does not know is refused with the place where it stands.
      init(_ reader: ConfigurationReader) throws {
        batchSize = try reader.int("batch_size", default: 16, in: 1...1024)
        epochs = try reader.int("epochs", default: 10, in: 1...1000)
        rate = try reader.double("rate", default: 0.05, in: .positive)
        cropSize = try reader.int("crop_size", default: 96, in: 16...1024)
        try reader.finish()
      }
    }

    /// The values of the section `expander`.
    struct ExpansionConfiguration: Sendable {
      /// The score that a class must exceed to be more than background.
      let backgroundScore: Double

      /// Reads the section.
      init(_ reader: ConfigurationReader) throws {
        backgroundScore = try reader.double("background_score", default: 0.3, in: 0...1)
        try reader.finish()
      }
    }

    """
  }

  var seedGenerator: String {
    """
    import CoreAPI
    import Imaging
    import Tensors

    /// Class activation maps of a network of two convolutions, to be replaced by your classifier.
    final class \(typeName)SeedGenerator: SeedGenerator {
      let parameters: ParameterStore
      var samplesPerStep: Int { configuration.batchSize }
      /// Record here what is learned from besides images and labels, such as pretrained weights.
      let supervision: [SupervisionRecord] = []

      private let configuration: SeedConfiguration
      private let context: any Context
      private let device: Device
      private let body: [Conv2D]
      private let classifier: Conv2D

      init(_ configuration: SeedConfiguration, _ part: PartContext) throws {
        self.configuration = configuration
        context = part.context
        device = part.device
        parameters = ParameterStore(seed: part.seed, device: part.device)
        body = [
          try Conv2D(
            parameters.root / "conv1", inChannels: 3, outChannels: 16, kernel: 3, stride: 2,
            padding: 1, weightInitializer: .heNormal),
          try Conv2D(
            parameters.root / "conv2", inChannels: 16, outChannels: 32, kernel: 3, stride: 2,
            padding: 1, weightInitializer: .heNormal),
        ]
        // The port: conta's intervention may append channels here, or change those that pass.
        let width = try context.channels(leaving: .block5, of: 32)
        classifier = try Conv2D(
          parameters.root / "classifier", inChannels: 32,
          outChannels: part.classes.foregroundCount, kernel: 1, bias: false,
          extraInputChannels: width - 32)
      }

      /// Returns class scores at every position, `[batch, classes, height / 4, width / 4]`.
      private func scores(_ images: Tensor, of batch: ContextBatch) throws -> Tensor {
        let ports = try context.bound(to: batch)
        let features = try body.reduce(images) { try $1($0).relu() }
        return try classifier(ports.apply(.block5, to: features))
      }

      func train(on set: TrainingSet, in environment: TrainingEnvironment) throws {
        let loop = TrainingLoop(
          batchSize: configuration.batchSize, length: .epochs(configuration.epochs))
        let augmentation = TrainingAugmentation(
          flipProbability: 0.5, normalization: .imageNet,
          crop: RandomCrop(
            size: ImageSize(width: configuration.cropSize, height: configuration.cropSize),
            placement: .anywhere))
        // The loop saves and restores, so a killed run goes on where it stopped.
        try loop.run(
          sampleCount: set.count,
          optimizer: SGD(
            groups: [ParameterGroup(parameters.parameters)] + context.parameterGroups,
            momentum: 0.9),
          schedule: PolynomialSchedule(
            initialRate: configuration.rate, power: 0.9, stepCount: loop.stepCount(for: set.count)),
          stores: [parameters] + (context.parameters.map { [$0] } ?? []), in: environment,
          prepare: { index, stream in
            (
              id: set.ids[index], labels: try set.labels(index).vector,
              view: augmentation(try set.image(index), using: &stream)
            )
          },
          loss: { batch in
            let maps = try scores(
              Tensor.batch(batch.map(\\.view.image), on: device),
              of: ContextBatch(ids: batch.map(\\.id), geometries: batch.map(\\.view.geometry)))
            let labels = try Tensor(
              batch.flatMap(\\.labels), shape: [batch.count, set.classes.foregroundCount],
              on: device)
            return try Tensor.multilabelSoftMarginLoss(maps.mean(along: [2, 3]), labels)
          })
      }

      func seed(
        for image: RGBImage, id: String, labels: ImageLabels, in environment: TrainingEnvironment
      ) throws -> Seed {
        let planes = try withoutGradient {
          try scores(
            Tensor.batch([Normalization.imageNet(image)], on: device),
            of: ContextBatch(ids: [id], geometries: [ImageGeometry(wholeFrameIn: image.size)])
          ).relu().interpolated(to: (image.height, image.width)).floats()
        }
        let area = image.width * image.height
        let map = ClassActivationMap(
          classes: labels.indices, height: image.height, width: image.width,
          scores: labels.indices.flatMap { planes[($0 - 1) * area..<$0 * area] })
        return Seed(fullResolution: map.normalized())
      }
    }

    """
  }

  var expander: String {
    """
    import CoreAPI
    import Imaging
    import Tensors

    /// Cuts the class activation map at a background score, to be replaced by your expansion.
    final class \(typeName)Expander: Expander {
      /// Everything that is learned; conta saves and restores it between stages.
      let parameters: ParameterStore
      private let configuration: ExpansionConfiguration

      /// The threshold is chosen by hand, which is supervision too.
      var supervision: [SupervisionRecord] {
        [
          SupervisionRecord(
            kind: "threshold", use: "\(typeName), background score",
            source: "\\(configuration.backgroundScore)")
        ]
      }

      init(_ configuration: ExpansionConfiguration, _ part: PartContext) throws {
        self.configuration = configuration
        parameters = ParameterStore(seed: part.seed, device: part.device)
      }

      /// Learns from images, labels and seeds; nothing in this example.
      func train(
        on set: TrainingSet, seeds: any SeedSource, in environment: TrainingEnvironment
      ) throws {}

      func expand(
        _ seed: Seed, in image: RGBImage, environment: TrainingEnvironment
      ) throws -> PseudoMask {
        PseudoMask(
          labelMap: seed.fullResolution.labelMap(
            backgroundScore: Float(configuration.backgroundScore)))
      }
    }

    """
  }
}
