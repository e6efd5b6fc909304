import CoreAPI

/// The IoU of every class in one column of a table.
struct ClassTable: Sendable, Equatable {
  /// The column.
  var column: Int
  /// The names of the classes, the background first.
  var names: [String]
  /// For every row the mean over seeds of each class's IoU, `0...1`; nil for a class that does not
  /// occur, and for a row without a number.
  var values: [[Double?]?]
}

extension ResultTable {
  /// Adds the IoU of every class.
  ///
  /// - Parameter confusions: Returns the confusion matrices of a run's images, nil if it has none.
  /// - Throws: ``TableError/noImages(run:)`` if a run has none, and what `confusions` throws.
  public mutating func addClasses(
    _ confusions: @escaping (RunResults) throws -> RunConfusions?
  ) throws {
    var reader = ImageReader(runs: runs, confusions: confusions)
    classTables = []
    for column in columns.indices {
      // Rows of different data sets have classes of their own.
      let lists = rows.compactMap { $0.cells[column]?.series.evaluation?.classes }.unique
      for names in lists {
        let values = try rows.map { row -> [Double?]? in
          guard let series = row.cells[column]?.series, series.evaluation?.classes == names else {
            return nil
          }
          guard let images = try reader.images(of: series) else {
            throw TableError.noImages(run: reader.missing.first ?? "this run")
          }
          return Self.meanIoU(ofClasses: names.count, in: images.map(\.total))
        }
        classTables.append(ClassTable(column: column, names: names, values: values))
      }
    }
  }

  /// Returns the mean over seeds of every class's IoU, nil for a class that occurs with no seed.
  private static func meanIoU(
    ofClasses count: Int, in matrices: [ConfusionMatrix]
  ) -> [Double?] {
    (0..<count).map { index in
      let values = matrices.compactMap { $0.iou(ofClass: index) }
      return values.isEmpty ? nil : SampleStatistics(values).mean
    }
  }
}
