/// Finds axes that the runs of a table do not have.
enum TableLayoutCheck {
  /// Checks that every key among the axes is one of the runs'.
  ///
  /// - Parameters:
  ///   - layout: What rows and columns stand for.
  ///   - runs: The runs.
  /// - Throws: ``TableError/unknownAxis(_:known:)`` for the first one that is not.
  static func check(_ layout: TableLayout, _ runs: [RunResults]) throws {
    let known = Set(runs.flatMap(\.settings.values.keys))
    for axis in layout.rows + layout.columns {
      guard case .key(let key) = axis, !known.contains(key) else { continue }
      throw TableError.unknownAxis(
        key, known: (known.union(TableAxis.named.map(\.name))).sorted())
    }
  }
}
