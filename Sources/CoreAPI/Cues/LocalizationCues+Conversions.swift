public import Imaging
import TensorFiles
public import Tensors

// MARK: - From class activation maps

extension LocalizationCues {
  /// Creates cues from class activation maps and cells that are surely background.
  ///
  /// A class is marked where its score is above a share of its largest one, so every class with any
  /// score above 0 has a mark. Of two classes at one cell the one with fewer marks stays, and a class
  /// stays before the background: no cell has two marks.
  ///
  /// # Source
  ///
  /// Kolesnikov and Lampert, ECCV 2016, section 3.1: a fifth of the maximum, smaller objects on top.
  /// In the public cues no cell has two marks either. Which one of foreground and background stays is
  /// not published.
  ///
  /// - Parameters:
  ///   - cam: Class activation maps of any size, resized bilinearly with aligned corners.
  ///   - threshold: The share of a class's maximum that its score must exceed, in `0 ..< 1`.
  ///   - background: `[height, width]`, whether a cell is surely background.
  ///   - size: The size of the grid.
  ///   - classCount: The number of classes with the background.
  public init(
    _ cam: ClassActivationMap, threshold: Double = 0.2, background: [Bool], size: ImageSize,
    classCount: Int
  ) {
    self.init(classCount: classCount, size: size)
    let area = size.height * size.width
    precondition(
      background.count == area, "Cues of \(size) need \(area) cells, got \(background.count)")
    var owners = background.map { $0 ? 0 : -1 }
    if !cam.classes.isEmpty {
      let maps = PlanarImage(
        channels: cam.classes.count, height: cam.height, width: cam.width, planes: cam.scores
      ).resized(to: size, coordinates: .corners)
      let regions = cam.classes.indices.map { plane in
        let scores = maps.planes[plane * area..<(plane + 1) * area]
        let limit = Float(threshold) * max(scores.max() ?? 0, 0)
        return scores.indices.filter { scores[$0] > limit }.map { $0 - plane * area }
      }
      // The largest first, so that smaller ones overwrite it; the sort is stable.
      for plane in regions.indices.sorted(by: { regions[$0].count > regions[$1].count }) {
        for cell in regions[plane] { owners[cell] = cam.classes[plane] }
      }
    }
    for (cell, owner) in owners.enumerated() where owner >= 0 { marks[owner * area + cell] = 1 }
  }

  /// Returns the cells whose scores are low for every class, for methods without saliency.
  ///
  /// - Parameters:
  ///   - cam: Class activation maps of any size, each with a maximum of about 1.
  ///   - share: The share of the cells that is returned, in `0...1`.
  ///   - size: The size of the grid.
  /// - Returns: `[height, width]`, true for the cells with the lowest scores; all cells for a map
  ///   without classes.
  public static func weakestCells(
    of cam: ClassActivationMap, share: Double, size: ImageSize
  ) -> [Bool] {
    let area = size.height * size.width
    guard !cam.classes.isEmpty else { return [Bool](repeating: true, count: area) }
    let maps = PlanarImage(
      channels: cam.classes.count, height: cam.height, width: cam.width, planes: cam.scores
    ).resized(to: size, coordinates: .corners)
    let highest = (0..<area).map { cell in
      cam.classes.indices.reduce(-Float.infinity) { max($0, maps.planes[$1 * area + cell]) }
    }
    return lowestCells(of: highest, share: share)
  }

  /// Returns the cells with the lowest values.
  ///
  /// # Source
  ///
  /// SEC's background cues: the threshold is the sorted value at position `int(share * count)`, and
  /// values below it count.
  ///
  /// - Parameters:
  ///   - values: One value for each cell.
  ///   - share: The share of the cells, in `0...1`.
  /// - Returns: True for the cells below the threshold.
  public static func lowestCells(of values: [Float], share: Double) -> [Bool] {
    precondition((0...1).contains(share), "A share must be in 0...1, got \(share)")
    let position = Int(share * Double(values.count))
    guard position < values.count else { return values.map { _ in true } }
    let limit = values.sorted()[position]
    return values.map { $0 < limit }
  }
}

// MARK: - From masks

extension LocalizationCues {
  /// Creates cues from a label map, each cell with the class at its place.
  ///
  /// Cells at `LabelMap.ignoreIndex`, and at indices that the class list does not have, get no mark.
  ///
  /// - Parameters:
  ///   - mask: A label map of any size, resized to the nearest index.
  ///   - size: The size of the grid.
  ///   - classCount: The number of classes with the background.
  public init(_ mask: LabelMap, size: ImageSize, classCount: Int) {
    self.init(classCount: classCount, size: size)
    let area = size.height * size.width
    for (cell, label) in mask.resized(to: size).indices.enumerated() where label < classCount {
      marks[Int(label) * area + cell] = 1
    }
  }
}

// MARK: - To tensors

extension Tensor {
  /// Returns cues as a loss's target.
  ///
  /// - Parameters:
  ///   - cues: Cues of equal size, at least one.
  ///   - device: Where the batch is needed.
  /// - Returns: `[batch, classes, height, width]` of zeros and ones.
  /// - Throws: `TensorError` if the sizes differ.
  public static func cues(_ cues: [LocalizationCues], on device: Device) throws -> Tensor {
    let first = cues.first
    return try Tensor(
      cues.flatMap(\.marks),
      shape: [cues.count, first?.classCount ?? 0, first?.height ?? 0, first?.width ?? 0],
      on: device
    ).to(.float32)
  }
}
