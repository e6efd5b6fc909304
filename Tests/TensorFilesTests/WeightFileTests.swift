import Essentials
import Foundation
import SharedTestSupport
import Testing

@testable import TensorFiles

@Suite struct WeightFileTests {
  @Test func readsViewsOfSharedStorages() throws {
    let pickle = PickleBuilder.stateDictionary {
      $0.text("base")
      $0.tensor(count: 6, shape: [2, 3], strides: [3, 1])
      $0.text("alias")
      $0.tensor(count: 6, shape: [2, 3], strides: [3, 1])
      $0.text("transposed")
      $0.tensor(count: 6, shape: [3, 2], strides: [1, 3])
      $0.text("column")
      $0.tensor(count: 6, offset: 1, shape: [2], strides: [3])
      $0.text("expanded")
      $0.tensor(key: "1", count: 1, shape: [2, 2], strides: [0, 0])
    }
    let contents = try read(checkpoint(pickle, storages: [[0, 1, 2, 3, 4, 5], [7]]))
    #expect(
      contents.tensors.map(\.name) == ["base", "alias", "transposed", "column", "expanded"])
    #expect(contents.tensors.map { $0.tensor.shape } == [[2, 3], [2, 3], [3, 2], [2], [2, 2]])
    #expect(
      contents.tensors.map { $0.tensor.floats() } == [
        [0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5], [0, 3, 1, 4, 2, 5], [1, 4], [7, 7, 7, 7],
      ])
    #expect(contents.aliases == [["base", "alias"]])
    #expect(contents.sharedStorages == [["base", "alias", "transposed", "column"]])
  }

  @Test func readsTensorsOfPyTorchBefore04() throws {
    var pickle = PickleBuilder()
    pickle.raw("}(")
    pickle.text("w")
    pickle.global("torch._utils", "_rebuild_tensor")
    pickle.raw("(")
    pickle.storage("Long", key: "0", count: 1)
    pickle.integer(0)
    pickle.tuple([1])
    pickle.tuple([1])
    pickle.raw("tRu")
    var zip = checkpoint(pickle.end(), storages: [])
    zip.records.append(("archive/data/0", number(Int64(-5))))
    #expect(try read(zip).tensors[0].tensor.integers() == [-5])
  }

  @Test func findsWeightsUnderAKeyAndKeepsNamesWithoutCommonPrefix() throws {
    var pickle = PickleBuilder()
    pickle.raw("}(")
    pickle.text("epoch")
    pickle.integer(7)
    pickle.text("model")
    pickle.raw("}(")
    pickle.text("module.a")
    pickle.tensor(count: 1, shape: [1], strides: [1])
    pickle.text("b")
    pickle.tensor(count: 1, shape: [1], strides: [1])
    pickle.raw("uu")
    let contents = try read(checkpoint(pickle.end(), storages: [[1]]))
    #expect(contents.tensors.map(\.name) == ["module.a", "b"])
  }

  @Test func readsSafetensorsToo() throws {
    try withTemporaryFolder { folder in
      let tensor = TensorData([1, 2] as [Float], dtype: .float32, shape: [2])
      try Safetensors.write([("w", tensor)], to: "\(folder)/weights.pth")
      let contents = try WeightFile.read("\(folder)/weights.pth")
      #expect(contents.tensorsByName == ["w": tensor])
      #expect(contents.path == "\(folder)/weights.pth")
      #expect(
        try contents.sha256 == SHA256.hexDigest(of: AtomicFile.read("\(folder)/weights.pth")))
    }
  }

  @Test func neverCallsWhatAPickleNames() throws {
    var pickle = PickleBuilder()
    pickle.global("os", "system")
    pickle.text("touch PWNED_BY_UNPICKLING")
    pickle.append(Data([0x85]))
    pickle.raw("R")
    try expectRefusal(of: checkpoint(pickle.end(), storages: []).build()) {
      """
      The PyTorch checkpoint '\($0)' was refused: reading it would call 'os.system', which no \
      weight file needs. Do not load it with other software; get it from a source you trust.
      """
    }
    #expect(!FileManager.default.fileExists(atPath: "PWNED_BY_UNPICKLING"))
  }

  @Test func refusesEmbeddedFilesInCheckpoints() throws {
    var pickle = PickleBuilder()
    pickle.global("torch.storage", "_load_from_bytes")
    pickle.raw("U\u{1}x")
    pickle.append(Data([0x85]))
    pickle.raw("R")
    try expectRefusal(of: checkpoint(pickle.end(), storages: []).build()) {
      """
      The PyTorch checkpoint '\($0)' was refused: reading it would call \
      'torch.storage._load_from_bytes', which no weight file needs. Do not load it with other \
      software; get it from a source you trust.
      """
    }
  }

  @Test func saysThatAnErrorPageIsNoWeightFile() throws {
    try expectRefusal(of: Data("<html>404</html>".utf8)) {
      """
      '\($0)' is no weight file: it starts like no safetensors file, PyTorch checkpoint or MXNet \
      parameter file. Check that the download is not an error page.
      """
    }
  }

  @Test func saysWhereTensorsWereFoundInstead() throws {
    var pickle = PickleBuilder()
    pickle.raw("}(")
    for key in ["generator", "discriminator"] {
      pickle.text(key)
      pickle.raw("}(")
      pickle.text("w")
      pickle.tensor(count: 1, shape: [1], strides: [1])
      pickle.raw("u")
    }
    pickle.raw("u")
    try expectRefusal(of: checkpoint(pickle.end(), storages: [[1]]).build()) {
      """
      '\($0)' holds tensors under 'discriminator', 'generator'. Expected a dictionary from names \
      to tensors, or one under 'state_dict'.
      """
    }
    try expectRefusal(of: checkpoint(Data([0x80, 2]) + Data("N.".utf8), storages: []).build()) {
      """
      '\($0)' holds no tensors. Expected a dictionary from names to tensors, or one under \
      'state_dict'.
      """
    }
  }

  @Test func saysWhatIsWrongWithAnArchive() throws {
    let pickle = PickleBuilder.stateDictionary {
      $0.text("w")
      $0.tensor(count: 2, shape: [2], strides: [1])
    }
    let sound = checkpoint(pickle, storages: [[1, 2]])
    #expect(try read(sound).tensors[0].tensor.floats() == [1, 2])

    try expectDamage(sound.build().dropLast(), "the directory at its end is missing")
    var zip = sound
    zip.checksumError = 1
    try expectDamage(
      zip.build(), "the checksum of its record 'archive/data.pkl' does not match")
    zip = sound
    zip.records.append(zip.records[1])
    try expectDamage(zip.build(), "its record 'archive/data/0' is there twice")
    zip = sound
    zip.records.removeLast()
    try expectDamage(zip.build(), "it has no record 'archive/data/0'")
    zip = sound
    zip.records[1].data.removeLast()
    try expectDamage(zip.build(), "its record 'archive/data/0' has 7 bytes, expected 8")
    zip = sound
    zip.records.removeFirst()
    try expectDamage(zip.build(), "it has no record 'data.pkl'")
    zip = sound
    zip.method = 8
    try expectRefusal(of: zip.build()) {
      """
      The PyTorch checkpoint '\($0)' uses compression of its record 'archive/data.pkl', which is \
      not read here. Save it again with torch.save.
      """
    }
    zip = sound
    zip.records.append(("archive/byteorder", Data("big".utf8)))
    try expectRefusal(of: zip.build()) {
      """
      The PyTorch checkpoint '\($0)' uses big-endian numbers, which is not read here. Load and \
      save it again on a little-endian machine.
      """
    }
  }

  @Test(arguments: [
    (0, [3], [1], "a tensor reaches element 2 of a storage of 2"),
    (2, [1], [1], "a tensor reaches element 2 of a storage of 2"),
    (0, [1], [1, 1], "a tensor has 1 sizes and 2 strides"),
    (-1, [1], [1], "a tensor has a negative size, stride or offset"),
    (0, [-1], [1], "a tensor has a negative size, stride or offset"),
    (0, [2], [-1], "a tensor has a negative size, stride or offset"),
    (
      0, [65536, 65536, 65536, 65536], [0, 0, 0, 0],
      "a tensor of shape [65536, 65536, 65536, 65536] is too large"
    ),
    (
      0, [65536, 65536], [0, 0],
      "a tensor of shape [65536, 65536] repeats a storage of only 8 bytes"
    ),
  ])
  func refusesViewsThatDoNotFitTheirStorage(
    offset: Int, shape: [Int], strides: [Int], problem: String
  ) throws {
    let pickle = PickleBuilder.stateDictionary {
      $0.text("w")
      $0.tensor(count: 2, offset: offset, shape: shape, strides: strides)
    }
    try expectDamage(checkpoint(pickle, storages: [[1, 2]]).build(), problem)
  }

  @Test(arguments: [
    (".", "its pickle ends with 0 objects, expected one"),
    ("NN.", "its pickle ends with 2 objects, expected one"),
    ("(N.", "its pickle ends with 1 objects, expected one"),
    ("R.", "its pickle takes more objects than it made"),
    ("N(0", "it ends at byte 5, 1 more were expected at byte 5"),
    ("h\u{7}.", "its pickle refers to object 7, which it never made"),
    ("NNR.", "its pickle calls something that is no function"),
    ("ccollections\nOrderedDict\n)R)b.", "its pickle sets the state of an object that has none"),
    ("NNa.", "its pickle appends to something that is no list"),
    ("NNNs.", "its pickle sets an item of something that is no dictionary"),
    ("}(Nu.", "its pickle has a key without a value"),
    ("X\u{7f}\u{7f}\u{7f}\u{7f}.", "a text of 2139062143 bytes starts 1 bytes before the end"),
    ("NQ.", "its pickle refers to something that is no storage"),
    ("N.N", "1 bytes follow its pickle"),
    ("cnumpy\ndtype\n)R.", "its pickle calls 'numpy.dtype' with arguments it does not take"),
  ])
  func saysWhatIsWrongWithAPickle(instructions: String, problem: String) throws {
    var pickle = PickleBuilder()
    pickle.raw(instructions)
    try expectDamage(checkpoint(pickle.data, storages: []).build(), problem)
  }

  @Test func refusesInstructionsThatMakeObjectsOfClasses() throws {
    var pickle = PickleBuilder()
    pickle.raw("ccollections\nOrderedDict\n)")
    let instructions = pickle.data + [0x81, UInt8(ascii: ".")]
    try expectRefusal(of: checkpoint(instructions, storages: []).build()) {
      """
      The PyTorch checkpoint '\($0)' uses the pickle instruction 0x81, which is not read here. \
      Save only tensors, numbers, texts and dictionaries of them.
      """
    }
  }

  @Test func survivesDeepAndSelfContainingObjects() throws {
    let deepLists = String(repeating: "]", count: 50_000) + String(repeating: "a", count: 49_999)
    let selfContaining = "]q\u{0}h\u{0}a"
    let selfContainingDictionary = "}q\u{0}(X\u{1}\0\0\0ah\u{0}u"
    for instructions in [deepLists, selfContaining, selfContainingDictionary] {
      var pickle = PickleBuilder()
      pickle.raw("\(instructions).")
      let zip = checkpoint(pickle.data, storages: [])
      #expect(throws: TensorFileError.self) { try read(zip) }
    }
  }

  @Test func refusesManyTensorsThatRepeatOneStorage() throws {
    let pickle = PickleBuilder.stateDictionary {
      for index in 1...3 {
        $0.text("w\(index)")
        $0.tensor(count: 2, shape: [index << 20, 4], strides: [0, 0])
      }
    }
    try expectDamage(
      checkpoint(pickle, storages: [[1, 2]]).build(),
      "its tensors repeat their storages beyond all reason")
  }

  // MARK: - Helpers

  private func read(_ zip: ZipBuilder) throws -> WeightFileContents {
    try withTemporaryFolder { folder in
      let path = "\(folder)/weights.pth"
      try AtomicFile.write(zip.build(), to: path)
      return try WeightFile.read(path)
    }
  }

  private func expectRefusal(
    of data: Data, sourceLocation: SourceLocation = #_sourceLocation,
    _ message: (String) -> String
  ) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/weights.pth"
      try AtomicFile.write(data, to: path)
      expectMessage(message(path), sourceLocation: sourceLocation) {
        _ = try WeightFile.read(path)
      }
    }
  }

  private func expectDamage(
    _ data: Data, _ problem: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try expectRefusal(of: data, sourceLocation: sourceLocation) {
      "The PyTorch checkpoint '\($0)' is damaged: \(problem). Download or save it again."
    }
  }
}
