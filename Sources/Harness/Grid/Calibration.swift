import CoreAPI
import Essentials
import Foundation

/// A few steps of a configuration, to see what a whole run will cost and which stages it shares.
///
/// Every training takes a few steps, every sweep a few images; from their times and sizes follow those
/// of all steps and all images. Stages that several configurations share are computed once here, too,
/// so what they share is not guessed but seen.
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

  /// The number of steps of every training.
  static let steps = 3

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
    var request = request
    request.steps = Self.steps
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
    let measured = clock.result
    let events = try StageEventLog(path: "\(request.output)/events.jsonl").events()
    let computed = Set(events.filter { $0.event == .finished }.map(\.key)).count
    let known = Set(events.map(\.key)).count
    let after = try size()
    return Cost(
      stages: known, sharedStages: known - computed,
      // Reading, hashing and building networks take as long in a whole run.
      seconds: measured.expected + max(0, elapsed - measured.spent),
      bytes: after.constant - before.constant
        + (after.growing - before.growing) * chain.splits.imageShare)
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
