import CoreAPI
import Imaging

/// A picture of a run: image, CAM, pseudo-mask, masks of the baseline and of the last round, truth.
struct ContactSheet {
  let chain: Chain
  let rounds: [RoundOutputs]

  /// The side that every panel is fitted into, in pixels.
  private static let panelSize = 160
  private static let gap = 4

  /// Writes the sheet as a PNG file.
  func write(to path: String) throws {
    guard let first = rounds.first, let last = rounds.last else { return }
    var rows: [[RGBImage]] = []
    for id in chain.splits.sheet {
      let image = try chain.dataset.image(of: id)
      let panels = [
        image,
        Self.heat(try last.seedFolder.seed(of: id).fullResolution, over: image),
        try last.pseudoMaskFolder.labelMap(of: id).colored(),
        try Self.mask(of: id, in: first.maskFolder, size: image.size),
        try Self.mask(of: id, in: last.maskFolder, size: image.size),
        try chain.dataset.groundTruth(of: id).colored(),
      ]
      rows.append(panels.map(Self.fitted))
    }
    guard !rows.isEmpty else { return }
    try Self.montage(rows).writePNG(to: path)
  }

  /// Draws the highest class score of every pixel in red over a darkened image.
  private static func heat(_ cam: ClassActivationMap, over image: RGBImage) -> RGBImage {
    var result = image
    let size = image.width * image.height
    for pixel in 0..<size {
      var score: Float = 0
      for plane in cam.classes.indices { score = max(score, cam.scores[plane * size + pixel]) }
      score = min(score, 1)
      for channel in 0..<3 {
        let target: Float = channel == 0 ? 255 : channel == 1 ? 255 * score * score : 0
        let value = Float(image.pixels[3 * pixel + channel])
        result.pixels[3 * pixel + channel] = UInt8(value * (1 - score) * 0.7 + target * score)
      }
    }
    return result
  }

  /// A mask in colours, or a gray panel where there is none.
  private static func mask(
    of id: String, in folder: MaskFolder, size: ImageSize
  ) throws -> RGBImage {
    guard folder.contains(id) else {
      return RGBImage(width: size.width, height: size.height, red: 128, green: 128, blue: 128)
    }
    return try folder.labelMap(of: id).colored()
  }

  private static func fitted(_ image: RGBImage) -> RGBImage {
    let scale = Double(panelSize) / Double(max(image.width, image.height))
    return image.resized(to: image.size.scaled(by: scale), resampling: .bilinear)
  }

  private static func montage(_ rows: [[RGBImage]]) -> RGBImage {
    let step = panelSize + gap
    var sheet = RGBImage(
      width: (rows.map(\.count).max() ?? 0) * step + gap, height: rows.count * step + gap,
      red: 255, green: 255, blue: 255)
    for (row, panels) in rows.enumerated() {
      for (column, panel) in panels.enumerated() {
        for y in 0..<min(panel.height, panelSize) {
          let source = 3 * y * panel.width
          let target = 3 * ((row * step + gap + y) * sheet.width + column * step + gap)
          let count = 3 * min(panel.width, panelSize)
          sheet.pixels.replaceSubrange(
            target..<target + count, with: panel.pixels[source..<source + count])
        }
      }
    }
    return sheet
  }
}
