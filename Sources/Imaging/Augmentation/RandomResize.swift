public import Essentials

/// A random change of an image's size that keeps its proportions.
public enum RandomResize: Sendable, Hashable {
  /// The longer side gets a length drawn uniformly from the range (PSA, SEAM, IRN).
  case longSide(ClosedRange<Int>, rounding: LongSideRounding)
  /// Both sides are multiplied with a factor drawn uniformly from the range and rounded (IRN).
  case factor(ClosedRange<Double>)
  /// Both sides are multiplied with one of the factors and cut off (deeplab-pytorch).
  case oneOf([Double])

  /// Draws the new size.
  ///
  /// - Parameters:
  ///   - size: The image's size.
  ///   - stream: The sample's random numbers; one is drawn.
  /// - Returns: The new size.
  public func targetSize(for size: ImageSize, using stream: inout RandomStream) -> ImageSize {
    switch self {
    case .longSide(let lengths, let rounding):
      return size.withLongSide(stream.integer(in: lengths), rounding: rounding)
    case .factor(let factors):
      return size.scaled(by: stream.uniform(in: factors))
    case .oneOf(let factors):
      precondition(!factors.isEmpty, "A random resize needs at least one factor")
      return size.scaledDown(by: factors[stream.integer(in: 0...factors.count - 1)])
    }
  }
}
