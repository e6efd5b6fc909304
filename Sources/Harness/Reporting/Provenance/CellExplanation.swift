import CoreAPI
import Essentials
import Foundation

/// The answer to `conta why table.md:R3C2`: from which runs and stages a number comes.
public struct CellExplanation {
  private let path: String
  private let address: CellAddress
  private let provenance: TableProvenance
  private let cell: TableProvenance.Cell
  /// The runs behind the cell, in the order of its seeds.
  private let runs: [(source: TableProvenance.Source, directory: String, results: RunResults)]

  /// Finds the runs behind a cell.
  ///
  /// - Parameters:
  ///   - path: The table's file.
  ///   - address: The cell.
  /// - Throws: ``WhyError`` if the table does not say where its numbers come from, has no number
  ///   there, or a run has moved; ``ResultError`` if a run's results are damaged, or the counts that a
  ///   number at another threshold follows from.
  public init(table path: String, address: CellAddress) throws {
    let provenance = try TableProvenance(besideTable: path)
    guard let cell = provenance.cells[address.description] else {
      let known = provenance.cells.keys.compactMap { CellAddress($0) }
      throw WhyError.noNumber(
        address: address.description, table: path, rows: (known.map(\.row).max() ?? 0) + 1,
        columns: (known.map(\.column).max() ?? 0) + 1)
    }
    self.path = path
    self.address = address
    self.provenance = provenance
    self.cell = cell
    let folder = RelativePath.folder(of: path)
    runs = try cell.sources.map { source in
      let directory = RelativePath.resolve(source.run, in: folder)
      guard FileManager.default.fileExists(atPath: "\(directory)/\(RunResults.fileName)") else {
        throw WhyError.runMoved(run: directory, address: address.description)
      }
      return (
        source, directory,
        try RunResults(runDirectory: directory).asMeasured(source.record)
      )
    }
  }

  /// The answer.
  public var text: String {
    var lines = [
      "\(address) of '\(path)': \(cell.row), \(cell.column)",
      cell.text + (cell.baseline.map { "; the difference is to \($0)" } ?? ""), "",
    ]
    lines += runs.flatMap(number)
    lines += changes
    for group in groups {
      lines.append("")
      if groups.count > 1 {
        let seeds = group.map { "\($0.source.record.seed)" }.joined(separator: ", ")
        lines.append("Seed \(seeds):")
      }
      lines += group.first.map(facts) ?? []
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private typealias Run = (source: TableProvenance.Source, directory: String, results: RunResults)

  /// The runs by what they follow from; seeds of one configuration differ at most in numerics.
  private var groups: [[Run]] {
    let texts = runs.map(facts)
    return texts.unique.map { text in zip(runs, texts).filter { $0.1 == text }.map(\.0) }
  }

  private func number(of run: Run) -> [String] {
    let record = run.source.record
    let value = String(format: "%.2f", record.meanIoU * 100)
    return [
      "seed \(record.seed): \(value), round \(record.round) of '\(run.directory)'",
      "  measured in \(record.stage)",
    ]
  }

  /// What is no longer as it was when the table was written.
  private var changes: [String] {
    var lines: [String] = []
    if (try? AtomicFile.read(path)).map({ SHA256.hexDigest(of: $0) }) != provenance.table {
      lines.append("Attention: '\(path)' was changed after it was written.")
    }
    for run in runs where !run.results.records.contains(run.source.record) {
      lines.append(
        "Attention: '\(run.directory)' was run again after the table was written; its number is now "
          + "another one.")
    }
    return lines.isEmpty ? [] : [""] + lines
  }

  /// Everything a number follows from besides the seed.
  private func facts(of run: Run) -> [String] {
    let (record, results) = (run.source.record, run.results)
    let settings = record.variant == nil ? results.settings.ofBaseline : results.settings
    let isContent = { (key: String) in key.hasSuffix("(content)") }
    let files = settings.values.filter { isContent($0.key) && $0.key != RunSettings.dataKey }
    var lines = [
      "data: \(record.evaluation.dataset), scored on \(record.evaluation.split) "
        + "(\(record.evaluation.imageCount) images), content "
        + (settings.values[RunSettings.dataKey] ?? "unknown")
    ]
    lines += sorted(files).map { "weights: \($0.key.dropLast(10)), content \($0.value)" }
    let versions = settings.values["versions"] ?? "unknown"
    lines.append(
      "code: conta \(results.version), program \(ResultError.short(results.program)), "
        + (results.commit.map { "checkout at \($0.prefix(12)) when it was linked, " } ?? "")
        + "versions of stages \(versions)")
    let numerics = sorted(results.numerics).map { "\($0.key) \($0.value)" }
    lines.append("numerics: \(numerics.joined(separator: ", "))")
    if record.variant != nil, let intervention = results.intervention {
      lines.append("intervention: \(intervention)")
    }
    lines += supervision(of: run.directory)
    lines.append("configuration \(settings.hash):")
    lines += sorted(settings.values.filter { !isContent($0.key) }).map {
      "  \($0.key): \($0.value)"
    }
    return lines
  }

  private func supervision(of directory: String) -> [String] {
    let path = "\(directory)/supervision.json"
    guard let data = try? AtomicFile.read(path),
      let records = try? JSONDecoder().decode([SupervisionRecord].self, from: data)
    else { return ["supervision: unknown, supervision.json is missing or damaged"] }
    return records.map { record in
      "supervision: \(record.kind), \(record.use): \(record.source)"
        + (record.hash.map { ", content \($0)" } ?? "")
    }
  }

  private func sorted(_ values: [String: String]) -> [(key: String, value: String)] {
    values.sorted { $0.key < $1.key }
  }
}
