import CoreAPI
import Essentials
import Foundation

extension GridRun {
  /// Says what a grid would do, after a short calibration: cells, shared stages, time and disk.
  ///
  /// Of every configuration the first seed is calibrated; the other seeds share nothing with it and
  /// cost the same. Cells that Slurm will run on GPUs are calibrated on this machine's processor.
  ///
  /// - Returns: The preview, in Markdown.
  /// - Throws: ``GridError/badCell(name:reason:)`` if a cell cannot run.
  public func preview() throws -> String {
    let scratch = FileManager.default.temporaryDirectory
      .appendingPathComponent("conta-calibration-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    let calibration = Calibration(folder: scratch, registry: registry)
    let groups = configurations
    let start = ProcessInfo.processInfo.systemUptime
    var costs: [Calibration.Cost] = []
    for (index, group) in groups.enumerated() {
      progress.update(
        StageProgress(task: "calibration", completed: index, total: groups.count))
      costs.append(try calibration.cost(of: group[0], requestHere(of: group[0])))
    }
    progress.update(
      StageProgress(task: "calibration", completed: groups.count, total: groups.count))
    return GridPreview(
      title: file.title, axes: file.axes, groups: groups, costs: costs, place: place,
      stepLimit: stepLimit, nodeDevice: nodeDevice,
      calibrationSeconds: ProcessInfo.processInfo.systemUptime - start
    ).text
  }

  private var place: GridPreview.Place {
    if let options = request.slurm { return .slurm(limit: options.arrayLimit) }
    return .here(jobs: parallelJobs)
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
  /// Where the cells run.
  enum Place {
    /// On this machine, so many of them at a time.
    case here(jobs: Int)
    /// In Slurm, at most so many of them at a time; nil for as many as the cluster lets.
    case slurm(limit: Int?)
  }

  /// What the grid is called.
  var title: String
  /// The axes with their numbers of levels.
  var axes: [(name: String, count: Int)]
  /// The cells by configuration.
  var groups: [[GridCell]]
  /// The cost of one cell of every configuration.
  var costs: [Calibration.Cost]
  /// Where the cells run.
  var place: Place
  /// The most steps of every training, nil for as many as the recipes say.
  var stepLimit: Int?
  /// The device of the cells that the calibration did without, nil if it had it.
  var nodeDevice: String?
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
      \(time(seconds, cells: cells)) and \(ByteSize(Int(sum(\.bytes)))) of disk.
      Estimated from \(Self.steps(Calibration.steps(below: stepLimit))) of every training and a \
      part of the images, which took \(ProgressLine.duration(calibrationSeconds)); what is \
      finished already is not subtracted.\(notes)

      """
  }

  /// How long the cells take, in words.
  private func time(_ seconds: Double, cells: Int) -> String {
    let work = ProgressLine.duration(seconds)
    func divided(by jobs: Int, _ place: String) -> String {
      let share = ProgressLine.duration(seconds / Double(jobs))
      return "\(share) \(place) (\(work) of work, \(jobs) at a time)"
    }
    switch place {
    case .here(let jobs): return divided(by: jobs, "on this machine")
    case .slurm(let limit?): return divided(by: min(limit, cells), "in Slurm")
    case .slurm(nil): return "\(work) of work in all, as many cells at a time as Slurm lets run,"
    }
  }

  /// What the estimate rests on besides, each with a space before it.
  private var notes: String {
    let limit = stepLimit.map { " Every training ends after \(Self.steps($0))." }
    let device = nodeDevice.map {
      " Times were calibrated on this machine's processor, not on '\($0)'."
    }
    return (limit ?? "") + (device ?? "")
  }

  private static func steps(_ count: Int) -> String { count == 1 ? "1 step" : "\(count) steps" }
}
