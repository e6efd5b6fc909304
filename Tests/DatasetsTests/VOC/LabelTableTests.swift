import SharedTestSupport
import Testing

@testable import Datasets

@Suite struct LabelTableTests {
  @Test func readsWhatItWrites() throws {
    let rows = [(id: "a_1", present: [true, false]), (id: "b", present: [false, false])]
    let text = LabelTable.text(of: rows, classNames: ["cat", "dog"])
    #expect(text == "id\tcat\tdog\na_1\t1\t0\nb\t0\t0\n")
    let table = try LabelTable.read(text, path: "t.tsv", classNames: ["cat", "dog"])
    #expect(table == ["a_1": [true, false], "b": [false, false]])
  }

  @Test func columnsFollowTheirNames() throws {
    let table = try LabelTable.read(
      "id\tdog\tcat\r\na\t1\t0\r\n", path: "t.tsv", classNames: ["cat", "dog"])
    #expect(table == ["a": [false, true]])
  }

  @Test(arguments: [
    ("", "Line 1 of 't.tsv' is not a line of labels: the header does not begin with 'id'."),
    (
      "id\tcat\na\t1\n",
      "Line 1 of 't.tsv' is not a line of labels: the header names 1 of the 2 classes."
    ),
    (
      "id\tcat\tdog\na\t1\n",
      "Line 2 of 't.tsv' is not a line of labels: 2 fields instead of 3."
    ),
    (
      "id\tcat\tdog\na\t1\t2\n",
      "Line 2 of 't.tsv' is not a line of labels: '2' is neither 0 nor 1."
    ),
  ])
  func refusesWhatIsNoTable(text: String, message: String) {
    let expected =
      message + " Expected 'id' and the class names, then an id and 0 or 1 for each class, "
      + "separated by tabs."
    expectMessage(expected) {
      _ = try LabelTable.read(text, path: "t.tsv", classNames: ["cat", "dog"])
    }
  }

  @Test func refusesUnknownClassesAndRepeatedIDs() {
    expectMessage(
      "Unknown class 'dgo' in 't.tsv'. Did you mean 'dog'? Known classes: cat, dog."
    ) { _ = try LabelTable.read("id\tcat\tdgo\n", path: "t.tsv", classNames: ["cat", "dog"]) }
    expectMessage("Line 3 of 't.tsv' repeats 'a'. Remove one of the two lines.") {
      _ = try LabelTable.read("id\tcat\na\t1\na\t0\n", path: "t.tsv", classNames: ["cat"])
    }
  }
}
