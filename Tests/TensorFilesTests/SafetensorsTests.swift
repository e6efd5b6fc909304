import Essentials
import Foundation
import SharedTestSupport
import Testing

@testable import TensorFiles

@Suite struct SafetensorsTests {
  @Test func readsBackWhatItWrote() throws {
    try withTemporaryFolder { folder in
      let tensors = [
        ("b.weight", TensorData([1, 2, 3, 4, 5, 6] as [Float], dtype: .float32, shape: [2, 3])),
        ("a \"quoted\"\n", TensorData([-1] as [Int64], dtype: .int64, shape: [])),
        ("empty", TensorData([] as [UInt8], dtype: .uint8, shape: [0, 4])),
      ]
      let path = "\(folder)/new/weights.safetensors"
      try Safetensors.write(tensors, metadata: ["format": "pt"], to: path)
      let file = try SafetensorsFile(contentsOf: path)
      #expect(file.names == tensors.map(\.0).sorted())
      #expect(file.metadata == ["format": "pt"])
      #expect(try file.allTensors() == Dictionary(uniqueKeysWithValues: tensors))
    }
  }

  @Test func writesTheSameBytesWhateverTheOrderOfTheTensors() throws {
    try withTemporaryFolder { folder in
      let tensors = (0..<5).map {
        ("t\($0)", TensorData([Float($0)], dtype: .float32, shape: [1]))
      }
      try Safetensors.write(tensors, to: "\(folder)/a")
      try Safetensors.write(tensors.reversed(), to: "\(folder)/b")
      #expect(try AtomicFile.read("\(folder)/a") == AtomicFile.read("\(folder)/b"))
    }
  }

  @Test func startsTheDataAtAMultipleOfEightBytes() throws {
    try withTemporaryFolder { folder in
      for length in 1...8 {
        let name = String(repeating: "n", count: length)
        let tensor = TensorData([1.5] as [Double], dtype: .float64, shape: [1])
        try Safetensors.write([(name, tensor)], to: "\(folder)/f")
        #expect(try AtomicFile.read("\(folder)/f").count.isMultiple(of: 8))
      }
    }
  }

  @Test func refusesToWriteTwoTensorsOfOneName() throws {
    try withTemporaryFolder { folder in
      let tensor = TensorData([1] as [UInt8], dtype: .uint8, shape: [1])
      let path = "\(folder)/f"
      expectMessage(
        "Two tensors for '\(path)' are named 'a'. Give each tensor its own name."
      ) { try Safetensors.write([("a", tensor), ("a", tensor)], to: path) }
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  @Test func namesTheKnownTensorsWhenOneIsMissing() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/f"
      let tensor = TensorData([1] as [UInt8], dtype: .uint8, shape: [1])
      try Safetensors.write([("conv.weight", tensor), ("conv.bias", tensor)], to: path)
      expectMessage(
        """
        '\(path)' has no tensor 'conv.wieght'. Did you mean 'conv.weight'? \
        It holds 'conv.bias', 'conv.weight'.
        """
      ) { _ = try SafetensorsFile(contentsOf: path).tensor(named: "conv.wieght") }
    }
  }

  @Test(arguments: [
    ("", "it has 0 bytes, at least 8 were expected"),
    ("\u{9}\0\0\0\0\0\0\0{}", "its table should have 9 bytes, the file has 10"),
    ("\u{2}\0\0\0\0\0\0\0[]", "its table does not start with '{'"),
    (
      "\u{3}\0\0\0\0\0\0\0{]}",
      "its table is no valid JSON: expected a key in quotation marks (byte 1)"
    ),
    ("\u{2}\0\0\0\0\0\0\0{}xyz", "it has 3 bytes of data, its table describes 0"),
  ])
  func saysWhatIsWrongWithTheFile(content: String, problem: String) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/f.safetensors"
      try AtomicFile.write(content, to: path)
      expectMessage(
        "The safetensors file '\(path)' is damaged: \(problem). Download or save it again."
      ) { _ = try SafetensorsFile(contentsOf: path) }
    }
  }

  @Test(arguments: [
    ("{\"a\":1}", "its entry is no JSON object"),
    ("{\"a\":{}}", "its 'dtype' is missing or no text"),
    ("{\"a\":{\"dtype\":\"F8\"}}", "its type 'F8' is unknown"),
    ("{\"a\":{\"dtype\":\"U8\",\"x\":1}}", "its entry has an unknown field 'x'"),
    (
      "{\"a\":{\"dtype\":\"U8\",\"shape\":[-1],\"data_offsets\":[0,4]}}",
      "its 'shape' is no list of whole numbers from 0"
    ),
    (
      "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4.0]}}",
      "its 'data_offsets' are no two whole numbers in order"
    ),
    (
      "{\"a\":{\"dtype\":\"U8\",\"shape\":[4294967296,4294967296,0],\"data_offsets\":[0,0]}}",
      "its shape [4294967296, 4294967296, 0] is too large"
    ),
    (
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}",
      "shape [2] of F32 needs 8 bytes, its offsets span 4"
    ),
    (
      "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,4]}}",
      "its bytes start at 2 and leave a gap, expected 0"
    ),
    (
      """
      {"_":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},\
      "a":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}}
      """, "its bytes start at 1 and overlap, expected 3"
    ),
  ])
  func saysWhatIsWrongWithATensor(header: String, problem: String) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/f.safetensors"
      try AtomicFile.write(
        number(UInt64(header.utf8.count)) + Data(header.utf8) + Data(count: 4), to: path)
      expectMessage(
        """
        The safetensors file '\(path)' is damaged at tensor 'a': \(problem). \
        Download or save it again.
        """
      ) { _ = try SafetensorsFile(contentsOf: path) }
    }
  }

  @Test func saysThatAFileIsMissing() {
    expectMessage("No file at '/nowhere/f.safetensors'. Check the path.") {
      _ = try SafetensorsFile(contentsOf: "/nowhere/f.safetensors")
    }
  }
}
