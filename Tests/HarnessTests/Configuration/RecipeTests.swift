import CoreAPI
import Foundation
import SharedTestSupport
import Testing

@testable import Harness

@Suite struct RecipeTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func recipe(_ name: String, _ overrides: String...) throws -> Recipe {
    try Recipe(path: "\(folder.path)/\(name)", overrides: overrides)
  }

  @Test func keepsScalarsAsTheyWereWritten() throws {
    try folder.write("a: no\nb: 6e-5\nc: 1.10\nd: 0o17\ne: 2020-01-01\nf: ~\n", to: "x.yaml")
    let root = try recipe("x.yaml").root
    let texts = ["no", "6e-5", "1.10", "0o17", "2020-01-01"]
    for (key, text) in zip(["a", "b", "c", "d", "e"], texts) {
      #expect(root[key]?.value == .scalar(text))
    }
    #expect(root["f"]?.value == .empty)
  }

  @Test func namesTheLineOfEveryValue() throws {
    try folder.write("# recipe\n\nsegmenter:\n  epochs: 5\n  rate: fast\n", to: "x.yaml")
    let reader = try recipe("x.yaml").reader()
    #expect(
      message { _ = try reader.section("segmenter").double("rate", in: .positive) }
        == "\(folder.path)/x.yaml:5: 'segmenter.rate' is 'fast'. Expected a number greater than 0.")
    #expect(reader.source == .file(path: "\(folder.path)/x.yaml", line: 3))
  }

  @Test func inheritsFromFilesBesideIt() throws {
    try folder.write("a: 1\ns: {x: 1, y: [1, 2]}\n", to: "base/one.yaml")
    try folder.write("base: one.yaml\ns:\n  x: 2\n", to: "base/two.yaml")
    try folder.write("base: base/two.yaml\na: null\nb: 3\n", to: "x.yaml")
    let root = try recipe("x.yaml", "s.y=[4]", "s.new.z=.5").root
    #expect(root.canonicalText == "a: null\nb: 3\ns:\n  new:\n    z: .5\n  x: 2\n  y: [4]\n")
  }

  @Test func laterBasesWinOverEarlierOnes() throws {
    try folder.write("a: 1\nb: 1\n", to: "one.yaml")
    try folder.write("a: 2\n", to: "two.yaml")
    try folder.write("base: [one.yaml, two.yaml]\n", to: "x.yaml")
    #expect(try recipe("x.yaml").root.canonicalText == "a: 2\nb: 1\n")
  }

  @Test func refusesBasesThatLeadBack() throws {
    try folder.write("base: b.yaml\n", to: "a.yaml")
    try folder.write("x: 1\nbase: a.yaml\n", to: "b.yaml")
    #expect(
      message { _ = try recipe("a.yaml") }
        == "\(folder.path)/b.yaml:2: 'base' leads back to where it began: "
        + "a.yaml → b.yaml → a.yaml. Remove one of these 'base' lines.")
  }

  @Test func namesAMissingBase() throws {
    try folder.write("base: none.yaml\n", to: "a.yaml")
    #expect(
      message { _ = try recipe("a.yaml") }
        == "\(folder.path)/a.yaml:1: 'base' names '\(folder.path)/none.yaml', which does not exist. "
        + "Expected a path relative to this file.")
    try folder.write("base: {a: b}\n", to: "b.yaml")
    #expect(
      message { _ = try recipe("b.yaml") }
        == "\(folder.path)/b.yaml:1: 'base' is a section. "
        + "Expected a path relative to this file, or a list of paths.")
    #expect(
      message { _ = try recipe("c.yaml") } == "No file at '\(folder.path)/c.yaml'. Check the path.")
  }

  @Test func namesTheLineOfBrokenYAML() throws {
    try folder.write("a: 1\nb: [1, 2\nc: 3\n", to: "x.yaml")
    #expect(
      message { _ = try recipe("x.yaml") }
        == "\(folder.path)/x.yaml:3: This is not valid YAML: did not find expected ',' or ']'. "
        + "Check the indentation and the quotes around this line.")
    try folder.write("a: 1\na: 2\n", to: "y.yaml")
    #expect(
      message { _ = try recipe("y.yaml") }
        == "\(folder.path)/y.yaml:1: The key 'a' is given twice in one section. Remove one of them."
    )
    try folder.write("just text\n", to: "z.yaml")
    #expect(
      message { _ = try recipe("z.yaml") }
        == "\(folder.path)/z.yaml:1: The file is not a recipe. "
        + "Expected lines of the form 'key: value'.")
    try folder.write("[1]: 2\n", to: "k.yaml")
    #expect(
      message { _ = try recipe("k.yaml") }
        == "\(folder.path)/k.yaml:1: A key is not a plain name. Expected 'name: value'.")
    try Data([0xff, 0xfe, 0x61]).write(to: URL(fileURLWithPath: "\(folder.path)/u.yaml"))
    #expect(
      message { _ = try recipe("u.yaml") }
        == "\(folder.path)/u.yaml: The file is not UTF-8 text. Expected a recipe in YAML.")
  }

  @Test func refusesAliasesThatGrowWithoutBound() throws {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...8 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    try folder.write(text, to: "x.yaml")
    #expect(
      message { _ = try recipe("x.yaml") }
        == "\(folder.path)/x.yaml:1: The file has more than 100000 values. "
        + "Expected a recipe; check its aliases.")
  }

  @Test func refusesMalformedOverrides() throws {
    try folder.write("a: {b: 1}\n", to: "x.yaml")
    #expect(
      message { _ = try recipe("x.yaml", "epochs") }
        == "command line: 'epochs' is not an override. "
        + "Expected key=value, for example segmenter.rate=1e-3.")
    #expect(
      message { _ = try recipe("x.yaml", "a..b=1") }
        == "command line: 'a..b=1' is not an override. "
        + "Expected key=value, for example segmenter.rate=1e-3.")
    #expect(
      message { _ = try recipe("x.yaml", "a.b.c=1") }
        == "command line: 'a.b.c=1' goes through 'a.b', which is not a section. "
        + "Check the key against the recipe.")
    let reader = try recipe("x.yaml", "a.rate=fast").reader().section("a")
    #expect(
      message { _ = try reader.double("rate") }
        == "command line: 'a.rate' is 'fast'. Expected a number.")
  }

  @Test func theWrittenTreeReadsAsTheSameTree() throws {
    let text =
      "s: {q: \"a: b\", n: \"null\", e: \"\", l: [1, {x: y}]}\nt: \"two\\nlines \\x01 é\"\n"
    let root = try Recipe(text: text, name: "t").root
    #expect(try Recipe(text: root.canonicalText, name: "u").root.hasSameContent(as: root))
  }
}
