import Imaging

/// The pairs of nearby pixels of maps of one size, as IRNet's training loss visits them.
///
/// A pair is a source pixel and a direction. The source pixels are those from which every path
/// stays inside the map: all but a margin at the left, the right and the bottom.
///
/// # Shapes
///
/// - Values of all pairs are `[directions, rows, columns]`, the latter two counting sources.
struct PixelPairs: Sendable {
  let index: PathIndex
  let height: Int
  let width: Int

  /// What a pair teaches.
  enum Kind: UInt8, Sendable {
    case undecided, background, foreground, different
  }

  /// Lists the pairs closer than `radius` on a map of `height` × `width`.
  init(radius: Int, height: Int, width: Int) {
    index = PathIndex(radius: radius)
    self.height = height
    self.width = width
    precondition(
      height > index.margin && width >= Self.smallestSide(radius: radius),
      "Paths of radius \(radius) need a map of at least "
        + "\(index.margin + 1)×\(Self.smallestSide(radius: radius)), got \(height)×\(width)")
  }

  /// The side of the smallest square map that has pairs: one source between two margins.
  static func smallestSide(radius: Int) -> Int { 2 * (radius - 1) + 1 }

  /// The number of rows of sources.
  var rows: Int { height - index.margin }
  /// The number of columns of sources.
  var columns: Int { width - 2 * index.margin }
  /// The number of pairs.
  var count: Int { index.paths.count * rows * columns }

  /// Returns where in a flattened map the first source of a row is.
  func firstSource(ofRow row: Int) -> Int { row * width + index.margin }

  /// Returns how far a step moves in a flattened map.
  func distance(_ offset: PathIndex.Offset) -> Int { offset.rows * width + offset.columns }

  /// Returns what every pair teaches.
  ///
  /// - Parameters:
  ///   - labels: The class of every pixel of the map.
  ///   - classCount: The number of classes with the background; higher indices are undecided.
  /// - Returns: The kind of every pair.
  func kinds(of labels: LabelMap, classCount: Int) -> [Kind] {
    precondition(
      labels.height == height && labels.width == width,
      "Labels must be \(height)×\(width), got \(labels.height)×\(labels.width)")
    let last = UInt8(clamping: classCount - 1)
    return [Kind](unsafeUninitializedCapacity: count) { kinds, initialized in
      labels.indices.withUnsafeBufferPointer { labels in
        var next = 0
        for path in index.paths {
          for row in 0..<rows {
            let source = firstSource(ofRow: row)
            let destination = source + distance(path.destination)
            for column in 0..<columns {
              let (from, to) = (labels[source + column], labels[destination + column])
              kinds[next] =
                from > last || to > last
                ? .undecided : from != to ? .different : from == 0 ? .background : .foreground
              next += 1
            }
          }
        }
        initialized = next
      }
    }
  }

  /// Finds the largest value on the path of every pair of a row, and where in the map it is; the
  /// first on the path among equals.
  func largestOnPath(
    direction: Int, row: Int, in map: UnsafePointer<Float>,
    into largest: UnsafeMutablePointer<Float>, at places: UnsafeMutablePointer<Int32>
  ) {
    let first = firstSource(ofRow: row)
    let points = index.paths[direction].points
    let start = map + first + distance(points[0])
    for column in 0..<columns {
      largest[column] = start[column]
      places[column] = Int32(truncatingIfNeeded: first + distance(points[0]))
    }
    for point in points.dropFirst() {
      let place = first + distance(point)
      let candidates = map + place
      for column in 0..<columns {
        let isLarger = candidates[column] > largest[column]
        largest[column] = isLarger ? candidates[column] : largest[column]
        places[column] = isLarger ? Int32(truncatingIfNeeded: place) : places[column]
      }
    }
    for column in 0..<columns { places[column] += Int32(truncatingIfNeeded: column) }
  }

  /// Returns 1 minus the strongest boundary on the path of every pair.
  ///
  /// - Parameter boundary: `[height, width]` in `0...1`.
  /// - Returns: The affinities, in `0...1`.
  func affinities(_ boundary: [Float]) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(count)
    var largest = [Float](repeating: 0, count: columns)
    var places = [Int32](repeating: 0, count: columns)
    for direction in index.paths.indices {
      for row in 0..<rows {
        largestOnPath(
          direction: direction, row: row, in: boundary, into: &largest, at: &places)
        result += largest.lazy.map { 1 - $0 }
      }
    }
    return result
  }
}
