import CoreAPI
import Essentials
import Foundation
import SharedTestSupport
import Testing

@testable import Datasets

@Suite struct VOCLabelsTests {
  private func writeNumPy(_ text: String, to path: String) throws {
    try AtomicFile.write(try #require(Data(base64Encoded: text)), to: path)
  }

  private func labels(_ fixture: VOCFixture, of id: String) throws -> [Int] {
    try VOCDataset(.init(root: fixture.root)).labels(of: id).indices
  }

  @Test func readsTheTextTable() throws {
    try VOCFixture.use { fixture throws in
      #expect(try labels(fixture, of: "b") == [1, 2])
      #expect(try labels(fixture, of: "c") == [2])
    }
  }

  @Test func readsNumPyFilesWithTextKeysBeforeTheTextTable() throws {
    try VOCFixture.use { fixture throws in
      try writeNumPy(NumPyLabels.textKeys, to: "\(fixture.root)/cls_labels.npy")
      #expect(try labels(fixture, of: "2007_000032") == [1])
      #expect(try labels(fixture, of: "2007_000033") == [2])
    }
  }

  @Test func readsNumPyFilesWithNumberKeys() throws {
    try VOCFixture.use { fixture throws in
      let path = "\(fixture.root)/labels.npy"
      try writeNumPy(NumPyLabels.numberKeys, to: path)
      let dataset = try VOCDataset(.init(root: fixture.root, labelFile: path))
      #expect(try dataset.labels(of: "2007_000032").indices == [1])
    }
  }

  @Test func readsAnnotationsWhenThereIsNoTable() throws {
    try VOCFixture.use { fixture throws in
      try fixture.remove("image_labels.tsv")
      try fixture.write(
        """
        <annotation><object><name>dog</name><part><name>head</name></part></object></annotation>
        """, to: "Annotations/b.xml")
      #expect(try labels(fixture, of: "b") == [2])
    }
  }

  @Test func refusesMissingLabels() throws {
    try VOCFixture.use { fixture throws in
      let root = fixture.root
      expectMessage(
        """
        '\(root)/image_labels.tsv' has no labels for the sample 'x'. Add them, or remove the \
        sample from its list.
        """
      ) { _ = try labels(fixture, of: "x") }
      try fixture.remove("image_labels.tsv")
      expectMessage(
        """
        '\(root)' has no image-level labels. Expected 'cls_labels.npy', 'image_labels.tsv' or the \
        folder 'Annotations' there, or the path of a label file as 'data.labels'.
        """
      ) { _ = try labels(fixture, of: "a") }
      try fixture.write("<annotation></annotation>", to: "Annotations/b.xml")
      expectMessage(
        """
        '\(root)/Annotations' has no labels for the sample 'a'. Add them, or remove the sample \
        from its list.
        """
      ) { _ = try labels(fixture, of: "a") }
      expectMessage("No file at '\(root)/none.tsv'. Check the path.") {
        _ = try VOCDataset(.init(root: root, labelFile: "\(root)/none.tsv"))
      }
    }
  }

  @Test func refusesLabelsOfAnotherClassList() throws {
    try VOCFixture.use { fixture throws in
      try fixture.remove("class_names.txt")
      let path = "\(fixture.root)/cls_labels.npy"
      try writeNumPy(NumPyLabels.numberKeys, to: path)
      expectMessage(
        """
        '\(path)' has 2 labels for '2007_000032'. Expected 20, one for each foreground class; \
        check the class list.
        """
      ) { _ = try VOCDataset(.init(root: fixture.root)) }
    }
  }

  @Test func refusesAnnotationsThatDoNotFit() throws {
    try VOCFixture.use { fixture throws in
      try fixture.remove("image_labels.tsv")
      try fixture.write(
        "<annotation><object><name>cta</name></object></annotation>", to: "Annotations/a.xml")
      let path = "\(fixture.root)/Annotations/a.xml"
      expectMessage(
        "Unknown class 'cta' in '\(path)'. Did you mean 'cat'? Known classes: cat, dog."
      ) {
        _ = try labels(fixture, of: "a")
      }
      try fixture.write("<annotation>", to: "Annotations/a.xml")
      expectMessage(
        """
        '\(path)' is not a VOC annotation: <annotation> is never closed. Copy or download the file \
        again.
        """
      ) { _ = try labels(fixture, of: "a") }
    }
  }
}
