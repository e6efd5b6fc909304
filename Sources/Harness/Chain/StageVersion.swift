/// The versions of the stages that no plugin computes.
///
/// Raise one when its stage writes other files. ``Chain/version`` is for what all stages have in
/// common.
enum StageVersion {
  /// Of the counts of right and wrong pixels.
  static let scores = 1
  /// Of the numbers that are made of the counts.
  static let evaluation = 3
  /// Of the confounder set.
  static let confounders = 1

  /// All of them, as the record of a grid's cell has them.
  static let all = [scores, evaluation, confounders].map(String.init).joined(separator: ".")
}
