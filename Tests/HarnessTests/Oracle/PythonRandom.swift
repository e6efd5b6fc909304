/// The numbers of Python's `random` module, drawn in the ways that an oracle draws them.
///
/// The generator is MT19937 with `init_by_array` (Matsumoto and Nishimura, "Mersenne Twister", ACM
/// TOMACS 8.1, 1998); how Python makes other numbers of its words is in CPython's `Lib/random.py`
/// and `Modules/_randommodule.c`.
struct PythonRandom {
  private static let size = 624
  private static let shift = 397

  private var words: [UInt32]
  private var position = size

  /// Continues like Python after `random.seed(seed)`.
  init(seed: UInt32) {
    var words: [UInt32] = [19_650_218]
    for i in 1..<Self.size {
      let previous = words[i - 1]
      words.append(1_812_433_253 &* (previous ^ (previous >> 30)) &+ UInt32(i))
    }
    var position = 1
    func mix(_ steps: Int, factor: UInt32, _ change: (UInt32, Int) -> UInt32) {
      for _ in 0..<steps {
        let previous = words[position - 1]
        words[position] = change(
          words[position] ^ ((previous ^ (previous >> 30)) &* factor), position)
        position += 1
        if position == Self.size {
          words[0] = words[Self.size - 1]
          position = 1
        }
      }
    }
    // The key is one word long, so the position in it is always 0.
    mix(Self.size, factor: 1_664_525) { word, _ in word &+ seed }
    mix(Self.size - 1, factor: 1_566_083_941) { word, position in word &- UInt32(position) }
    words[0] = 0x8000_0000
    self.words = words
  }

  private mutating func next() -> UInt32 {
    if position == Self.size {
      for i in words.indices {
        let joined =
          (words[i] & 0x8000_0000) | (words[(i + 1) % Self.size] & 0x7FFF_FFFF)
        words[i] =
          words[(i + Self.shift) % Self.size] ^ (joined >> 1)
          ^ (joined & 1 == 0 ? 0 : 0x9908_B0DF)
      }
      position = 0
    }
    var word = words[position]
    position += 1
    word ^= word >> 11
    word ^= (word << 7) & 0x9D2C_5680
    word ^= (word << 15) & 0xEFC6_0000
    return word ^ (word >> 18)
  }

  /// `random.random()`.
  mutating func uniform() -> Double {
    let (high, low) = (next() >> 5, next() >> 6)
    return (Double(high) * 0x1p26 + Double(low)) * 0x1p-53
  }

  /// `random.randint(range.lowerBound, range.upperBound)`.
  mutating func integer(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.count)
  }

  /// `random.shuffle(elements)`.
  mutating func shuffle<Element>(_ elements: inout [Element]) {
    for i in elements.indices.dropFirst().reversed() { elements.swapAt(i, below(i + 1)) }
  }

  private mutating func below(_ bound: Int) -> Int {
    let unusedBits = UInt32(bound).leadingZeroBitCount
    while true {
      let word = Int(next() >> UInt32(unusedBits))
      if word < bound { return word }
    }
  }
}
