/// Few runs in which every two values of different axes occur together.
struct CoveringRuns {
  /// The number of values of each axis.
  let axes: [Int]
  /// Which runs are possible.
  let isPossible: ([Int]) -> Bool

  /// All possible runs: one value of each axis.
  var all: [[Int]] {
    axes.reduce([[]]) { runs, count in runs.flatMap { run in (0..<count).map { run + [$0] } } }
      .filter(isPossible)
  }

  /// The chosen runs: greedily the one that brings most pairs that did not occur yet.
  var pairwise: [[Int]] {
    let candidates = all
    var missing = Set(candidates.flatMap(Self.pairs))
    var chosen: [[Int]] = []
    while !missing.isEmpty {
      var best: (run: [Int], gain: Int) = ([], 0)
      for run in candidates {
        let gain = Self.pairs(of: run).count { missing.contains($0) }
        if gain > best.gain { best = (run, gain) }
      }
      missing.subtract(Self.pairs(of: best.run))
      chosen.append(best.run)
    }
    return chosen
  }

  /// The pairs of a run, each as axis, value, axis, value.
  static func pairs(of run: [Int]) -> [[Int]] {
    run.indices.flatMap { first in
      run.indices.filter { $0 > first }.map { [first, run[first], $0, run[$0]] }
    }
  }
}
