import Essentials
import Foundation
import SharedTestSupport
import Testing

@testable import TensorFiles

@Suite struct NumPyFileTests {
  @Test(arguments: DType.allCases.filter { $0 != .bfloat16 })
  func readsBackEveryTypeItWrote(dtype: DType) throws {
    try withTemporaryFolder { folder in
      for shape in [[], [3], [2, 3], [0, 3]] {
        let count = shape.reduce(1, *) * dtype.byteCount
        let bytes = Data((0..<count).map { UInt8($0 % 2) })
        let tensor = TensorData(dtype: dtype, shape: shape, bytes: bytes)
        let path = "\(folder)/new/array.npy"
        try NumPyFile.write(tensor, to: path)
        #expect(try NumPyFile.read(path) == tensor)
        #expect(try (AtomicFile.read(path).count - bytes.count).isMultiple(of: 64))
      }
    }
  }

  @Test func readsColumnMajorAndBigEndianArrays() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/array.npy"
      try write("{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }", to: path) {
        Data([0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6])
      }
      let tensor = try NumPyFile.read(path)
      #expect(tensor == TensorData([1, 3, 5, 2, 4, 6] as [Int16], dtype: .int16, shape: [2, 3]))
    }
  }

  @Test func readsHeadersOfPython2AndOfAnyOrder() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/array.npy"
      try write("{ 'shape':(2L,), \"fortran_order\":False,'descr':'|u1'}\n", to: path) {
        Data([1, 2])
      }
      #expect(try NumPyFile.read(path).integers() == [1, 2])
    }
  }

  @Test func saysThatNumPyHasNoBfloat16() {
    let tensor = TensorData(dtype: .bfloat16, shape: [1], bytes: Data(count: 2))
    expectMessage(
      """
      The NumPy file '/x.npy' uses the element type 'bfloat16', which is not read here. \
      Convert it to float32 first.
      """
    ) { try NumPyFile.write(tensor, to: "/x.npy") }
  }

  @Test(arguments: [
    (
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }",
      "an array of shape [2] of float32 needs 8 bytes, it has 4"
    ),
    (
      "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }",
      "an array has the impossible shape [-1]"
    ),
    (
      "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }",
      "an array has the impossible shape [4294967296, 4294967296]"
    ),
    (
      "{'descr': '<f4', 'fortran_order': __import__('os'), 'shape': (1,), }",
      "its header is no dictionary of plain values"
    ),
    (
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)",
      "its header is no dictionary of plain values"
    ),
    (
      "{'descr': '<f4', 'shape': (1,)}",
      "its header does not name 'descr', 'fortran_order' and 'shape'"
    ),
  ])
  func saysWhatIsWrongWithAFile(header: String, problem: String) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/array.npy"
      try write(header, to: path) { Data(count: 4) }
      expectMessage(
        "The NumPy file '\(path)' is damaged: \(problem). Download or save it again."
      ) { _ = try NumPyFile.read(path) }
    }
  }

  @Test(arguments: [
    ("'<U3'", "the element type '<U3'", "Convert it to float32 with NumPy's astype"),
    ("[('a', '<f4')]", "records as elements", "Save each field as an array of its own"),
  ])
  func saysWhatIsNotRead(descr: String, feature: String, advice: String) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/array.npy"
      try write("{'descr': \(descr), 'fortran_order': False, 'shape': (1,), }", to: path) {
        Data(count: 4)
      }
      expectMessage("The NumPy file '\(path)' uses \(feature), which is not read here. \(advice).")
      {
        _ = try NumPyFile.read(path)
      }
    }
  }

  @Test func refusesFilesOfOtherFormatsAndVersions() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/array.npy"
      try AtomicFile.write("not an array", to: path)
      expectMessage(
        """
        The NumPy file '\(path)' is damaged: it does not start like a NumPy file. \
        Download or save it again.
        """
      ) { _ = try NumPyFile.read(path) }
      try write("{}", version: 9, to: path) { Data() }
      expectMessage(
        """
        The NumPy file '\(path)' is damaged: its format version is 9.0, expected 1.0, 2.0 or \
        3.0. Download or save it again.
        """
      ) { _ = try NumPyFile.read(path) }
    }
  }

  @Test func tellsArraysFromDictionaries() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/array.npy"
      try NumPyFile.write(TensorData([1] as [Float], dtype: .float32, shape: [1]), to: path)
      expectMessage("'\(path)' holds an array of numbers. Expected a pickled dictionary.") {
        _ = try NumPyFile.readDictionary(path)
      }
      try writeDictionary(to: path) { _ in }
      expectMessage("'\(path)' holds Python objects. Expected an array of numbers.") {
        _ = try NumPyFile.read(path)
      }
    }
  }
}

@Suite struct ImageLabelFileTests {
  @Test func writesVOCNumbersAsNames() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/cls_labels.npy"
      try writeDictionary(to: path) {
        $0.integer(2_007_000_032)
        $0.array([0, 1])
        $0.integer(139)
        $0.array([1, 0])
        $0.text("2008_000123")
        $0.array([1, 1])
      }
      #expect(
        try ImageLabelFile.read(path) == [
          "2007_000032": [0, 1], "139": [1, 0], "2008_000123": [1, 1],
        ])
    }
  }

  @Test func refusesLabelsOfDifferentLengths() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/cls_labels.npy"
      try writeDictionary(to: path) {
        $0.text("a")
        $0.array([0, 1])
        $0.text("b")
        $0.array([0, 1, 0])
      }
      expectMessage(
        """
        The NumPy file '\(path)' is damaged at tensor 'b': its labels have the shape [3], not \
        that of the other images. Download or save it again.
        """
      ) { _ = try ImageLabelFile.read(path) }
    }
  }

  @Test func refusesAnImageUnderBothItsNames() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/cls_labels.npy"
      try writeDictionary(to: path) {
        $0.text("2007_000032")
        $0.array([0, 1])
        $0.integer(2_007_000_032)
        $0.array([0, 1])
      }
      expectMessage(
        """
        The NumPy file '\(path)' is damaged at tensor '2007_000032': the image is there twice. \
        Download or save it again.
        """
      ) { _ = try ImageLabelFile.read(path) }
    }
  }
}

private func write(
  _ header: String, version: UInt8 = 1, to path: String, _ data: () -> Data
) throws {
  let start = NumPyHeader.magic + [version, 0] + number(UInt16(header.utf8.count))
  try AtomicFile.write(start + Data(header.utf8) + data(), to: path)
}

private func writeDictionary(to path: String, _ items: (inout PickleBuilder) -> Void) throws {
  try AtomicFile.write(PickleBuilder.numPyDictionary(items), to: path)
}
