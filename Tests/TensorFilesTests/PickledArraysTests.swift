import Foundation
import SharedTestSupport
import TensorFiles
import Testing

@Suite struct PickledArraysTests {
  @Test func readsWhatItWrites() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/arrays.pickle"
      let values = (0..<300).map { Int64($0 * 7919 - 1000) }
      try PickledArrays.write(
        [("0_cues", values, [3, 100]), ("0_labels", [20], [1]), ("1_labels", [], [0])], to: path)
      let arrays = try PickledArrays.read(path)
      #expect(arrays.keys.sorted() == ["0_cues", "0_labels", "1_labels"])
      #expect(arrays["0_cues"]?.shape == [3, 100])
      #expect(arrays["0_cues"]?.integers() == values.map(Int.init))
      #expect(arrays["0_labels"]?.integers() == [20])
      #expect(arrays["1_labels"]?.count == 0)
    }
  }

  /// The bytes of `pickle.dumps({'a': numpy.array([[1, -1]])}, 2)` by Python 2.7 and NumPy 1.16.
  @Test func readsAPickleOfPython2() throws {
    let pickle =
      "\u{80}\u{2}}q\u{0}U\u{1}aq\u{1}cnumpy.core.multiarray\n_reconstruct\nq\u{2}cnumpy\nndarray\n"
      + "q\u{3}K\u{0}\u{85}q\u{4}U\u{1}bq\u{5}\u{87}q\u{6}Rq\u{7}(K\u{1}K\u{1}K\u{2}\u{86}q\u{8}"
      + "cnumpy\ndtype\nq\u{9}U\u{2}i8q\u{a}K\u{0}K\u{1}\u{87}q\u{b}Rq\u{c}(K\u{3}U\u{1}<q\u{d}"
      + "NNNJ\u{ff}\u{ff}\u{ff}\u{ff}J\u{ff}\u{ff}\u{ff}\u{ff}K\u{0}tq\u{e}b\u{89}U\u{10}"
      + "\u{1}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{ff}\u{ff}\u{ff}\u{ff}\u{ff}\u{ff}\u{ff}\u{ff}"
      + "q\u{f}tq\u{10}bs."
    try withTemporaryFolder { folder in
      let path = "\(folder)/python2.pickle"
      try Data(pickle.unicodeScalars.map { UInt8($0.value) }).write(to: URL(fileURLWithPath: path))
      let arrays = try PickledArrays.read(path)
      #expect(arrays["a"]?.shape == [1, 2] && arrays["a"]?.integers() == [1, -1])
    }
  }

  @Test func refusesWhatIsNoPickleOfArrays() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/bad.pickle"
      func message(_ bytes: [UInt8], _ expected: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        expectMessage(expected) { _ = try PickledArrays.read(path) }
      }
      try message(
        [0x1F, 0x8B, 8],
        "The pickle '\(path)' uses gzip compression, which is not read here. "
          + "Decompress it with gunzip.")
      try message(
        Array("].".utf8),
        "The pickle '\(path)' is damaged: it holds no dictionary. Download or save it again.")
      try message(
        Array("}K\u{1}K\u{2}s.".utf8),
        "The pickle '\(path)' is damaged: it has a key that is no text. "
          + "Download or save it again.")
      try message(
        Array("cos\nsystem\n(S'true'\ntR.".utf8),
        "The pickle '\(path)' was refused: reading it would call 'os.system', which no weight "
          + "file needs. Do not load it with other software; get it from a source you trust.")
      expectMessage("Two tensors for '\(path)' are named 'a'. Give each tensor its own name.") {
        try PickledArrays.write([("a", [], [0]), ("a", [], [0])], to: path)
      }
    }
  }
}
