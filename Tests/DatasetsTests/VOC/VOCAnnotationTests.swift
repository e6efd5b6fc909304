import Testing

@testable import Datasets

@Suite struct VOCAnnotationTests {
  @Test func namesEveryObjectAndNoPart() throws {
    let names = try VOCAnnotation.objectNames(
      in: """
        <?xml version="1.0"?>
        <!-- <object><name>ghost</name></object> -->
        <annotation verified="yes">
          <filename>2007_000032.jpg</filename>
          <source><name>none</name></source>
          <object>
            <name>person</name><difficult>1</difficult>
            <part><name>head</name><bndbox><xmin>1</xmin></bndbox></part>
          </object>
          <object><occluded/><name> aeroplane
            </name></object>
          <object><name>person</name></object>
        </annotation>

        """)
    #expect(names == ["person", "aeroplane", "person"])
  }

  @Test func anAnnotationMayHaveNoObjects() throws {
    #expect(try VOCAnnotation.objectNames(in: "<annotation></annotation>").isEmpty)
  }

  @Test(arguments: [
    ("", "no <annotation>"),
    ("<html></html>", "the root is <html> instead of <annotation>"),
    ("<annotation><object></annotation>", "</annotation> closes nothing"),
    ("<annotation><object></object>", "<annotation> is never closed"),
    ("<annotation><obj", "open tag"),
    ("<annotation><!-- ", "open comment"),
    ("</annotation>", "</annotation> closes nothing"),
  ])
  func refusesWhatIsNoAnnotation(text: String, reason: String) {
    #expect(throws: VOCAnnotation.Malformed(reason: reason)) {
      try VOCAnnotation.objectNames(in: text)
    }
  }
}
