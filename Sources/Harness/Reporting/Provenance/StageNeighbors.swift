import Essentials
import Foundation

/// The stored outputs of one stage, for the question why none of them could be used.
struct StageNeighbors {
  /// The most outputs that are compared: those that were used last.
  static let limit = 200

  private let folder: String
  private let stage: String

  /// Looks into the store that holds an output of the stage.
  ///
  /// - Parameters:
  ///   - output: The output's folder, or a run's link to it.
  ///   - stage: The stage's name.
  init(ofOutput output: String, stage: String) {
    folder = (CachePath.absolute(output) as NSString).deletingLastPathComponent
    self.stage = stage
  }

  /// Returns the output whose key differs in the fewest parts, of equals the one that was used last.
  ///
  /// - Parameters:
  ///   - parts: What the key is made of that the others are compared with.
  ///   - names: The folders that do not count.
  /// - Returns: The output, nil if there is none that can be read.
  func nearest(to parts: [String: String], besides names: Set<String>) -> StageUse.Neighbor? {
    var nearest: StageUse.Neighbor?
    var count = 0
    for entry in entries(besides: names) {
      guard let other = self.parts(of: entry) else { continue }
      let changes = StageUse.differences(from: other, to: parts)
      guard !changes.isEmpty else { continue }
      count += 1
      if changes.count < (nearest?.changes.count ?? .max) {
        nearest = StageUse.Neighbor(count: 0, entry: entry, changes: changes)
      }
    }
    nearest?.count = count
    return nearest
  }

  /// The names of the stage's outputs, the one that was used last first.
  private func entries(besides names: Set<String>) -> [String] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    // A stage's name may begin like another one's; what follows it is a key's first 16 digits.
    let own = all.filter {
      $0.hasPrefix("\(stage)-") && $0.count == stage.count + 17 && !names.contains($0)
    }
    return own.map { (name: $0, lastUse: lastUse(of: $0)) }
      .sorted { ($0.lastUse, $1.name) > ($1.lastUse, $0.name) }
      .prefix(Self.limit).map(\.name)
  }

  private func manifest(of name: String) -> String {
    "\(folder)/\(name)/\(StageManifest.fileName)"
  }

  private func lastUse(of name: String) -> Date {
    let attributes = try? FileManager.default.attributesOfItem(atPath: manifest(of: name))
    return attributes?[.modificationDate] as? Date ?? .distantPast
  }

  /// Reads what the key of an output is made of; nil if its manifest is gone or damaged.
  ///
  /// The description stands first in a manifest; the list of files behind it may be long and is not
  /// read.
  private func parts(of name: String) -> [String: String]? {
    struct Head: Decodable { var description: String }
    guard let file = try? RandomAccessFile(manifest(of: name)),
      let bytes = try? file.read(0..<min(file.byteCount, Self.headLength)),
      let end = bytes.range(of: Data(",\n  \"files\"".utf8))?.lowerBound,
      let head = try? JSONDecoder().decode(Head.self, from: bytes[..<end] + Data("}".utf8))
    else { return nil }
    return StageDescription.readParts(of: head.description)
  }

  /// More bytes than any description has.
  private static let headLength = 1 << 16
}
