import CoreAPI
import Essentials
import Harness
import Imaging
import SharedTestSupport
import TensorFiles
import Testing

@Suite struct EvaluationGoldenTests {
  private func labelMap(_ tensor: TensorData) -> LabelMap {
    LabelMap(
      width: tensor.shape[1], height: tensor.shape[0], indices: tensor.values(as: UInt8.self))
  }

  private func percent(_ value: Double?) -> Double { value.map { $0 * 100 } ?? .nan }

  private func imageCount(of golden: GoldenCase) -> Int {
    golden.inputNames.count { $0.hasPrefix("gt.") }
  }

  @Test func everyDefinitionOfMeanIoUEqualsItsReference() throws {
    try golden("eval_confusion") { golden in
      var matrix = ConfusionMatrix(classCount: try golden.output("confusion").shape[0])
      for image in 0..<imageCount(of: golden) {
        try matrix.add(
          prediction: labelMap(golden.input("pred.\(image)")),
          groundTruth: labelMap(golden.input("gt.\(image)")))
      }
      try golden.expect(matrix.counts, matches: "confusion")
      let classes = 0..<matrix.classCount
      let iou = classes.map { matrix.iou(ofClass: $0) ?? .nan }

      try golden.expect(
        classes.map { (matrix.iou(ofClass: $0) ?? 0) * 100 }, matches: "seam_iou_percent")
      try golden.expect([percent(matrix.meanIoU(.allClasses))], matches: "seam_miou_percent")

      try golden.expect(iou, matches: "irn_iou")
      try golden.expect([matrix.meanIoU(.presentClasses) ?? .nan], matches: "irn_miou")

      let falseShares = classes.map { matrix.falseShare(ofClass: $0) ?? .nan }
      let missedShares = classes.map { matrix.missedShare(ofClass: $0) ?? .nan }
      let foregroundMean = { (values: [Double]) in
        values.dropFirst().reduce(0, +) / Double(values.count - 1)
      }
      try golden.expect([falseShares[0]], matches: "irn_fp0")
      try golden.expect([missedShares[0]], matches: "irn_fn0")
      try golden.expect([foregroundMean(falseShares)], matches: "irn_fp_mean")
      try golden.expect([foregroundMean(missedShares)], matches: "irn_fn_mean")

      try golden.expect([matrix.pixelAccuracy ?? .nan], matches: "deeplab_pixel_accuracy")
      try golden.expect([matrix.meanAccuracy ?? .nan], matches: "deeplab_mean_accuracy")
      try golden.expect(
        [matrix.frequencyWeightedIoU ?? .nan], matches: "deeplab_frequency_weighted_iou")
      try golden.expect([matrix.meanIoU(.groundTruthClasses) ?? .nan], matches: "deeplab_mean_iou")
      try golden.expect(iou, matches: "deeplab_class_iou")

      try golden.expect([matrix.meanIoU(.recognizedClasses) ?? .nan], matches: "dsrg_mean")
      try golden.expect(
        classes.filter { matrix.truePositives(ofClass: $0) > 0 }.map { iou[$0] },
        matches: "dsrg_list")
    }
  }

  @Test func theThresholdSweepEqualsSEAMsCurveAndIRNsFixedThreshold() throws {
    try golden("eval_cam_curve") { golden in
      let classCount = try golden.output("irn_cam_iou").shape[0]
      let thresholds = try thresholds(of: golden)
      var curve = ThresholdSweep(classCount: classCount, thresholds: thresholds.map(Float.init))
      var fixed = ThresholdSweep(
        classCount: classCount, thresholds: [Float(try golden.double("irn_threshold"))])
      for image in 0..<imageCount(of: golden) {
        let scores = try golden.input("cam.\(image)").floats()
        let classes = try golden.input("keys.\(image)").integers().map { $0 + 1 }
        let groundTruth = labelMap(try golden.input("gt.\(image)"))
        try curve.add(scores: scores, classes: classes, groundTruth: groundTruth)
        try fixed.add(scores: scores, classes: classes, groundTruth: groundTruth)
      }
      try golden.expect(curve.curve(.allClasses).map { $0 * 100 }, matches: "seam_curve_percent")
      try golden.expect([curve.bestIndex(.allClasses)], matches: "seam_best_index")
      // One output per threshold that is looked at closely, for example "seam_iou_at_0.26_percent".
      for name in golden.outputNames where name.hasPrefix("seam_iou_at_") {
        let threshold = try #require(Double(name.dropFirst(12).dropLast(8)))
        let index = thresholds.indices.min {
          abs(thresholds[$0] - threshold) < abs(thresholds[$1] - threshold)
        }
        let matrix = curve.confusion(at: try #require(index))
        try golden.expect(
          (0..<classCount).map { (matrix.iou(ofClass: $0) ?? 0) * 100 }, matches: name)
      }
      let irn = fixed.confusion(at: 0)
      try golden.expect(
        (0..<classCount).map { irn.iou(ofClass: $0) ?? .nan }, matches: "irn_cam_iou")
      try golden.expect([irn.meanIoU(.presentClasses) ?? .nan], matches: "irn_cam_miou")
    }
  }

  /// The thresholds of the sweep, which the manifest gives as "i/100.0, i=0..59".
  private func thresholds(of golden: GoldenCase) throws -> [Double] {
    let sentence = golden.parameters["thresholds"]
    let divisor = try golden.number(#/i/(\d+(?:\.\d+)?)/#, in: sentence)
    let first = Int(try golden.number(/i=(\d+)\.\./, in: sentence))
    let last = Int(try golden.number(/\.\.(\d+)/, in: sentence))
    return (first...last).map { Double($0) / divisor }
  }

  @Test func theTinyExampleEqualsTheReference() throws {
    try golden("eval_tiny") { golden in
      var matrix = ConfusionMatrix(classCount: try golden.output("class_iou").count)
      try matrix.add(
        prediction: labelMap(golden.input("pred")), groundTruth: labelMap(golden.input("gt")))
      try golden.expect(
        (0..<matrix.classCount).map { matrix.iou(ofClass: $0) ?? .nan }, matches: "class_iou")
      try golden.expect([matrix.meanIoU(.groundTruthClasses) ?? .nan], matches: "mean_iou")
      try golden.expect([matrix.pixelAccuracy ?? .nan], matches: "pixel_acc")
    }
  }

  @Test func thePairedBootstrapEqualsItsDefinition() throws {
    try golden("stats_bootstrap") { golden in
      let first = try matrices(golden.input("confusion1"))
      let second = try matrices(golden.input("confusion2"))
      let indices = try golden.input("indices")
      let flat = indices.integers()
      let drawn = indices.shape[1]
      let bootstrap = PairedBootstrap(
        first: first, second: second,
        resamples: (0..<indices.shape[0]).map { Array(flat[$0 * drawn..<($0 + 1) * drawn]) })
      try golden.expect([bootstrap.first], matches: "miou1")
      try golden.expect([bootstrap.second], matches: "miou2")
      try golden.expect([bootstrap.difference], matches: "diff")
      for (name, matrices) in [("iou1", first), ("iou2", second)] {
        var sum = ConfusionMatrix(classCount: matrices[0].classCount)
        for matrix in matrices { sum.merge(matrix) }
        try golden.expect(
          (0..<sum.classCount).map { sum.iou(ofClass: $0) ?? .nan }, matches: name)
      }
      try golden.expect(bootstrap.firstResamples, matches: "resample_miou1")
      try golden.expect(bootstrap.secondResamples, matches: "resample_miou2")
      try golden.expect(bootstrap.differences, matches: "resample_diff")
      for name in golden.outputNames where name.hasPrefix("interval") {
        let percent = try #require(Double(name.dropFirst("interval".count)))
        let interval = bootstrap.interval(level: percent / 100)
        try golden.expect([interval.lowerBound, interval.upperBound], matches: name)
      }
      try golden.expect([bootstrap.mean], matches: "mean")
      try golden.expect([bootstrap.standardDeviation], matches: "std")
      try golden.expect([bootstrap.twoSidedPValue], matches: "p_value_two_sided")
    }
  }

  private func matrices(_ tensor: TensorData) -> [ConfusionMatrix] {
    let classCount = tensor.shape[1]
    let size = classCount * classCount
    let counts = tensor.values(as: Int64.self)
    return (0..<tensor.shape[0]).map {
      ConfusionMatrix(classCount: classCount, counts: Array(counts[$0 * size..<($0 + 1) * size]))
    }
  }
}
