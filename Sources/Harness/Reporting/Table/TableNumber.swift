import Foundation

/// Numbers as tables write them.
enum TableNumber {
  /// A share of 1 in percent, one digit behind the point.
  static func percent(_ value: Double) -> String { String(format: "%.1f", value * 100) }

  /// A difference of shares in points, with its sign.
  static func points(_ value: Double) -> String { String(format: "%+.1f", value * 100) }

  /// A level, for example "95 %".
  static func share(_ value: Double) -> String { String(format: "%g %%", value * 100) }

  /// A probability, three digits behind the point.
  static func probability(_ value: Double) -> String { String(format: "%.3f", value) }
}
