import CoreAPI
import Imaging

/// Labels of the pixels that IRNet's relations are learned from, made from class activation maps.
///
/// Two background scores give a cautious and a generous foreground; a dense CRF sharpens both, and
/// pixels on which they disagree are left out.
///
/// # Source
///
/// `jiwoon-ahn/irn step/cam_to_ir_label.py`, `_work`; `misc/imutils.py`, `crf_inference_label`.
struct InterPixelLabels {
  let foregroundThreshold: Float
  let backgroundThreshold: Float
  /// The dense CRF that sharpens both foregrounds.
  let crf: DenseCRFParameters

  /// Returns the label map of an image: a class, the background, or 255 where undecided.
  func callAsFunction(_ cam: ClassActivationMap, image: RGBImage) -> LabelMap {
    guard !cam.classes.isEmpty else {
      return LabelMap(width: image.width, height: image.height, filledWith: 0)
    }
    let crf = DenseCRF(image: image, parameters: crf, threads: 1)
    let foreground = sharpened(
      cam.labelMap(backgroundScore: foregroundThreshold), classes: cam.classes, with: crf)
    let background = sharpened(
      cam.labelMap(backgroundScore: backgroundThreshold), classes: cam.classes, with: crf)
    var labels = foreground
    for pixel in labels.indices.indices where foreground.indices[pixel] == 0 {
      labels.indices[pixel] = background.indices[pixel] == 0 ? 0 : LabelMap.ignoreIndex
    }
    return labels
  }

  /// Returns a label map after the dense CRF, whose labels are the background and `classes`.
  func sharpened(_ labels: LabelMap, classes: [Int], with crf: DenseCRF) -> LabelMap {
    crf.labels(
      .fromLabels(
        labels.positions(among: classes), labelCount: classes.count + 1, certainty: 0.7)
    ).classIndices(among: classes)
  }
}
