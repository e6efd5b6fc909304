import SharedTestSupport
import Testing

@testable import Harness

@Suite struct PublishedNumbersTests {
  private func run(_ plugins: [String]) -> TableRuns {
    TableRuns(
      "run", [[3, 5], [4, 5]],
      settings: Dictionary(
        uniqueKeysWithValues: zip(
          ["seed_generator.name", "expander.name", "segmenter.name"], plugins)))
  }

  @Test func thePapersNumbersStandBesideTheSameParts() throws {
    var table = try ResultTable([run(["irnet", "irnet", "deeplab-v2"])])
    table.addPublished()
    let lines = table.markdown.split(separator: "\n").map(String.init)
    #expect(lines[0].hasSuffix(" Seg. Mask (val) | Seg. Mask, paper |"))
    #expect(lines[2].hasSuffix(" |             63.0 |"))
    #expect(lines[3].hasSuffix(" |             65.3 |"))
    #expect(table.markdown.contains("PASCAL VOC 2012, 21 classes with background"))
    #expect(
      table.markdown.hasSuffix(
        "This table was not measured on the paper's images (World, 2 classes): the paper's numbers are "
          + "no target for it.\n"))
  }

  @Test func otherPartsHaveNone() throws {
    var table = try ResultTable([run(["irnet", "none", "deeplab-v2"])])
    table.addPublished()
    #expect(
      table.markdown.hasSuffix(
        "No row is made of the plugins of a method in the paper's table 2.\n"))
  }

  @Test func theGainsAreThoseThatThePaperPrints() {
    let gains = PublishedNumbers.methods.map { method in
      zip(method.conta, method.baseline).map { TableNumber.points(($0 - $1) / 100) }
    }
    #expect(
      gains == [
        ["+1.4", "+2.3", "+2.5"], ["+1.1", "+2.3", "+1.8"], ["+0.5", "+2.0", "+2.3"],
        ["+0.7", "+1.3", "+1.4"],
      ])
  }
}
