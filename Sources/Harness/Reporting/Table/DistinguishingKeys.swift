/// The keys that tell configurations apart, for the labels of rows that would else read the same.
enum DistinguishingKeys {
  /// Returns a few keys whose values are different for different configurations.
  ///
  /// One key is enough where there is such a one; names of plugins come before numbers, and keys that
  /// all configurations have before others.
  ///
  /// - Parameter configurations: Values by their keys.
  /// - Returns: Keys, none if all configurations are equal.
  static func find(_ configurations: [[String: String]]) -> [String] {
    let distinct = Set(configurations)
    guard distinct.count > 1 else { return [] }
    let known = Set(distinct.flatMap(\.keys))
    let differing = known.filter { key in Set(distinct.map { $0[key] }).count > 1 }
      .sorted { rank($0, distinct) < rank($1, distinct) }
    func classes(_ keys: [String]) -> Int {
      Set(distinct.map { configuration in keys.map { configuration[$0] } }).count
    }
    if let key = differing.first(where: { classes([$0]) == distinct.count }) { return [key] }
    var keys: [String] = []
    for key in differing where classes(keys) < distinct.count {
      if classes(keys + [key]) > classes(keys) { keys.append(key) }
    }
    for key in keys where classes(keys.filter { $0 != key }) == distinct.count {
      keys.removeAll { $0 == key }
    }
    return keys
  }

  private static func rank(
    _ key: String, _ configurations: Set<[String: String]>
  ) -> (Int, Int, Int, String) {
    (
      key == TableAxis.method.name ? 0 : 1, configurations.allSatisfy { $0[key] != nil } ? 0 : 1,
      key.hasSuffix(".name") ? 0 : key.hasSuffix("(content)") ? 2 : 1, key
    )
  }

  /// Returns what a label says of a key.
  static func phrase(_ key: String, _ value: String?) -> String {
    let text = value.map { ResultError.short($0) } ?? "not given"
    if key == TableAxis.method.name || key.hasSuffix(".name") { return text }
    let name = key.hasPrefix("intervention.") ? String(key.dropFirst(13)) : key
    return "\(name) = \(text)"
  }
}
