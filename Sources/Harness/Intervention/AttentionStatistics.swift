import Foundation

/// What attention and context maps did over an epoch.
struct AttentionStatistics {
  /// The running sums by name, all that the figures are made of.
  private(set) var sums: [String: Double]

  /// Continues with the sums of an interrupted epoch; others among them are left out.
  init(_ sums: [String: Double] = [:]) {
    self.sums = sums.filter { Self.names.contains($0.key) }
  }

  /// Counts the attention of a batch.
  ///
  /// - Parameters:
  ///   - attention: `[batch, classCount]` weights that sum to 1 for every image.
  ///   - classCount: The number of foreground classes.
  mutating func add(_ attention: [Float], classCount: Int) {
    for row in stride(from: 0, to: attention.count, by: classCount) {
      let weights = attention[row..<row + classCount]
      self[Self.entropy] += weights.entropy
      self[Self.largest] += Double(weights.max() ?? 0)
      self[Self.images] += 1
    }
  }

  /// Counts the context maps of a batch.
  ///
  /// - Parameter means: The mean of every image's M.
  mutating func addMaps(_ means: [Float]) {
    for mean in means {
      // Welford's update: sums of squares would cancel, for M differs little between images.
      self[Self.maps] += 1
      let distance = Double(mean) - self[Self.mapMean]
      self[Self.mapMean] += distance / self[Self.maps]
      self[Self.mapSpread] += distance * (Double(mean) - self[Self.mapMean])
    }
  }

  /// Entropy in nats and largest weight, averaged over images; variance of M's mean over images.
  var values: [(name: String, value: Double)] {
    let count = max(self[Self.images], 1)
    return [
      ("attention entropy", self[Self.entropy] / count),
      ("largest attention", self[Self.largest] / count), ("mean of M", self[Self.mapMean]),
      ("variance of M over images", self[Self.mapSpread] / max(self[Self.maps], 1)),
    ]
  }

  private static let entropy = "attention entropy"
  private static let largest = "attention maximum"
  private static let images = "attention images"
  private static let maps = "context maps"
  private static let mapMean = "context map mean"
  private static let mapSpread = "context map spread"
  private static let names = [entropy, largest, images, maps, mapMean, mapSpread]

  private subscript(name: String) -> Double {
    get { sums[name] ?? 0 }
    set { sums[name] = newValue }
  }
}

extension Sequence<Float> {
  /// The entropy of weights that sum to 1, in nats.
  var entropy: Double { reduce(0) { $0 - ($1 > 0 ? Double($1) * log(Double($1)) : 0) } }
}
