import Essentials
import Foundation
import SharedTestSupport
import Testing

@testable import TensorFiles

@Suite struct WeightFileGoldenTests {
  // MARK: - Valid files

  @Test func readsSafetensorsOfEveryType() throws {
    try goldenFiles(.valid, formats: ["safetensors"]) { golden in
      let file = try SafetensorsFile(contentsOf: golden.path)
      if let table = try table(beside: golden.path) {
        #expect(file.names == table.keys.sorted(), "\(golden.name)")
        for (name, entry) in table {
          let tensor = try file.tensor(named: name)
          #expect(tensor.dtype.rawValue == entry["dtype"].string, "\(name)")
          #expect(tensor.shape == entry["shape"].integers, "\(name)")
          #expect(tensor.doubles() == entry["values"].array?.compactMap(\.double), "\(name)")
        }
      } else {
        let values = try file.allTensors().mapValues { $0.doubles() }
        #expect(try values == listedValues(of: golden), "\(golden.name)")
      }
    }
  }

  @Test func writesSafetensorsThatReadBackTheSame() throws {
    try goldenFiles(.valid, formats: ["safetensors"]) { golden in
      try withTemporaryFolder { folder in
        let original = try SafetensorsFile(contentsOf: golden.path)
        let copy = "\(folder)/copy.safetensors"
        try Safetensors.write(
          original.names.map { ($0, try original.tensor(named: $0)) },
          metadata: original.metadata, to: copy)
        let reread = try SafetensorsFile(contentsOf: copy)
        #expect(try reread.allTensors() == original.allTensors())
        #expect(reread.metadata == original.metadata)
      }
    }
  }

  @Test func readsPlainNumPyArrays() throws {
    try goldenFiles(.valid, formats: ["npy"]) { file in
      let expected = try file.tensors().tensor(named: file.entry["key"].string ?? "")
      let tensor = try NumPyFile.read(file.path)
      // The decoded file has a scalar as one element and truth values as bytes.
      #expect(tensor.bytes == expected.bytes, "\(file.name)")
      #expect(tensor.shape == expected.shape || tensor.shape.isEmpty, "\(file.name)")
      #expect(tensor.dtype == expected.dtype || tensor.dtype == .bool, "\(file.name)")
      try withTemporaryFolder { folder in
        try NumPyFile.write(tensor, to: "\(folder)/copy.npy")
        #expect(try NumPyFile.read("\(folder)/copy.npy") == tensor)
      }
    }
  }

  @Test func readsPickledDictionariesOfNumPyFiles() throws {
    let formats = ["", " (IRN CAM)", " (SEAM CAM)"].map { "npy with pickled dict\($0)" }
    try goldenFiles(.valid, formats: formats) { file in
      let tensors = try NumPyFile.readDictionary(file.path)
      #expect(
        try Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.tensor) })
          == file.tensors().allTensors(), "\(file.name)")
    }
  }

  @Test func readsImageLabelsOfBothDialects() throws {
    try goldenFiles(.valid, formats: ["npy with pickled dict (image labels)"]) { file in
      let expected = try file.tensors().allTensors().mapValues { $0.floats() }
      #expect(try ImageLabelFile.read(file.path) == expected, "\(file.name)")
    }
  }

  @Test func readsCheckpointsOfBothFormats() throws {
    try goldenFiles(.valid, formats: checkpoints, where: isPlain) { file in
      let contents = try WeightFile.read(file.path)
      #expect(try contents.tensorsByName == file.tensors().allTensors(), "\(file.name)")
      #expect(contents.tensors.count == contents.tensorsByName.count)
      if let aliases = names(file.entry["aliases"]) {
        #expect(Set(contents.aliases) == Set(aliases))
      }
      if let groups = names(file.entry["shared_storage_groups"]) {
        #expect(Set(contents.sharedStorages.map(Set.init)) == Set(groups.map(Set.init)))
      }
    }
  }

  @Test func findsTheStateDictionaryAndDropsTheModulePrefix() throws {
    try goldenFiles(.valid, formats: checkpoints, where: isNested) { file in
      #expect(try WeightFile.read(file.path).tensorsByName == nestedWeights(of: file))

      let checkpoint = try Checkpoint(RandomAccessFile(file.path))
      let tensors = try checkpoint.tensors(checkpoint.leaves)
      let paths = checkpoint.leaves.map { $0.keys.joined(separator: "/") }
      #expect(
        try Dictionary(uniqueKeysWithValues: zip(paths, tensors)) == file.tensors().allTensors())
    }
  }

  // MARK: - Damaged and hostile files

  @Test func treatsHostileFilesAsTheManifestExpects() throws {
    try goldenFiles(.hostile, formats: hostileFormats) { file in
      let expectation = file.entry["expect"].string ?? ""
      let outcome = Result { try readByExtension(file.path) }
      switch (expectation, outcome) {
      case ("ok", .success(let tensors)): #expect(!tensors.isEmpty, "\(file.name)")
      case ("ok", .failure(let error)): Issue.record("\(file.name): \(error)")
      case ("error", .success): Issue.record("\(file.name) was read, expected an error")
      case (_, .success(let tensors)): try expectHarmless(tensors, of: file)
      case (_, .failure(let error)):
        #expect(
          error is TensorFileError && "\(error)".contains("'\(file.path)'"),
          "\(file.name): \(error)")
      }
    }
    #expect(!FileManager.default.fileExists(atPath: "PWNED_BY_UNPICKLING"))
  }

  /// A lenient expectation still forbids wrong values.
  private func expectHarmless(_ tensors: [String: TensorData], of file: GoldenFile) throws {
    guard SharedFolder.goldenOverride != nil else {
      // These files all hold 0, 1, 2, ….
      for tensor in tensors.values {
        #expect(tensor.doubles() == (0..<tensor.count).map(Double.init), "\(file.name)")
      }
      return
    }
    // Other vectors may hold other numbers, but also make their files of the valid one. Which of
    // two records is read, for example, is a documented choice.
    guard file.entry["expect"].string?.contains("documented") == false,
      let control = try GoldenLibrary.current.get().files(.hostile, formats: [file.format])
        .first(where: { $0.entry["expect"].string == "ok" })
    else { return }
    let expected = try readByExtension(control.path)
    for (name, tensor) in tensors {
      #expect(expected[name] == nil || expected[name] == tensor, "\(file.name)")
    }
  }

  @Test func readsHostileFilesInLittleMemory() async throws {
    var hasFiles = false
    try goldenFile("files/hostile") { _ in hasFiles = true }
    guard hasFiles else { return }
    // A process of its own: the peak of this one depends on the tests beside this one.
    await #expect(processExitsWith: .success) {
      let before = peakMemoryInBytes()
      for file in try GoldenLibrary.current.get().files(.hostile, formats: hostileFormats) {
        for read in readers { _ = try? read(file.path) }
      }
      #expect(peakMemoryInBytes() - before < 64 << 20)
    }
  }

  @Test func survivesEveryHostileFileInEveryReader() throws {
    try goldenFile("files/hostile") { folder in
      for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
        for read in readers { _ = try? read("\(folder)/\(name)") }
      }
    }
    #expect(!FileManager.default.fileExists(atPath: "PWNED_BY_UNPICKLING"))
  }

  @Test func refusesTruncatedFiles() throws {
    try goldenFile("files/hostile/truncation_plan.json") { path in
      let root = try GoldenLibrary.current.get().path
      let plan = try #require(try JSONParser.parse(AtomicFile.read(path)).array)
      try withTemporaryFolder { folder in
        for entry in plan where ["pth", "npy", "safetensors"].contains(entry["format"].string) {
          let name = try #require(entry["file"].string)
          let whole = try AtomicFile.read("\(root)/\(name)")
          for count in try #require(entry["keep_bytes"].integers) {
            let copy = "\(folder)/cut.\((name as NSString).pathExtension)"
            try AtomicFile.write(whole.prefix(count), to: copy)
            #expect(throws: TensorFileError.self, "\(name) cut to \(count) bytes") {
              try readByExtension(copy)
            }
          }
        }
      }
    }
  }

  @Test func survivesFilesWithFlippedBytes() throws {
    for format in ["safetensors", "npy", "pth"] {
      try goldenFile("files/\(format)") { samples in
        try withTemporaryFolder { folder in
          let names = try FileManager.default.contentsOfDirectory(atPath: samples).sorted()
          for name in names where name.hasSuffix(format) {
            let whole = try AtomicFile.read("\(samples)/\(name)")
            let copy = "\(folder)/flipped.\(format)"
            for round in 0..<30 {
              var stream = RandomStream(seed: 1, name, round)
              var bytes = whole
              for _ in 0..<stream.integer(in: 1...4) {
                bytes[stream.integer(in: 0...bytes.count - 1)] = UInt8(stream.integer(in: 0...255))
              }
              try bytes.write(to: URL(fileURLWithPath: copy))
              _ = try? readByExtension(copy)
            }
          }
        }
      }
    }
  }
}

// MARK: - Helpers

private let checkpoints = [
  "pytorch zip checkpoint", "pytorch legacy checkpoint", "pytorch legacy checkpoint (before 1.6)",
]

private let hostileFormats = ["pth", "npy", "safetensors"]

/// Returns the type, shape and values of every tensor in the table beside a file, if there is one.
private func table(beside path: String) throws -> [String: JSONValue]? {
  let table = (path as NSString).deletingPathExtension + ".json"
  guard FileManager.default.fileExists(atPath: table) else { return nil }
  let object: [String: JSONValue] = try #require(
    try JSONParser.parse(AtomicFile.read(table)).object)
  return object
}

/// Returns the values that the manifest gives in words: "a = [-7], z = [0.5, 1.25]".
private func listedValues(of file: GoldenFile) throws -> [String: [Double]] {
  var result: [String: [Double]] = [:]
  for match in (file.entry["desc"].string ?? "").matches(of: /(\w+) = (\[[^\]]*\])/) {
    let list = try JSONParser.parse(match.output.2.utf8)
    result[String(match.output.1)] = list.array?.compactMap(\.double)
  }
  return result
}

/// Returns the weights of a checkpoint that holds more than them, empty for a plain dictionary.
///
/// They lie under `state_dict`, and their names may have the prefix of `DataParallel`.
private func nestedWeights(of file: GoldenFile) throws -> [String: TensorData] {
  let (folder, prefix) = ("state_dict/", "module.")
  let weights = try file.tensors().allTensors().filter { $0.key.hasPrefix(folder) }
  let names = weights.keys.map { String($0.dropFirst(folder.count)) }
  let length = names.allSatisfy { $0.hasPrefix(prefix) } ? prefix.count : 0
  return Dictionary(
    uniqueKeysWithValues: weights.map {
      (String($0.key.dropFirst(folder.count + length)), $0.value)
    })
}

private func isPlain(_ checkpoint: GoldenFile) throws -> Bool {
  try nestedWeights(of: checkpoint).isEmpty
}

private func isNested(_ checkpoint: GoldenFile) throws -> Bool { try !isPlain(checkpoint) }

private func names(_ value: JSONValue) -> [[String]]? {
  value.array?.map { ($0.array ?? []).compactMap(\.string) }
}

private let readers: [@Sendable (String) throws -> Void] = [
  { _ = try WeightFile.read($0) }, { _ = try SafetensorsFile(contentsOf: $0).allTensors() },
  { _ = try NumPyFile.read($0) }, { _ = try NumPyFile.readDictionary($0) },
  { _ = try ImageLabelFile.read($0) },
]

@discardableResult
private func readByExtension(_ path: String) throws -> [String: TensorData] {
  switch (path as NSString).pathExtension {
  case "npy":
    do {
      return ["": try NumPyFile.read(path)]
    } catch TensorFileError.unexpectedContent {
      return Dictionary(try NumPyFile.readDictionary(path).map { ($0.name, $0.tensor) }) { $1 }
    }
  case "safetensors": return try SafetensorsFile(contentsOf: path).allTensors()
  default: return try WeightFile.read(path).tensorsByName
  }
}

/// The peak resident memory of this process; `VmHWM` of Linux, 0 elsewhere.
private func peakMemoryInBytes() -> Int {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  return line?.split(separator: " ").compactMap { Int($0) }.first.map { $0 * 1024 } ?? 0
}
