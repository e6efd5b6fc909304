/// Holm's correction: p-values of several questions asked at once.
///
/// With it, the chance that a table calls any difference significant that is none stays below the
/// level, whatever the differences have to do with each other.
///
/// # Source
///
/// Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
/// Statistics 6 (1979). The same as R's `p.adjust(p, "holm")`.
enum HolmCorrection {
  /// Returns the adjusted p-values.
  ///
  /// ```
  /// p̃₍ᵢ₎ = max over j ≤ i of min(1, (m − j + 1) · p₍ⱼ₎)        p₍₁₎ ≤ … ≤ p₍ₘ₎
  /// ```
  ///
  /// - Parameter values: The p-values, each in `0...1`.
  /// - Returns: The adjusted ones, in the same order.
  static func adjusted(_ values: [Double]) -> [Double] {
    var result = values
    var highest = 0.0
    for (rank, index) in values.indices.sorted(by: { values[$0] < values[$1] }).enumerated() {
      highest = max(highest, min(1, Double(values.count - rank) * values[index]))
      result[index] = highest
    }
    return result
  }
}
