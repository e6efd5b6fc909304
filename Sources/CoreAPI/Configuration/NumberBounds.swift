/// The numbers that a configuration value may take, with the words for them.
public struct NumberBounds<Number: Comparable & Sendable>: Sendable {
  /// The smallest number, nil if there is none.
  public let lowerBound: Number?
  /// Whether ``lowerBound`` itself is allowed.
  public let includesLowerBound: Bool
  /// The largest number, nil if there is none.
  public let upperBound: Number?
  /// Whether ``upperBound`` itself is allowed.
  public let includesUpperBound: Bool

  private init(
    lowerBound: Number? = nil, includesLowerBound: Bool = true, upperBound: Number? = nil,
    includesUpperBound: Bool = true
  ) {
    self.lowerBound = lowerBound
    self.includesLowerBound = includesLowerBound
    self.upperBound = upperBound
    self.includesUpperBound = includesUpperBound
  }

  /// Any number.
  public static var any: Self { Self() }

  /// Numbers from a smallest one on.
  ///
  /// - Parameter number: The smallest number.
  /// - Returns: The bounds.
  public static func atLeast(_ number: Number) -> Self { Self(lowerBound: number) }

  /// Numbers greater than a given one.
  ///
  /// - Parameter number: The number that is just too small.
  /// - Returns: The bounds.
  public static func greaterThan(_ number: Number) -> Self {
    Self(lowerBound: number, includesLowerBound: false)
  }

  /// Numbers of a closed interval.
  ///
  /// - Parameter range: The interval, both ends included.
  /// - Returns: The bounds.
  public static func between(_ range: ClosedRange<Number>) -> Self {
    Self(lowerBound: range.lowerBound, upperBound: range.upperBound)
  }

  /// Numbers of an interval without its upper end.
  ///
  /// - Parameter range: The interval.
  /// - Returns: The bounds.
  public static func between(_ range: Range<Number>) -> Self {
    Self(
      lowerBound: range.lowerBound, upperBound: range.upperBound, includesUpperBound: false)
  }

  /// Returns whether a number is allowed.
  ///
  /// - Parameter number: The number to test; NaN never is.
  /// - Returns: Whether it is.
  public func contains(_ number: Number) -> Bool {
    guard number == number else { return false }
    if let lowerBound, includesLowerBound ? number < lowerBound : number <= lowerBound {
      return false
    }
    if let upperBound, includesUpperBound ? number > upperBound : number >= upperBound {
      return false
    }
    return true
  }

  /// The words that follow "a number" in messages, with a leading space, or nothing.
  var phrase: String {
    switch (lowerBound, upperBound) {
    case (let lower?, let upper?):
      includesUpperBound
        ? " from \(lower.shortText) through \(upper.shortText)"
        : " of at least \(lower.shortText) and below \(upper.shortText)"
    case (let lower?, nil):
      includesLowerBound ? " of at least \(lower.shortText)" : " greater than \(lower.shortText)"
    case (nil, let upper?): " of at most \(upper.shortText)"
    case (nil, nil): ""
    }
  }
}

extension NumberBounds where Number: ExpressibleByIntegerLiteral {
  /// Numbers greater than 0.
  public static var positive: Self { .greaterThan(0) }
  /// Numbers of at least 0.
  public static var notNegative: Self { .atLeast(0) }
}

extension NumberBounds where Number == Double {
  /// The momentum of stochastic gradient descent, below 1: with more, steps grow without end.
  public static var momentum: Self { .between(0..<1) }
  /// Factors of an image's size; beyond them nothing of an image is left, or nothing could hold it.
  public static var imageScale: Self { .between(0.01...100) }
}

extension Comparable {
  /// The number without a trailing ".0", as a person would write it.
  fileprivate var shortText: String {
    let text = "\(self)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
