import CoreAPI
import Foundation

extension ResultTable {
  /// The table as JSON: shares in `0...1` with all digits, the runs behind every number, the notes.
  var json: String {
    get throws {
      let cells = addresses.compactMap { address in
        self[address].map { cellDocument($0, address) }
      }
      let document = Document(
        format: 1, labels: labelHeadings, columns: columns.map(\.title),
        rows: rows.map { .init(labels: $0.labels, title: $0.title) }, cells: cells,
        classes: classTables.map {
          .init(column: columns[$0.column].title, names: $0.names, rows: $0.values)
        },
        protocols: Dictionary(
          uniqueKeysWithValues: protocols.map { ($0.key.rawValue, $0.value) }),
        paper: published?.values, notes: notes)
      return String(decoding: try JSON.encode(document), as: UTF8.self)
    }
  }

  private func cellDocument(_ cell: Cell, _ address: CellAddress) -> Document.Cell {
    let series = cell.series
    return Document.Cell(
      address: address.description, row: rows[address.row].title,
      column: columns[address.column].title, measure: series.identity.measure,
      rounds: series.identity.round, mean: cell.value.mean,
      standardDeviation: cell.value.count > 1 ? cell.value.standardDeviation : nil,
      isBest: cell.isBest,
      numbers: series.seeds.compactMap { seed in
        series.numbers[seed].map {
          .init(seed: seed, value: $0.record.meanIoU, run: runs[$0.run].name)
        }
      }, delta: cell.delta, baseline: cell.baseline?.description,
      interval: cell.comparison.map { [$0.interval.lowerBound, $0.interval.upperBound] },
      p: cell.comparison?.pValue, pHolm: cell.comparison?.adjustedPValue,
      detectable: cell.comparison?.detectable)
  }

  private struct Document: Encodable {
    struct Row: Encodable {
      var labels: [String]
      var title: String
    }
    struct Number: Encodable {
      var seed: UInt64
      var value: Double
      var run: String
    }
    struct Cell: Encodable {
      var address: String
      var row: String
      var column: String
      var measure: ResultColumn
      var rounds: Int
      var mean: Double
      var standardDeviation: Double?
      var isBest: Bool
      var numbers: [Number]
      var delta: Double?
      var baseline: String?
      var interval: [Double]?
      var p: Double?
      var pHolm: Double?
      var detectable: Double?
    }
    struct Classes: Encodable {
      var column: String
      var names: [String]
      var rows: [[Double?]?]
    }
    var format: Int
    var labels: [String]
    var columns: [String]
    var rows: [Row]
    var cells: [Cell]
    var classes: [Classes]
    var protocols: [String: EvaluationProtocol]
    var paper: [[Double]?]?
    var notes: [String]
  }
}
