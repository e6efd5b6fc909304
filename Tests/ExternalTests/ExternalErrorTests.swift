import CoreAPI
import Essentials
import Imaging
import SharedTestSupport
import Tensors
import Testing

@testable import External

/// Every way in which a folder can be wrong has its message.
@Suite(.serialized) struct ExternalErrorTests {
  private static let ramp = ExternalFixture.ramp()

  private func expectRefusal(
    _ message: (String) -> String, values: [String: String] = [:],
    sourceLocation: SourceLocation = #_sourceLocation,
    _ write: (ExternalFixture) throws -> Void
  ) throws {
    try withFixture { fixture in
      try write(fixture)
      expectMessage(message(fixture.folder), sourceLocation: sourceLocation) {
        try ExternalSeedGenerator(fixture.reader(values), fixture.part)
          .checkFiles(for: fixture.images)
      }
    }
  }

  @Test func aFolderThatIsNotGiven() throws {
    expectMessage(
      "built-in configuration: 'part.folder' is missing. Expected the folder that holds a .npy or "
        + ".png file for every image. Add it to the recipe or pass 'part.folder=…' on the command "
        + "line."
    ) {
      _ = try ExternalConfiguration(
        ConfigurationReader(emptySectionAt: "part"), makesMasks: false)
    }
  }

  @Test func aFolderThatIsNotThere() throws {
    try withFixture { fixture in
      let path = "\(fixture.folder)/none"
      expectMessage(
        "There is no folder '\(path)'. Expected a folder with a .npy or .png file for every image; "
          + "check the path."
      ) { _ = try ExternalSegmenter(fixture.reader(["folder": path]), fixture.part) }
    }
  }

  @Test func imagesWithoutAFile() throws {
    try expectRefusal {
      "1 of 2 images have no file in '\($0)', the first is 'b'. Expected 'b.npy' or 'b.png'; write "
        + "the missing files or choose smaller splits."
    } _: {
      try $0.writeMask("a", filledWith: 1)
    }
  }

  @Test func anImageWithTwoFiles() throws {
    try expectRefusal {
      "'\($0)' holds both 'a.npy' and 'a.png'. Keep one of them, or move one kind into another "
        + "folder."
    } _: {
      try $0.writeMask("a", filledWith: 1)
      try $0.writeNumbered("a", [(0, Self.ramp)])
    }
  }

  @Test func aMaskOfAnotherSize() throws {
    try expectRefusal {
      "'\($0)/b.png': the mask is 5×8. Expected 8×5, which follows from the size of the image; "
        + "write it again at that size."
    } _: {
      try $0.writeMask("a", filledWith: 1)
      try $0.writeMask("b", filledWith: 1, size: ImageSize(width: 5, height: 8))
    }
  }

  @Test func aMapOfAnotherSize() throws {
    let small = ImageSize(width: 4, height: 4)
    try expectRefusal {
      "'\($0)/a.npy': the map '0' is 4×4. Expected 8×5, which follows from the size of the image; "
        + "write it again at that size."
    } _: {
      try $0.writeNumbered("a", [(0, ExternalFixture.ramp(small))], size: small)
      try $0.writeMask("b", filledWith: 1)
    }
    try expectRefusal {
      "'\($0)/a.npy': 'cam' is 1×1. Expected 2×2, which follows from the size of the image; write "
        + "it again at that size."
    } _: {
      try $0.write("a") { pickle in
        pickle.text("keys")
        pickle.array([0])
        pickle.text("cam")
        pickle.array([1], shape: [1, 1, 1])
        pickle.text("high_res")
        pickle.array(Self.ramp, shape: [1, 5, 8])
      }
      try $0.writeMask("b", filledWith: 1)
    }
  }

  @Test func arraysThatAreNoMaps() throws {
    try expectRefusal {
      "'\($0)/a.npy': the map '0' has the shape [40]. Expected one map of 8×5 pixels."
    } _: {
      try $0.write("a") { pickle in
        pickle.integer(0)
        pickle.array(Self.ramp)
      }
      try $0.writeMask("b", filledWith: 1)
    }
    try expectRefusal {
      "'\($0)/a.npy': 'high_res' has the shape [1, 5, 8]. Expected 2 maps, one for each of 'keys', "
        + "each of 8×5 pixels."
    } _: {
      try $0.write("a") { pickle in
        pickle.text("keys")
        pickle.array([0, 1])
        pickle.text("high_res")
        pickle.array(Self.ramp, shape: [1, 5, 8])
      }
      try $0.writeMask("b", filledWith: 1)
    }
  }

  @Test func aDictionaryOfNeitherLayout() throws {
    try expectRefusal {
      "'\($0)/a.npy' holds 'keys', 'rw'. Expected 'keys' with 'high_res' as IRN writes them, or one "
        + "map under each class number as SEAM and PSA do."
    } _: {
      try $0.write("a") { pickle in
        pickle.text("keys")
        pickle.array([0])
        pickle.text("rw")
        pickle.array([1])
      }
      try $0.writeMask("b", filledWith: 1)
    }
  }

  @Test func scoresThatAreNoActivations() throws {
    try expectRefusal {
      "'\($0)/a.npy' has scores from 0.0 through 7.5. Expected 0 through 1; divide every map by its "
        + "maximum before it is saved."
    } _: {
      try $0.writeNumbered("a", [(0, ExternalFixture.ramp(top: 7.5))])
      try $0.writeMask("b", filledWith: 1)
    }
  }

  @Test func scoresThatNoFileMayHave() throws {
    try expectRefusal {
      "'\($0)/a.npy' has scores from -1.0 through 1.0. Expected 0 through 1; divide every map by "
        + "its maximum before it is saved."
    } _: {
      try $0.writeKeyed("a", keys: [0], full: [-1] + Self.ramp.dropFirst(), quarter: nil)
      try $0.writeMask("b", filledWith: 1)
    }
    for score in [Float.nan, -.infinity, .infinity] {
      try withFixture { fixture in
        try fixture.writeNumbered("a", [(0, [score] + Self.ramp.dropFirst())])
        try fixture.writeMask("b", filledWith: 1)
        let text = message {
          try ExternalSeedGenerator(fixture.reader(), fixture.part)
            .checkFiles(for: fixture.images)
        }
        #expect(text.hasPrefix("'\(fixture.folder)/a.npy' has scores from "), "\(score)")
      }
    }
  }

  /// Only the first files are read in full, but the ends of all of them are.
  @Test func aFileBehindTheFirstThatIsCutOffOrNone() throws {
    try withFixture { fixture in
      try fixture.writeMask("a", filledWith: 1)
      try fixture.writeNumbered("b", [(1, Self.ramp)])
      let images = TrainingSet(
        dataset: fixture, ids: Array(repeating: "a", count: 8) + ["b"])
      let path = "\(fixture.folder)/b.npy"
      func check() throws {
        try ExternalSeedGenerator(fixture.reader(), fixture.part).checkFiles(for: images)
      }
      try check()
      let whole = try AtomicFile.read(path)
      try AtomicFile.write(whole.dropLast(3), to: path)
      expectMessage(
        "The NumPy file '\(path)' is damaged: it ends early. Download or save it again."
      ) { try check() }
      for content in [whole.prefix(0), whole.dropFirst(1)] {
        try AtomicFile.write(content, to: path)
        expectMessage(
          "The NumPy file '\(path)' is damaged: it does not start like a NumPy file. Download or "
            + "save it again."
        ) { try check() }
      }
    }
  }

  @Test func aClassBeyondTheList() throws {
    try expectRefusal {
      "'\($0)/a.npy' has the class number 3. Expected 0 through 2; check 'first_class', or name the "
        + "files' classes in 'classes'."
    } _: {
      try $0.writeNumbered("a", [(3, Self.ramp)])
      try $0.writeMask("b", filledWith: 1)
    }
    try expectRefusal {
      "'\($0)/a.png' has the class number 4. Expected 0 through 3; check 'first_class', or name the "
        + "files' classes in 'classes'."
    } _: {
      try $0.writeMask("a", filledWith: 4)
      try $0.writeMask("b", filledWith: 1)
    }
  }

  @Test func noMapOfAClassThatTheImageShows() throws {
    try expectRefusal {
      "'\($0)/a.npy' has no map of class 'cat', number 0, which 'a' shows. It has the numbers 1, 2; "
        + "check 'first_class' and 'classes'."
    } _: {
      try $0.writeNumbered("a", [(2, Self.ramp), (1, Self.ramp)])
      try $0.writeMask("b", filledWith: 1)
    }
  }

  @Test func anImageWithoutItsName() throws {
    try withFixture { fixture in
      let image = try fixture.image(of: "a")
      expectMessage(
        "The plugin 'external' finds results by the image's name and was asked without one. Use the "
          + "methods that take the identifier."
      ) {
        _ = try ExternalSegmenter(fixture.reader(), fixture.part)
          .segment(image, in: fixture.environment)
      }
    }
  }

  @Test func aDamagedFile() throws {
    try expectRefusal {
      "'\($0)/a.png' is a damaged PNG image: the file ends early. Copy or download the file again."
    } _: {
      try $0.writeMask("a", filledWith: 1)
      try $0.writeMask("b", filledWith: 1)
      let path = "\($0.folder)/a.png"
      try AtomicFile.write(AtomicFile.read(path).prefix(60), to: path)
    }
  }
}
