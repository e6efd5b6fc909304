import Foundation

/// A deterministic stream of pseudo-random numbers addressed by a path of keys.
///
/// Streams of different keys are independent, so every sample of every epoch has its own stream
/// whatever thread prepares it, and a resumed run draws what the first one would have drawn.
/// The generator is SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
/// generators", OOPSLA 2014).
public struct RandomStream: RandomNumberGenerator, Sendable, Equatable {
  private var state: UInt64

  /// Creates the stream of `seed` and the keys below it, for example `"augment", epoch, index`.
  ///
  /// - Parameters:
  ///   - seed: The seed of the run.
  ///   - keys: What the stream is for: names and indices, hashed in order.
  public init(seed: UInt64, _ keys: any RandomStreamKey...) {
    var hash = RandomStream.mixed(seed &+ 0x9E37_79B9_7F4A_7C15)
    for key in keys { hash = RandomStream.mixed(hash ^ key.randomStreamKey) }
    state = hash
  }

  /// Returns the next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return RandomStream.mixed(state)
  }

  /// Returns a number drawn uniformly from `0 ..< 1`.
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// Returns a number drawn uniformly from `range`.
  ///
  /// - Parameter range: A finite interval.
  /// - Returns: The number.
  public mutating func uniform(in range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// Returns an integer drawn uniformly from `range`.
  ///
  /// - Parameter range: The possible values, both ends included.
  /// - Returns: The integer.
  public mutating func integer(in range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &self)
  }

  /// Returns `true` with the given probability.
  ///
  /// - Parameter probability: A number in `0...1`.
  /// - Returns: Whether it happened.
  public mutating func chance(_ probability: Double) -> Bool {
    uniform() < probability
  }

  /// Returns a number drawn from the standard normal distribution (Box–Muller, one branch).
  public mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * Double.pi * uniform())
  }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// A name or an index that addresses a ``RandomStream``.
public protocol RandomStreamKey {
  /// The 64 bits that stand for this key.
  var randomStreamKey: UInt64 { get }
}

extension Int: RandomStreamKey {
  /// The integer's bits.
  public var randomStreamKey: UInt64 { UInt64(bitPattern: Int64(self)) }
}

extension UInt64: RandomStreamKey {
  /// The integer itself.
  public var randomStreamKey: UInt64 { self }
}

extension String: RandomStreamKey {
  /// The FNV-1a hash of the string's UTF-8 bytes.
  public var randomStreamKey: UInt64 {
    utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}
