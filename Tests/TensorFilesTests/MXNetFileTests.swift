import Essentials
import Foundation
import SharedTestSupport
import Testing

@testable import TensorFiles

@Suite struct MXNetFileTests {
  @Test func readsTheLayoutsOfAllVersions() throws {
    let values: [Float] = [1.5, -2, 3, 4, 5, 6]
    for layout in MXNetBuilder.Layout.allCases {
      try withTemporaryFolder { folder in
        var builder = MXNetBuilder(layout: layout)
        builder.add("arg:w", shape: [2, 3], type: 0, bytes: values.withUnsafeBytes { Data($0) })
        builder.add("aux:m", shape: [2], type: 3, bytes: Data([7, 255]))
        let path = "\(folder)/w.params"
        try AtomicFile.write(builder.data, to: path)
        let file = try MXNetFile(contentsOf: path)
        #expect(file.names == ["arg:w", "aux:m"])
        #expect(
          try file.allTensors() == [
            "arg:w": TensorData(values, dtype: .float32, shape: [2, 3]),
            "aux:m": TensorData([7, 255] as [UInt8], dtype: .uint8, shape: [2]),
          ])
        #expect(try WeightFile.read(path).tensorsByName == file.allTensors())
      }
    }
  }

  @Test func namesTheKnownArraysWhenOneIsMissing() throws {
    try withTemporaryFolder { folder in
      var builder = MXNetBuilder(layout: .sizes32)
      builder.add("arg:w", shape: [1], type: 3, bytes: Data([1]))
      let path = "\(folder)/w.params"
      try AtomicFile.write(builder.data, to: path)
      expectMessage(
        "'\(path)' has no tensor 'arg:v'. Did you mean 'arg:w'? It holds 'arg:w'."
      ) { _ = try MXNetFile(contentsOf: path).tensor(named: "arg:v") }
    }
  }

  static let damages: [(@Sendable (inout MXNetBuilder) -> Void, String)] = [
    ({ $0.magic = 0x113 }, "it does not start with MXNet's number 0x112"),
    ({ $0.claimedCount = 1 << 60 }, "its array 2 has the unknown element type 979858017"),
    (
      { $0.add("arg:w", shape: [1], type: 3, bytes: Data([1])) },
      "two of its arrays have the same name"
    ),
    ({ $0.trailer = Data([0, 0]) }, "2 bytes follow its last name"),
    (
      { $0.add("v", shape: [1], type: 77, bytes: Data([1])) },
      "its array 2 has the unknown element type 77"
    ),
    (
      { $0.add("v", shape: [1 << 61, 8], type: 3, bytes: Data()) },
      "the shape of its array 2 is too large"
    ),
    (
      { $0.add("v", shape: [-1], type: 3, bytes: Data()) },
      "the shape of its array 2 is too large"
    ),
    (
      { $0.add("v", shape: [], type: 3, bytes: Data()) },
      "its array 2 has 0 axes, 1 to 32 were expected"
    ),
    (
      { $0.add("v", shape: [1 << 40], type: 3, bytes: Data()) },
      "it ends at byte 119, 1099511627776 more were expected at byte 89"
    ),
    ({ $0.claimedNameCount = 0 }, "it has 1 arrays and 0 names"),
    (
      { $0.add(String(repeating: "n", count: 5000), shape: [1], type: 3, bytes: Data([1])) },
      "a name has 5000 bytes, at most 4096 were expected"
    ),
  ]

  @Test(arguments: damages.indices)
  func saysWhatIsWrongWithTheFile(index: Int) throws {
    let (damage, problem) = Self.damages[index]
    try withTemporaryFolder { folder in
      var builder = MXNetBuilder(layout: .storageType)
      builder.add("arg:w", shape: [1], type: 3, bytes: Data([1]))
      damage(&builder)
      let path = "\(folder)/w.params"
      try AtomicFile.write(builder.data, to: path)
      expectMessage(
        "The MXNet parameter file '\(path)' is damaged: \(problem). Download or save it again."
      ) { _ = try MXNetFile(contentsOf: path) }
    }
  }

  @Test func refusesSparseArrays() throws {
    try withTemporaryFolder { folder in
      var builder = MXNetBuilder(layout: .storageType)
      builder.storageType = 1
      builder.add("arg:w", shape: [1], type: 3, bytes: Data([1]))
      let path = "\(folder)/w.params"
      try AtomicFile.write(builder.data, to: path)
      expectMessage(
        """
        The MXNet parameter file '\(path)' uses a sparse array, which is not read here. \
        Convert it with 'tostype("default")' in MXNet and save again.
        """
      ) { _ = try MXNetFile(contentsOf: path) }
    }
  }
}

/// Writes parameter files, right and wrong ones.
struct MXNetBuilder: Sendable {
  enum Layout: CaseIterable {
    /// Files of 2016.
    case sizes32
    /// A magic number and 64-bit sizes.
    case sizes64
    /// The same with the kind of storage.
    case storageType
  }

  let layout: Layout
  var magic: UInt64 = 0x112
  var storageType = 0
  var claimedCount: Int?
  var claimedNameCount: Int?
  var trailer = Data()
  private var arrays: [(name: String, data: Data)] = []

  init(layout: Layout) { self.layout = layout }

  mutating func add(_ name: String, shape: [Int], type: Int, bytes: Data) {
    var data = Data()
    switch layout {
    case .sizes32: break
    case .sizes64: data += Self.number(0xF993_FAC8, 4)
    case .storageType: data += Self.number(0xF993_FAC9, 4) + Self.number(storageType, 4)
    }
    data += Self.number(shape.count, 4)
    for size in shape { data += Self.number(size, layout == .sizes32 ? 4 : 8) }
    data += Self.number(1, 4) + Self.number(0, 4) + Self.number(type, 4) + bytes
    arrays.append((name, data))
  }

  var data: Data {
    var data = Self.number(Int(magic), 8) + Self.number(0, 8)
    data += Self.number(claimedCount ?? arrays.count, 8)
    for array in arrays { data += array.data }
    data += Self.number(claimedNameCount ?? arrays.count, 8)
    for array in arrays { data += Self.number(array.name.utf8.count, 8) + Data(array.name.utf8) }
    return data + trailer
  }

  private static func number(_ value: Int, _ width: Int) -> Data {
    Data((0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) })
  }
}
