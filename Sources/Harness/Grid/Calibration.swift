import CoreAPI
import Essentials
import Foundation

/// A few steps of a configuration, to see what a whole run will cost and which stages it shares.
///
/// Every training takes a few steps, every sweep a few images; from their times and sizes follow
/// those of all steps and all images, or of as many as a step limit leaves. Stages that several
/// configurations share are computed once here, too, so what they share is not guessed but seen.
struct Calibration {
  /// What a configuration costs that others have not paid for.
  struct Cost: Equatable {
    /// The number of its stages.
    var stages = 0
    /// The number of those that earlier configurations had computed.
    var sharedStages = 0
    /// The time of the others in a whole run, in seconds.
    var seconds = 0.0
    /// The size of the others in a whole run, in bytes.
    var bytes = 0.0
  }

  /// What a whole run has more of than its calibration.
  struct Scale {
    /// The most steps of a training in the calibration.
    var steps: Int
    /// The most steps of a training in a whole run, nil for as many as its recipe says.
    var stepLimit: Int?
    /// How many images a whole run has for each that the calibration has.
    var imageShare: Double

    /// Returns how many steps or images a training or a sweep has in a whole run.
    ///
    /// - Parameters:
    ///   - total: How many it had in the calibration.
    ///   - full: How many it would have without a step limit.
    /// - Returns: The number.
    func size(_ total: Int, full: Int) -> Int {
      guard let stepLimit else { return full }
      // A training that was cut goes on to the limit, everything else grows with the images.
      return total == steps
        ? min(full, stepLimit) : min(full, Int((Double(total) * imageShare).rounded()))
    }
  }

  /// Returns the number of steps of every training, which a step limit may lower.
  ///
  /// - Parameter stepLimit: The most steps of every training in a whole run, nil for no limit.
  /// - Returns: The number.
  static func steps(below stepLimit: Int?) -> Int { min(3, stepLimit ?? .max) }

  /// The folder for what is computed, deleted by the caller.
  let folder: String
  /// The known plugins.
  let registry: PluginRegistry

  /// Runs the beginnings of a cell's stages.
  ///
  /// - Parameters:
  ///   - cell: The cell.
  ///   - request: How the cell is run.
  /// - Returns: The cost of what earlier cells have not computed.
  /// - Throws: ``GridError/badCell(name:reason:)`` if it cannot run, and `StopRequest/Stopped` if the
  ///   process was asked to end.
  func cost(of cell: GridCell, _ request: RunRequest) throws -> Cost {
    let stepLimit = request.steps
    var request = request
    request.steps = Self.steps(below: stepLimit)
    request.cache = "\(folder)/cache"
    request.output = "\(folder)/cells/\(cell.name)"
    let clock = TaskClock()
    let before = try size()
    let start = ProcessInfo.processInfo.systemUptime
    let chain: Chain
    do {
      chain = try Chain(
        recipe: cell.recipe, directory: request.output, of: request, registry: registry,
        progress: clock)
      _ = try chain.runInFolder()
    } catch let stop as StopRequest.Stopped {
      throw stop
    } catch {
      throw GridError.badCell(name: cell.name, reason: "\(error)")
    }
    let elapsed = ProcessInfo.processInfo.systemUptime - start
    let scale = Scale(
      steps: Self.steps(below: stepLimit), stepLimit: stepLimit,
      imageShare: try Self.imageShare(of: chain, stepLimit: stepLimit))
    let measured = clock.result { scale.size($0, full: $1) }
    let events = try StageEventLog(path: "\(request.output)/events.jsonl").events()
    let computed = Set(events.filter { $0.event == .finished }.map(\.key)).count
    let known = Set(events.map(\.key)).count
    let after = try size()
    return Cost(
      stages: known, sharedStages: known - computed,
      // Reading, hashing and building networks take as long in a whole run.
      seconds: measured.expected + max(0, elapsed - measured.spent),
      bytes: after.constant - before.constant
        + (after.growing - before.growing) * scale.imageShare)
  }

  /// Returns how many images a whole run has for each that its calibration had.
  private static func imageShare(of chain: Chain, stepLimit: Int?) throws -> Double {
    let splits = chain.splits
    guard let stepLimit else { return splits.imageShare }
    // A split of the calibration that was cut has as many images as the trainings need at least.
    let counts = [splits.training, splits.scored, splits.validation].map(\.count)
    let whole = try ChainSplits(
      chain.configuration.data, dataset: chain.dataset, stepLimit: stepLimit,
      samplesPerStep: counts.max() ?? 1)
    return splits.imageShare / whole.imageShare
  }

  /// The stages whose output grows with the number of images.
  private static let stagesOfImages: Set = [
    "seeds", "pseudo-masks", "training-masks", "validation-masks", "score-cams",
    "score-pseudo-masks", "score-masks",
  ]

  /// The sizes of the entries so far: of those with a file for every image, and of the others.
  private func size() throws -> (constant: Double, growing: Double) {
    var size = (constant: 0.0, growing: 0.0)
    guard FileManager.default.fileExists(atPath: "\(folder)/cache") else { return size }
    for entry in try StageCache(path: "\(folder)/cache").entries() {
      let bytes = Double(entry.size.bytes)
      if Self.stagesOfImages.contains(entry.stage) {
        size.growing += bytes
      } else {
        size.constant += bytes
      }
    }
    return size
  }
}
