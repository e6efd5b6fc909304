import Essentials
import Foundation
import SharedTestSupport
import Testing

@testable import TensorFiles

@Suite struct WeightFileGoldenTests {
  // MARK: - Valid files

  @Test func readsSafetensorsOfEveryType() throws {
    try goldenFile("files/safetensors/all_types.safetensors") { path in
      let file = try SafetensorsFile(contentsOf: path)
      let table = try JSONParser.parse(
        AtomicFile.read((path as NSString).deletingPathExtension + ".json"))
      let expected = try #require(table.object)
      #expect(file.names == expected.keys.sorted())
      for (name, entry) in expected {
        let tensor = try file.tensor(named: name)
        #expect(tensor.dtype.rawValue == entry["dtype"].string, "\(name)")
        #expect(tensor.shape == entry["shape"].integers, "\(name)")
        #expect(tensor.doubles() == entry["values"].array?.compactMap(\.double), "\(name)")
      }
    }
    try goldenFile("files/safetensors/unsorted_padded.safetensors") { path in
      let tensors = try SafetensorsFile(contentsOf: path).allTensors()
      #expect(tensors["a"]?.integers() == [-7])
      #expect(tensors["z"]?.doubles() == [0.8330267667770386, 1.287828803062439])
    }
  }

  @Test func writesSafetensorsThatReadBackTheSame() throws {
    try goldenFile("files/safetensors/all_types.safetensors") { path in
      try withTemporaryFolder { folder in
        let original = try SafetensorsFile(contentsOf: path)
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
    for entry in try entries("valid", format: "npy") {
      try goldenFile(entry.file) { path in
        let expected = try decoded(entry).tensor(named: entry.json["key"].string ?? "")
        let tensor = try NumPyFile.read(path)
        // The decoded file has a scalar as one element and truth values as bytes.
        #expect(tensor.bytes == expected.bytes, "\(entry.file)")
        #expect(tensor.shape == expected.shape || tensor.shape.isEmpty, "\(entry.file)")
        #expect(tensor.dtype == expected.dtype || tensor.dtype == .bool, "\(entry.file)")
        try withTemporaryFolder { folder in
          try NumPyFile.write(tensor, to: "\(folder)/copy.npy")
          #expect(try NumPyFile.read("\(folder)/copy.npy") == tensor)
        }
      }
    }
  }

  @Test func readsPickledDictionariesOfNumPyFiles() throws {
    for format in ["IRN CAM", "SEAM CAM"] {
      for entry in try entries("valid", format: "npy with pickled dict (\(format))") {
        try checkDictionary(entry)
      }
    }
    for entry in try entries("valid", format: "npy with pickled dict") {
      try checkDictionary(entry)
    }
  }

  @Test func readsImageLabelsOfBothDialects() throws {
    for entry in try entries("valid", format: "npy with pickled dict (image labels)") {
      try goldenFile(entry.file) { path in
        let expected = try decoded(entry).allTensors().mapValues { $0.floats() }
        #expect(try ImageLabelFile.read(path) == expected, "\(entry.file)")
      }
    }
  }

  @Test func readsCheckpointsOfBothFormats() throws {
    for entry in try checkpoints() where !entry.file.hasSuffix("nested_dataparallel.pth") {
      try goldenFile(entry.file) { path in
        let contents = try WeightFile.read(path)
        #expect(try contents.tensorsByName == decoded(entry).allTensors(), "\(entry.file)")
        #expect(contents.tensors.count == contents.tensorsByName.count)
        if let aliases = names(entry.json["aliases"]) {
          #expect(Set(contents.aliases) == Set(aliases))
        }
        if let groups = names(entry.json["shared_storage_groups"]) {
          #expect(Set(contents.sharedStorages.map(Set.init)) == Set(groups.map(Set.init)))
        }
      }
    }
  }

  @Test func findsTheStateDictionaryAndDropsTheModulePrefix() throws {
    try goldenFile("files/pth/nested_dataparallel.pth") { path in
      let expected = try SafetensorsFile(
        contentsOf: (path as NSString).deletingLastPathComponent + "/nested.decoded.safetensors")
      let prefix = "state_dict/module."
      let weights = try expected.allTensors().filter { $0.key.hasPrefix(prefix) }
      #expect(
        try WeightFile.read(path).tensorsByName
          == Dictionary(
            uniqueKeysWithValues: weights.map { (String($0.key.dropFirst(prefix.count)), $0.value) }
          ))

      let checkpoint = try Checkpoint(RandomAccessFile(path))
      let tensors = try checkpoint.tensors(checkpoint.leaves)
      let paths = checkpoint.leaves.map { $0.keys.joined(separator: "/") }
      #expect(
        try Dictionary(uniqueKeysWithValues: zip(paths, tensors)) == expected.allTensors())
    }
  }

  // MARK: - Damaged and hostile files

  @Test func treatsHostileFilesAsTheManifestExpects() throws {
    try goldenFile("files/hostile") { _ in
      let count = try hostileFiles().count
      #expect(count > 0)
    }
    for entry in try hostileFiles() {
      try goldenFile(entry.file) { path in
        let expectation = entry.json["expect"].string ?? ""
        let outcome = Result { try readByExtension(path) }
        switch (expectation, outcome) {
        case ("ok", .success(let tensors)): #expect(!tensors.isEmpty, "\(entry.file)")
        case ("ok", .failure(let error)): Issue.record("\(entry.file): \(error)")
        case ("error", .success): Issue.record("\(entry.file) was read, expected an error")
        case (_, .success(let tensors)):
          // A lenient expectation still forbids wrong values: these files all hold 0, 1, 2, ….
          for tensor in tensors.values {
            #expect(tensor.doubles() == (0..<tensor.count).map(Double.init), "\(entry.file)")
          }
        case (_, .failure(let error)):
          #expect(
            error is TensorFileError && "\(error)".contains("'\(path)'"), "\(entry.file): \(error)")
        }
      }
    }
    #expect(!FileManager.default.fileExists(atPath: "PWNED_BY_UNPICKLING"))
  }

  @Test func readsHostileFilesInLittleMemory() async throws {
    var hasFiles = false
    try goldenFile("files/hostile") { _ in hasFiles = true }
    guard hasFiles else { return }
    // A process of its own: the peak of this one depends on the tests beside this one.
    await #expect(processExitsWith: .success) {
      let before = peakMemoryInBytes()
      for entry in try hostileFiles() {
        let path = "\(try GoldenLibrary.current.get().path)/\(entry.file)"
        for read in readers { _ = try? read(path) }
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

private struct FileEntry {
  let file: String
  let json: JSONValue
}

private func entries(_ kind: String, format: String) throws -> [FileEntry] {
  guard case .success(let library) = GoldenLibrary.current else { return [] }
  return (library.manifest["files"][kind].array ?? []).compactMap { json in
    guard json["format"].string == format, let file = json["file"].string else { return nil }
    return FileEntry(file: file, json: json)
  }
}

private func checkpoints() throws -> [FileEntry] {
  try [
    "pytorch zip checkpoint", "pytorch legacy checkpoint",
    "pytorch legacy checkpoint (before 1.6)",
  ].flatMap { try entries("valid", format: $0) }
}

private func hostileFiles() throws -> [FileEntry] {
  try ["pth", "npy", "safetensors"].flatMap { try entries("hostile", format: $0) }
}

private func decoded(_ entry: FileEntry) throws -> SafetensorsFile {
  let name = try #require(entry.json["decoded"].string)
  return try SafetensorsFile(contentsOf: "\(try GoldenLibrary.current.get().path)/\(name)")
}

private func names(_ value: JSONValue) -> [[String]]? {
  value.array?.map { ($0.array ?? []).compactMap(\.string) }
}

private func checkDictionary(_ entry: FileEntry) throws {
  try goldenFile(entry.file) { path in
    let tensors = try NumPyFile.readDictionary(path)
    #expect(
      try Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.tensor) })
        == decoded(entry).allTensors(), "\(entry.file)")
  }
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
