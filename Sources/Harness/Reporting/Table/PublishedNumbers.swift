/// The numbers of Table 2 of the paper, and what they were measured on.
///
/// # Source
///
/// Zhang et al., "Causal intervention for weakly-supervised semantic segmentation", NeurIPS 2020,
/// table 2: mIoU in percent, `*` = baselines that its authors ran again.
enum PublishedNumbers {
  /// A baseline of the paper and the plugins that it is made of.
  struct Method: Sendable, Equatable {
    var name: String
    /// The names of seed generator, expander and segmenter.
    var plugins: [String]
    /// CAM, pseudo-mask and segmentation mask, in percent.
    var baseline: [Double]
    /// The same for + CONTA.
    var conta: [Double]
  }

  static let methods = [
    Method(
      name: "SEC, VGG-16", plugins: ["sec", "sec", "sec"], baseline: [46.5, 53.4, 50.7],
      conta: [47.9, 55.7, 53.2]),
    Method(
      name: "SEAM*, ResNet-38", plugins: ["seam", "affinitynet", "deeplab-v1"],
      baseline: [55.1, 63.1, 64.3], conta: [56.2, 65.4, 66.1]),
    Method(
      name: "IRNet*, ResNet-50", plugins: ["irnet", "irnet", "deeplab-v2"],
      baseline: [48.3, 65.9, 63.0], conta: [48.8, 67.9, 65.3]),
    Method(
      name: "DSRG, ResNet-101", plugins: ["dsrg", "dsrg", "dsrg"], baseline: [47.3, 62.7, 61.4],
      conta: [48.0, 64.0, 62.8]),
  ]

  /// Whether numbers were measured on as many classes and images as the paper's.
  static func hasPaperProtocol(_ evaluation: EvaluationProtocol, _ column: ResultColumn) -> Bool {
    evaluation.classes.count == 21
      && (evaluation.split, evaluation.imageCount)
        == (column == .segmentationMask ? ("val", 1449) : ("train", 1464))
  }

  /// What the paper measured.
  static let protocolNote =
    "Paper: Zhang et al., NeurIPS 2020, table 2, one number each (seeds not given): PASCAL VOC 2012, 21 "
    + "classes with background, trained on the 10,582 images of train_aug, T = 3; CAM and pseudo-mask "
    + "on train (1,464 images), segmentation mask on val (1,449); how thresholds were chosen is not "
    + "given; * = baselines that its authors ran again."
}

/// The paper's numbers beside the rows of a table.
struct PublishedComparison: Sendable, Equatable {
  /// The columns: those measures that the table has.
  var columns: [ResultColumn]
  /// The paper's numbers of every row in percent, nil for a row that the paper does not have.
  var values: [[Double]?]
  /// The lines that say what was measured.
  var notes: [String]

  /// Returns the cells of a row.
  func entries(of row: Int) -> [TableGrid.Entry] {
    columns.map { column in
      let place = ResultColumn.allCases.firstIndex(of: column) ?? 0
      return .init(text: values[row].map { TableNumber.percent($0[place] / 100) } ?? "–")
    }
  }
}

extension ResultTable {
  /// Puts the paper's numbers beside the rows that are made of the same plugins.
  public mutating func addPublished() {
    let values = rows.map { row -> [Double]? in
      guard let settings = row.cells.lazy.compactMap({ $0?.series.settings.values }).first else {
        return nil
      }
      let plugins = ["seed_generator", "expander", "segmenter"].map {
        settings["\($0).name"] ?? ""
      }
      let method = PublishedNumbers.methods.first { $0.plugins == plugins }
      return switch row.variant {
      case nil: row.intervention == nil ? method?.baseline : nil
      case "CONTA": method?.conta
      default: nil
      }
    }
    var notes = [PublishedNumbers.protocolNote]
    if values.allSatisfy({ $0 == nil }) {
      notes = ["No row is made of the plugins of a method in the paper's table 2."]
    } else if let own = ResultColumn.allCases.compactMap({ protocols[$0] }).first,
      !protocols.allSatisfy({ PublishedNumbers.hasPaperProtocol($0.value, $0.key) })
    {
      notes.append(
        "This table was not measured on the paper's images (\(own.dataset), \(own.classes.count) "
          + "classes): the paper's numbers are no target for it.")
    }
    published = PublishedComparison(
      columns: ResultColumn.allCases.filter { protocols[$0] != nil }, values: values, notes: notes)
  }
}
