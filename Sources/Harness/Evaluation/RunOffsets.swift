/// Where the runs of a list begin, and where the last one ends: how lists of different lengths, one for
/// each image, lie in a single one.
extension [UInt32] {
  /// Returns the positions of a run in the list.
  func run(_ index: Int) -> Range<Int> { Int(self[index])..<Int(self[index + 1]) }

  /// Returns whether these divide a list of so many entries, as a damaged file's may not.
  func divideRuns(of count: Int) -> Bool {
    first == 0 && last.map(Int.init) == count && zip(self, dropFirst()).allSatisfy { $0 <= $1 }
  }
}
