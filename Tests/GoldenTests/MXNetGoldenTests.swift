import Essentials
import Foundation
import Networks
import SharedTestSupport
import TensorFiles
import Tensors
import Testing

@testable import Networks

/// MXNet parameter files, valid and hostile ones.
@Suite struct MXNetGoldenTests {
  @Test func readsFilesOfEveryVersion() throws {
    for entry in try entries("valid", format: "mxnet ndarray list") {
      let name = try #require(entry["file"].string)
      try goldenFile(name) { path in
        let expected = try decoded(entry["decoded"].string).allTensors()
        #expect(try MXNetFile(contentsOf: path).allTensors() == expected, "\(name)")
        #expect(try WeightFile.read(path).tensorsByName == expected, "\(name)")
      }
    }
  }

  @Test func givesResNet38sParametersTheirNames() throws {
    for entry in try entries("valid", format: "mxnet ndarray list") {
      guard let renamed = entry["renamed"].string, let name = entry["file"].string else { continue }
      try goldenFile(name) { path in
        let tensors = try WeightFile.read(path).tensorsByName
        let names = WeightNames(kind: .resNet38, tensorNames: Array(tensors.keys))
        var result: [String: TensorData] = [:]
        for (name, tensor) in tensors { names.parameterName(of: name).map { result[$0] = tensor } }
        #expect(try result == decoded(renamed).allTensors(), "\(name)")
      }
    }
  }

  @Test func refusesHostileFiles() throws {
    for entry in try entries("hostile", format: "mxnet") {
      let name = try #require(entry["file"].string)
      try goldenFile(name) { path in
        #expect(entry["expect"].string == "error")
        let error = #expect(throws: TensorFileError.self, "\(name)") {
          try MXNetFile(contentsOf: path).allTensors()
        }
        #expect(error.map { "\($0)".contains("'\(path)'") } == true, "\(name)")
        #expect(throws: TensorFileError.self, "\(name)") { try WeightFile.read(path) }
      }
    }
  }

  @Test func refusesTruncatedFiles() throws {
    try goldenFile("files/hostile/truncation_plan.json") { path in
      let root = try GoldenLibrary.current.get().path
      let plan = try #require(try JSONParser.parse(AtomicFile.read(path)).array)
      try withTemporaryFolder { folder in
        for entry in plan where entry["format"].string == "mxnet" {
          let name = try #require(entry["file"].string)
          let whole = try AtomicFile.read("\(root)/\(name)")
          for count in try #require(entry["keep_bytes"].integers) {
            let copy = "\(folder)/cut.params"
            try AtomicFile.write(whole.prefix(count), to: copy)
            #expect(throws: TensorFileError.self, "\(name) cut to \(count) bytes") {
              try MXNetFile(contentsOf: copy)
            }
          }
        }
      }
    }
  }

  @Test func survivesFilesWithFlippedBytes() throws {
    for entry in try entries("valid", format: "mxnet ndarray list") {
      let name = try #require(entry["file"].string)
      try goldenFile(name) { path in
        try withTemporaryFolder { folder in
          let whole = try AtomicFile.read(path)
          for round in 0..<30 {
            var stream = RandomStream(seed: 1, name, round)
            var bytes = whole
            for _ in 0..<stream.integer(in: 1...4) {
              bytes[stream.integer(in: 0...bytes.count - 1)] = UInt8(stream.integer(in: 0...255))
            }
            try AtomicFile.write(bytes, to: "\(folder)/flipped.params")
            _ = try? MXNetFile(contentsOf: "\(folder)/flipped.params").allTensors()
          }
        }
      }
    }
  }

  private func entries(_ kind: String, format: String) throws -> [JSONValue] {
    guard case .success(let library) = GoldenLibrary.current else { return [] }
    return (library.manifest["files"][kind].array ?? []).filter { $0["format"].string == format }
  }

  private func decoded(_ name: String?) throws -> SafetensorsFile {
    try SafetensorsFile(contentsOf: "\(GoldenLibrary.current.get().path)/\(#require(name))")
  }
}
