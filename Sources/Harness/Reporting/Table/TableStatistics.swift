import CoreAPI

/// What the intervals of a table were computed with.
public struct TableStatistics: Sendable, Equatable {
  /// The number of resamples.
  public var resamples: Int
  /// The share of resamples inside of an interval.
  public var level = 0.95
  /// The level below which an adjusted p-value is called significant.
  public var significance = MinimumDetectableEffect.level
  /// The number of differences that were adjusted for each other.
  public var differences = 0
  /// The runs without confusion matrices of their images, which give no interval.
  public var withoutImages: [String] = []

  /// Returns the number of resamples unless told otherwise: enough for a p-value that stays below the
  /// level when it is adjusted for all differences.
  ///
  /// - Parameter differences: The number of differences.
  /// - Returns: The number.
  static func defaultResamples(for differences: Int) -> Int { max(2000, 50 * differences) }

  /// The seed of all draws, so that a table is the same every time.
  static let seed: UInt64 = 0
}

/// What several seeds say about a difference to the baseline.
public struct TableComparison: Sendable, Equatable {
  /// The interval of the difference over resampled seeds and images.
  public var interval: ClosedRange<Double>
  /// Twice the smaller share of resamples on one side of 0, at least twice one resample's.
  public var pValue: Double
  /// The p-value adjusted for all differences of the table, by Holm.
  public var adjustedPValue: Double
  /// The smallest difference that as many seeds would find with power 0.8 at level 0.05.
  public var detectable: Double
  /// Whether the adjusted p-value is below the level.
  public var isSignificant: Bool
}

extension ResultTable {
  /// Fills in intervals and p-values of all differences of at least two seeds.
  ///
  /// - Parameters:
  ///   - confusions: Returns the confusion matrices of a run's images, nil if it has none.
  ///   - resamples: The number of resamples, nil for enough of them.
  /// - Throws: What `confusions` throws, or ``ResultError/contradiction(run:)`` if the matrices are
  ///   not those of the numbers.
  public mutating func compare(
    _ confusions: @escaping (RunResults) throws -> RunConfusions?, resamples: Int? = nil
  ) throws {
    let compared = addresses.filter { self[$0]?.delta != nil && (self[$0]?.value.count ?? 0) > 1 }
    guard !compared.isEmpty else { return }
    var statistics = TableStatistics(
      resamples: resamples ?? TableStatistics.defaultResamples(for: compared.count))
    let wanted = (compared + compared.compactMap { self[$0]?.baseline }).unique
    var reader = ImageReader(runs: runs, confusions: confusions)
    var images: [CellAddress: [ImageConfusions]] = [:]
    for address in wanted {
      images[address] = try self[address].flatMap { try reader.images(of: $0.series) }
    }
    let means = Self.resampledMeans(
      images, definition: protocols.values.first?.mean ?? .presentClasses,
      resamples: statistics.resamples)
    for address in compared {
      guard let cell = self[address], let baseline = cell.baseline, let own = means[address],
        let reference = means[baseline],
        images[address]?.map(\.images) == images[baseline]?.map(\.images)
      else { continue }
      let distribution = SeedBootstrap(
        first: reference, second: own, seed: TableStatistics.seed
      ).distribution
      let pValue = max(distribution.twoSidedPValue, 2 / Double(statistics.resamples))
      let differences = zip(cell.series.values, self[baseline]?.series.values ?? []).map { $0 - $1 }
      self[address]?.comparison = TableComparison(
        interval: distribution.interval(level: statistics.level),
        pValue: pValue, adjustedPValue: pValue,
        detectable: MinimumDetectableEffect.effect(of: differences), isSignificant: false)
    }
    adjust(compared.filter { self[$0]?.comparison != nil }, in: &statistics)
    statistics.withoutImages = reader.missing
    self.statistics = statistics
  }

  /// Adjusts the p-values of differences for each other.
  private mutating func adjust(_ compared: [CellAddress], in statistics: inout TableStatistics) {
    statistics.differences = compared.count
    let adjusted = HolmCorrection.adjusted(compared.compactMap { self[$0]?.comparison?.pValue })
    for (address, value) in zip(compared, adjusted) {
      self[address]?.comparison?.adjustedPValue = value
      self[address]?.comparison?.isSignificant = value < statistics.significance
    }
  }

  /// Returns the mean IoU of every cell's seeds in every resample, cells of the same images together.
  private static func resampledMeans(
    _ images: [CellAddress: [ImageConfusions]], definition: MeanIoU, resamples: Int
  ) -> [CellAddress: [[Double]]] {
    var means: [CellAddress: [[Double]]] = [:]
    for (sets, group) in Dictionary(grouping: images, by: { $0.value.map(\.images).unique })
    where sets.count == 1 {
      let cells = group.map { (address: $0.key, images: $0.value) }
      var rest = ImageBootstrap.meanIoUs(
        of: cells.flatMap(\.images), resamples: resamples, seed: TableStatistics.seed,
        definition: definition)[...]
      for cell in cells {
        means[cell.address] = Array(rest.prefix(cell.images.count))
        rest = rest.dropFirst(cell.images.count)
      }
    }
    return means
  }
}

/// Reads the images behind series, every run's file once.
struct ImageReader {
  private let runs: [RunResults]
  private let confusions: (RunResults) throws -> RunConfusions?
  private var known: [Int: RunConfusions?] = [:]
  /// The runs that have none.
  private(set) var missing: [String] = []

  init(runs: [RunResults], confusions: @escaping (RunResults) throws -> RunConfusions?) {
    self.runs = runs
    self.confusions = confusions
  }

  /// Returns the images of every seed of a series, nil if a run has none.
  ///
  /// - Parameter series: The series.
  /// - Returns: The images, in the order of the seeds.
  /// - Throws: ``ResultError/contradiction(run:)`` if they do not give the series' numbers.
  mutating func images(of series: ResultSeries) throws -> [ImageConfusions]? {
    var images: [ImageConfusions] = []
    for seed in series.seeds {
      guard let number = series.numbers[seed] else { return nil }
      let place = RunConfusions.Place(
        round: series.identity.round, column: series.identity.measure)
      guard let own = try read(number.run)?.sets[place] else { return nil }
      let mean = own.total.meanIoU(number.record.evaluation.mean) ?? 0
      guard abs(mean - number.record.meanIoU) < 1e-9 else {
        throw ResultError.contradiction(run: runs[number.run].name)
      }
      images.append(own)
    }
    return images
  }

  private mutating func read(_ run: Int) throws -> RunConfusions? {
    if let known = known[run] { return known }
    let read = try confusions(runs[run])
    known[run] = .some(read)
    if read == nil { missing.append(runs[run].name) }
    return read
  }
}
