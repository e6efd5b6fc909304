/// Numbers the lattice vertices in the order in which they are first met.
///
/// An open-addressing table of vertex numbers with the keys beside it, filled to at most a half.
struct PermutohedralHashTable {
  typealias Key = PermutohedralSimplex.Key

  /// The keys of the vertices, by number.
  private(set) var keys: [Key] = []
  private var slots: [Int32]
  private var mask: Int

  /// Creates an empty table.
  ///
  /// - Parameter expectedCount: About how many vertices there will be.
  init(expectedCount: Int) {
    var capacity = 1024
    while capacity < 2 * expectedCount { capacity *= 2 }
    slots = [Int32](repeating: -1, count: capacity)
    mask = capacity - 1
  }

  /// The number of a key's vertex, which is new if the key is.
  @inline(__always)
  mutating func number(of key: Key) -> Int32 {
    let slot = slot(of: key)
    if slots[slot] >= 0 { return slots[slot] }
    let number = Int32(truncatingIfNeeded: keys.count)
    slots[slot] = number
    keys.append(key)
    if 2 * keys.count > slots.count { grow() }
    return number
  }

  /// The number of a key's vertex, or -1.
  @inline(__always)
  func find(_ key: Key) -> Int32 { slots[slot(of: key)] }

  /// The slot that holds a key's number, or the free one where it would be.
  @inline(__always)
  private func slot(of key: Key) -> Int {
    let words = PermutohedralSimplex.words(key)
    return slots.withUnsafeBufferPointer { slots in
      keys.withUnsafeBufferPointer { keys in
        var slot = Self.hash(words) & mask
        while slots[slot] >= 0,
          PermutohedralSimplex.words(keys[Int(truncatingIfNeeded: slots[slot])]) != words
        { slot = (slot &+ 1) & mask }
        return slot
      }
    }
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: 2 * slots.count)
    mask = slots.count - 1
    for (number, key) in keys.enumerated() {
      var slot = Self.hash(PermutohedralSimplex.words(key)) & mask
      while slots[slot] >= 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(truncatingIfNeeded: number)
    }
  }

  @inline(__always)
  private static func hash(_ words: (UInt64, UInt64)) -> Int {
    let mixed = (words.0 &* 0x9E37_79B9_7F4A_7C15) ^ (words.1 &* 0xC2B2_AE3D_27D4_EB4F)
    let folded = (mixed ^ (mixed &>> 29)) &* 0xBF58_476D_1CE4_E5B9
    return Int(truncatingIfNeeded: folded &>> 32)
  }
}
