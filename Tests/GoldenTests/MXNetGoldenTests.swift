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
    try goldenFiles(.valid, formats: ["mxnet ndarray list"]) { file in
      let expected = try file.tensors().allTensors()
      #expect(try MXNetFile(contentsOf: file.path).allTensors() == expected, "\(file.name)")
      #expect(try WeightFile.read(file.path).tensorsByName == expected, "\(file.name)")
    }
  }

  @Test func givesResNet38sParametersTheirNames() throws {
    try goldenFiles(.valid, formats: ["mxnet ndarray list"], where: isRenamed) { file in
      let tensors = try WeightFile.read(file.path).tensorsByName
      let names = WeightNames(kind: .resNet38, tensorNames: Array(tensors.keys))
      var result: [String: TensorData] = [:]
      for (name, tensor) in tensors { names.parameterName(of: name).map { result[$0] = tensor } }
      #expect(try result == file.tensors("renamed").allTensors(), "\(file.name)")
    }
  }

  /// Whether the manifest names a file with the tensors under ResNet-38's names.
  private func isRenamed(_ file: GoldenFile) -> Bool { file.entry["renamed"].string != nil }

  @Test func refusesHostileFiles() throws {
    try goldenFiles(.hostile, formats: ["mxnet"]) { file in
      #expect(file.entry["expect"].string == "error")
      let error = #expect(throws: TensorFileError.self, "\(file.name)") {
        try MXNetFile(contentsOf: file.path).allTensors()
      }
      #expect(error.map { "\($0)".contains("'\(file.path)'") } == true, "\(file.name)")
      #expect(throws: TensorFileError.self, "\(file.name)") { try WeightFile.read(file.path) }
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
    try goldenFiles(.valid, formats: ["mxnet ndarray list"]) { file in
      try withTemporaryFolder { folder in
        let whole = try AtomicFile.read(file.path)
        for round in 0..<30 {
          var stream = RandomStream(seed: 1, file.name, round)
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
