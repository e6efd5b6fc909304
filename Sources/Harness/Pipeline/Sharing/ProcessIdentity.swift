import Foundation

/// A process as another one recognises it, on the same machine or on another.
struct ProcessIdentity: Codable, Equatable, Sendable, CustomStringConvertible {
  /// The machine's name.
  var host: String
  /// What process numbers count in, the boot of the kernel and the namespace; empty if unknown.
  var scope: String
  /// The process's number.
  var number: Int32
  /// When it began, in the kernel's ticks: a number that is used again has another one.
  var start: String

  /// This process.
  static let current = ProcessIdentity(
    host: hostName, scope: numberScope, number: getpid(), start: startTime(of: getpid()) ?? "")

  /// Whether the process runs, or is stopped for a while; nil where that cannot be known from here.
  var isRunning: Bool? {
    let own = Self.current
    guard !scope.isEmpty, !start.isEmpty, scope == own.scope, host == own.host else { return nil }
    return Self.startTime(of: number) == start
  }

  var description: String { "process \(number) on \(host)" }

  /// The machine's own name; Foundation's would ask the network for it.
  static let hostName: String = {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "this machine" }
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }()

  private static let numberScope: String = {
    let bootFile = "/proc/sys/kernel/random/boot_id"
    let namespaceFile = "/proc/self/ns/pid"
    guard let boot = try? String(contentsOfFile: bootFile, encoding: .utf8),
      let namespace = try? FileManager.default.destinationOfSymbolicLink(atPath: namespaceFile)
    else { return "" }
    return "\(boot.trimmingCharacters(in: .whitespacesAndNewlines)) \(namespace)"
  }()

  /// When a process began, nil if there is none or it only waits to be buried.
  static func startTime(of number: Int32) -> String? {
    guard let text = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8),
      // The name stands in parentheses and may hold anything.
      let nameEnd = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[text.index(after: nameEnd)...].split(separator: " ")
    guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
    return String(fields[19])
  }
}
