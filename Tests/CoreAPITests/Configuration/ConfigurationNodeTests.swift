import CoreAPI
import Testing

@Suite struct ConfigurationNodeTests {
  private func scalar(_ text: String) -> ConfigurationNode { ConfigurationNode(.scalar(text)) }

  private func section(_ entries: KeyValuePairs<String, ConfigurationNode>) -> ConfigurationNode {
    ConfigurationNode(.section(entries.map { .init(key: $0.key, node: $0.value) }))
  }

  @Test func canonicalTextDoesNotDependOnTheOrder() {
    let first = section(["b": scalar("2"), "a": section(["d": scalar("x"), "c": scalar("y")])])
    let second = section(["a": section(["c": scalar("y"), "d": scalar("x")]), "b": scalar("2")])
    #expect(first.canonicalText == "a:\n  c: y\n  d: x\nb: 2\n")
    #expect(first.hasSameContent(as: second))
    #expect(!first.hasSameContent(as: section(["b": scalar("2")])))
  }

  @Test(arguments: [
    ("plain text", "plain text"), ("", "\"\""), ("a: b", "\"a: b\""), ("- x", "- x"),
    ("say \"hi\"\\", "\"say \\\"hi\\\"\\\\\""), ("two\nlines\t", "\"two\\nlines\\t\""),
    ("null", "\"null\""), ("trailing ", "\"trailing \""), ("#1", "\"#1\""), ("é", "\"é\""),
    ("\u{1}", "\"\\x01\""), ("1e-3", "1e-3"), ("-", "\"-\""), ("---", "\"---\""),
  ])
  func quotesOnlyWhatYAMLWouldMisread(text: String, written: String) {
    // A leading "- " would be a list item only at the start of a block.
    #expect(section(["key": scalar(text)]).canonicalText == "key: \(written)\n")
  }

  @Test func writesListsAndNestedSectionsOnOneLine() {
    let list = ConfigurationNode(
      .list([scalar("1"), section(["b": scalar("2"), "a": ConfigurationNode(.empty)])]))
    #expect(section(["x": list]).canonicalText == "x: [1, {a: null, b: 2}]\n")
  }

  @Test func mergingReplacesListsAndMergesSections() {
    let base = section([
      "a": section(["x": scalar("1"), "y": scalar("2")]), "l": ConfigurationNode(.list([])),
    ])
    let child = section(["a": section(["y": scalar("3")]), "l": scalar("none")])
    #expect(base.merged(with: child).canonicalText == "a:\n  x: 1\n  y: 3\nl: none\n")
  }

  @Test func assigningNilRemovesAName() {
    var node = section(["a": scalar("1"), "b": scalar("2")])
    node["a"] = nil
    node["c"] = scalar("3")
    #expect(node.keys == ["b", "c"])
    #expect(node["a"] == nil)
  }
}
