import Essentials
import Foundation

extension ConfigurationReader {
  /// Reads a whole number.
  ///
  /// - Parameters:
  ///   - key: The value's name.
  ///   - defaultValue: The value if none is given; nil makes it required.
  ///   - bounds: The numbers allowed.
  /// - Returns: The number.
  /// - Throws: ``ConfigurationError`` if the value is missing, no whole number or out of bounds.
  public func int(
    _ key: String, default defaultValue: Int? = nil, in bounds: NumberBounds<Int> = .any
  ) throws -> Int {
    checkDefault(defaultValue, bounds, key)
    return try read(
      key, default: defaultValue, expected: "a whole number\(bounds.phrase)",
      convert: { node in
        node.scalarText.flatMap(Int.init).flatMap { bounds.contains($0) ? $0 : nil }
      },
      record: { .scalar("\($0)") })
  }

  /// Reads a whole number of an interval.
  ///
  /// - Parameters:
  ///   - key: The value's name.
  ///   - defaultValue: The value if none is given; nil makes it required.
  ///   - range: The interval, both ends included.
  /// - Returns: The number.
  /// - Throws: ``ConfigurationError`` if the value is missing, no whole number or out of range.
  public func int(
    _ key: String, default defaultValue: Int? = nil, in range: ClosedRange<Int>
  ) throws -> Int {
    try int(key, default: defaultValue, in: .between(range))
  }

  /// Reads a number: `5`, `.1`, `1e-3` and `6e-5` all are.
  ///
  /// - Parameters:
  ///   - key: The value's name.
  ///   - defaultValue: The value if none is given; nil makes it required.
  ///   - bounds: The numbers allowed.
  /// - Returns: The number.
  /// - Throws: ``ConfigurationError`` if the value is missing, no finite number or out of bounds.
  public func double(
    _ key: String, default defaultValue: Double? = nil, in bounds: NumberBounds<Double> = .any
  ) throws -> Double {
    checkDefault(defaultValue, bounds, key)
    return try read(
      key, default: defaultValue, expected: "a number\(bounds.phrase)",
      convert: { node in node.finiteNumber.flatMap { bounds.contains($0) ? $0 : nil } },
      record: { .scalar("\($0)") })
  }

  /// Reads a number of an interval.
  ///
  /// - Parameters:
  ///   - key: The value's name.
  ///   - defaultValue: The value if none is given; nil makes it required.
  ///   - range: The interval, both ends included.
  /// - Returns: The number.
  /// - Throws: ``ConfigurationError`` if the value is missing, no finite number or out of range.
  public func double(
    _ key: String, default defaultValue: Double? = nil, in range: ClosedRange<Double>
  ) throws -> Double {
    try double(key, default: defaultValue, in: .between(range))
  }

  /// Reads two whole numbers, the second at least the first.
  ///
  /// - Parameters:
  ///   - lowerKey: The name of the smaller one.
  ///   - upperKey: The name of the larger one.
  ///   - defaultRange: The numbers if none are given.
  ///   - range: What both may be, both ends included.
  /// - Returns: The interval between them.
  /// - Throws: ``ConfigurationError`` if one is no whole number or out of range, or if the second is
  ///   smaller than the first.
  public func ints(
    from lowerKey: String, through upperKey: String, default defaultRange: ClosedRange<Int>,
    in range: ClosedRange<Int>
  ) throws -> ClosedRange<Int> {
    let lower = try int(lowerKey, default: defaultRange.lowerBound, in: range)
    let upper = try int(upperKey, default: defaultRange.upperBound, in: range)
    return try interval(lower, upper, lowerKey, upperKey)
  }

  /// Reads two numbers, the second at least the first.
  ///
  /// - Parameters:
  ///   - lowerKey: The name of the smaller one.
  ///   - upperKey: The name of the larger one.
  ///   - defaultRange: The numbers if none are given.
  ///   - bounds: What both may be.
  /// - Returns: The interval between them.
  /// - Throws: ``ConfigurationError`` if one is no finite number or out of bounds, or if the second
  ///   is smaller than the first.
  public func doubles(
    from lowerKey: String, through upperKey: String, default defaultRange: ClosedRange<Double>,
    in bounds: NumberBounds<Double>
  ) throws -> ClosedRange<Double> {
    let lower = try double(lowerKey, default: defaultRange.lowerBound, in: bounds)
    let upper = try double(upperKey, default: defaultRange.upperBound, in: bounds)
    return try interval(lower, upper, lowerKey, upperKey)
  }

  private func interval<Number: Comparable>(
    _ lower: Number, _ upper: Number, _ lowerKey: String, _ upperKey: String
  ) throws -> ClosedRange<Number> {
    guard lower <= upper else { throw error(upperKey, expected: "at least \(lowerKey), \(lower)") }
    return lower...upper
  }

  /// Reads `true` or `false`; nothing else is a boolean.
  ///
  /// - Parameters:
  ///   - key: The value's name.
  ///   - defaultValue: The value if none is given; nil makes it required.
  /// - Returns: The boolean.
  /// - Throws: ``ConfigurationError`` if the value is missing or neither of the two.
  public func bool(_ key: String, default defaultValue: Bool? = nil) throws -> Bool {
    try read(
      key, default: defaultValue, expected: "true or false",
      convert: { node in node.scalarText.flatMap(Bool.init) }, record: { .scalar("\($0)") })
  }

  /// Reads text.
  ///
  /// - Parameters:
  ///   - key: The value's name.
  ///   - defaultValue: The value if none is given; nil makes it required.
  /// - Returns: The text.
  /// - Throws: ``ConfigurationError`` if the value is missing, a list or a section.
  public func string(_ key: String, default defaultValue: String? = nil) throws -> String {
    try read(
      key, default: defaultValue, expected: "text", convert: \.scalarText,
      record: { .scalar($0) })
  }

  /// Reads the path of a file or folder that need not be given.
  ///
  /// A relative path starts from the folder of the file that has it; one on the command line starts
  /// from the current folder, as people expect in both places. Keys of stages leave paths out, so
  /// a part records the content of every file it reads in ``TrainablePart/supervision``.
  ///
  /// - Parameter key: The value's name.
  /// - Returns: The path, or nil if there is none.
  /// - Throws: ``ConfigurationError`` if the value is a list or a section.
  public func path(_ key: String) throws -> String? {
    let source = given(key)?.source
    guard let text = try optionalString(key), !text.isEmpty else { return nil }
    var path = text
    if !text.hasPrefix("/"), case .file(let file, _)? = source,
      let slash = file.lastIndex(of: "/")
    {
      path = "\(file[..<slash])/\(text)"
    }
    let folder = FileManager.default.currentDirectoryPath
    recordPath(path, absolute: path.hasPrefix("/") ? path : "\(folder)/\(path)", of: key)
    return path
  }

  /// Reads text that need not be given.
  ///
  /// - Parameter key: The value's name.
  /// - Returns: The text, or nil if there is none.
  /// - Throws: ``ConfigurationError`` if the value is a list or a section.
  public func optionalString(_ key: String) throws -> String? {
    guard given(key) != nil else {
      markAbsent(key)
      return nil
    }
    return try string(key)
  }

  /// Reads the name of a case of an enumeration.
  ///
  /// - Parameters:
  ///   - key: The value's name.
  ///   - type: The enumeration; its raw values are the names.
  ///   - defaultValue: The value if none is given; nil makes it required.
  /// - Returns: The case.
  /// - Throws: ``ConfigurationError`` if the value is missing or no case, with the names that exist.
  public func choice<Choice: CaseIterable & RawRepresentable<String>>(
    _ key: String, of type: Choice.Type = Choice.self, default defaultValue: Choice? = nil
  ) throws -> Choice {
    let names = Choice.allCases.map(\.rawValue)
    return try read(
      key, default: defaultValue, expected: "one of: \(names.joined(separator: ", "))",
      hint: { Suggestions.didYouMean($0, among: names) },
      convert: { node in node.scalarText.flatMap(Choice.init) },
      record: { .scalar($0.rawValue) })
  }

  /// Reads a list of numbers.
  ///
  /// - Parameters:
  ///   - key: The value's name.
  ///   - defaultValue: The value if none is given; nil makes it required.
  ///   - bounds: The numbers allowed.
  ///   - allowsEmpty: Whether the list may be empty.
  /// - Returns: The numbers.
  /// - Throws: ``ConfigurationError`` if the value is missing, no list of finite numbers, empty
  ///   without being allowed to, or if a number is out of bounds.
  public func doubles(
    _ key: String, default defaultValue: [Double]? = nil, in bounds: NumberBounds<Double> = .any,
    allowsEmpty: Bool = false
  ) throws -> [Double] {
    for number in defaultValue ?? [] { checkDefault(number, bounds, key) }
    return try list(
      key, default: defaultValue, allowsEmpty: allowsEmpty,
      one: "number\(bounds.phrase)", several: "numbers\(Self.eachPhrase(bounds))",
      convert: { node in node.finiteNumber.flatMap { bounds.contains($0) ? $0 : nil } },
      text: { "\($0)" })
  }

  /// Reads a list of whole numbers; `6`, `6.0` and `6e0` are the same.
  ///
  /// - Parameters:
  ///   - key: The value's name.
  ///   - defaultValue: The value if none is given; nil makes it required.
  ///   - bounds: The numbers allowed.
  ///   - allowsEmpty: Whether the list may be empty.
  /// - Returns: The numbers.
  /// - Throws: ``ConfigurationError`` if the value is missing, no list of whole numbers, empty
  ///   without being allowed to, or if a number is out of bounds.
  public func ints(
    _ key: String, default defaultValue: [Int]? = nil, in bounds: NumberBounds<Int> = .any,
    allowsEmpty: Bool = false
  ) throws -> [Int] {
    for number in defaultValue ?? [] { checkDefault(number, bounds, key) }
    return try list(
      key, default: defaultValue, allowsEmpty: allowsEmpty,
      one: "whole number\(bounds.phrase)", several: "whole numbers\(Self.eachPhrase(bounds))",
      convert: { node in
        node.finiteNumber.flatMap { Int(exactly: $0) }.flatMap { bounds.contains($0) ? $0 : nil }
      },
      // As numbers in lists have always been recorded, so that keys of stages stay what they are.
      text: { "\(Double($0))" })
  }

  /// Reads a list of texts.
  ///
  /// - Parameters:
  ///   - key: The value's name.
  ///   - defaultValue: The value if none is given; nil makes it required.
  ///   - noun: What each of them is, in the singular, with a plural in -s.
  ///   - allowsEmpty: Whether the list may be empty.
  /// - Returns: The texts.
  /// - Throws: ``ConfigurationError`` if the value is missing, no list of texts, or empty without
  ///   being allowed to.
  public func strings(
    _ key: String, default defaultValue: [String]? = nil, of noun: String = "text",
    allowsEmpty: Bool = false
  ) throws -> [String] {
    try list(
      key, default: defaultValue, allowsEmpty: allowsEmpty, one: noun, several: "\(noun)s",
      convert: \.scalarText, text: { $0 })
  }

  /// Reads a list whose elements are scalars.
  private func list<Element>(
    _ key: String, default defaultValue: [Element]?, allowsEmpty: Bool, one: String,
    several: String, convert: (ConfigurationNode) -> Element?, text: (Element) -> String
  ) throws -> [Element] {
    precondition(
      allowsEmpty || defaultValue?.isEmpty != true,
      "The default of '\(fullKey(key))' is empty, which is not allowed")
    if !allowsEmpty, given(key)?.value == .list([]) {
      throw error(key, expected: "at least one \(one)")
    }
    return try read(
      key, default: defaultValue, expected: "a list of \(several)",
      convert: { node in node.elements(convert) },
      record: { .list($0.map { ConfigurationNode(.scalar(text($0))) }) })
  }

  private static func eachPhrase<Number>(_ bounds: NumberBounds<Number>) -> String {
    bounds.phrase.isEmpty ? "" : ", each\(bounds.phrase)"
  }

  private func checkDefault<Number>(
    _ number: Number?, _ bounds: NumberBounds<Number>, _ key: String
  ) {
    precondition(
      number.map(bounds.contains) ?? true,
      "The default of '\(fullKey(key))' is out of its own bounds")
  }
}

extension ConfigurationNode {
  /// The text of a scalar, nil for anything else.
  var scalarText: String? {
    guard case .scalar(let text) = value else { return nil }
    return text
  }

  /// The finite decimal number that a scalar is, nil for anything else (`0x10`, `nan`, `inf` too).
  var finiteNumber: Double? {
    guard let text = scalarText, text.utf8.allSatisfy({ "0123456789.eE+-".utf8.contains($0) })
    else { return nil }
    return Double(text).flatMap { $0.isFinite ? $0 : nil }
  }

  /// The converted elements of a list, nil if it is none or one of them does not convert.
  func elements<T>(_ convert: (ConfigurationNode) -> T?) -> [T]? {
    guard case .list(let nodes) = value else { return nil }
    let converted = nodes.compactMap(convert)
    return converted.count == nodes.count ? converted : nil
  }
}
