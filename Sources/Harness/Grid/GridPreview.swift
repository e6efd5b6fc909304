public import CoreAPI
import Essentials
import Foundation

extension GridRun {
  /// Says what a grid would do, after a short calibration: cells, shared stages, time and disk.
  ///
  /// Of every configuration the first seed is calibrated; the other seeds share nothing with it and
  /// cost the same.
  ///
  /// - Parameter registry: The known plugins.
  /// - Returns: The preview, in Markdown.
  /// - Throws: ``GridError/badCell(name:reason:)`` if a cell cannot run.
  public func preview(registry: PluginRegistry) throws -> String {
    let place = FileManager.default.temporaryDirectory
      .appendingPathComponent("conta-calibration-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: place) }
    let calibration = Calibration(folder: place, registry: registry)
    let groups = configurations
    let start = ProcessInfo.processInfo.systemUptime
    var costs: [Calibration.Cost] = []
    for (index, group) in groups.enumerated() {
      progress.update(
        StageProgress(task: "calibration", completed: index, total: groups.count))
      costs.append(try calibration.cost(of: group[0], request(of: group[0])))
    }
    progress.update(
      StageProgress(task: "calibration", completed: groups.count, total: groups.count))
    return GridPreview(
      title: file.title, axes: file.axes, groups: groups, costs: costs,
      jobs: parallelJobs, calibrationSeconds: ProcessInfo.processInfo.systemUptime - start
    ).text
  }

  /// The cells by configuration, the seeds of one together, in the order of the grid.
  private var configurations: [[GridCell]] {
    var order: [[String]] = []
    var groups: [[String]: [GridCell]] = [:]
    for cell in file.cells {
      if groups[cell.configuration] == nil { order.append(cell.configuration) }
      groups[cell.configuration, default: []].append(cell)
    }
    return order.compactMap { groups[$0] }
  }
}

/// The text of a preview.
struct GridPreview {
  /// What the grid is called.
  var title: String
  /// The axes with their numbers of levels.
  var axes: [(name: String, count: Int)]
  /// The cells by configuration.
  var groups: [[GridCell]]
  /// The cost of one cell of every configuration.
  var costs: [Calibration.Cost]
  /// How many cells make progress at the same time.
  var jobs: Int
  /// How long the calibration took.
  var calibrationSeconds: Double

  /// The preview, in Markdown.
  var text: String {
    let rows = zip(groups, costs).map { group, cost in
      let count = Double(group.count)
      return [
        group[0].coordinates.filter { $0.axis != GridAxis.seed }.map(\.level)
          .joined(separator: ", "),
        "\(group.count)", "\(cost.stages * group.count)", "\(cost.sharedStages * group.count)",
        ProgressLine.duration(cost.seconds * count), "\(ByteSize(Int(cost.bytes * count)))",
      ]
    }
    let table = MarkdownTable(
      header: ["Cells", "Seeds", "Stages", "Shared", "Time", "Disk"], rows: rows)
    func sum(_ value: (Calibration.Cost) -> Double) -> Double {
      zip(groups, costs).reduce(0) { $0 + value($1.1) * Double($1.0.count) }
    }
    let cells = groups.reduce(0) { $0 + $1.count }
    let product = axes.map { "\($0.count) \($0.name)" }.joined(separator: " × ")
    let stages = Int(sum { Double($0.stages) })
    let shared = Int(sum { Double($0.sharedStages) })
    let seconds = sum(\.seconds)
    return """
      \(title): \(cells) cells (\(product)).

      \(table.text)
      \(stages) stages, of which \(shared) are shared with cells above and computed once. About \
      \(ProgressLine.duration(seconds / Double(jobs))) on this machine \
      (\(ProgressLine.duration(seconds)) of work, \(jobs) at a time) and \
      \(ByteSize(Int(sum(\.bytes)))) of disk.
      Estimated from \(Calibration.steps) steps of every training and a part of the images, which \
      took \(ProgressLine.duration(calibrationSeconds)); what is finished already is not subtracted.

      """
  }
}
