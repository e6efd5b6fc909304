import Testing

@testable import Essentials

@Suite struct SuggestionsTests {
  @Test(
    arguments: [
      ("irnt", ["irnet", "deeplab"], "irnet"),
      ("IRNet", ["irnet"], "irnet"),
      ("deeplap", ["irnet", "deeplab"], "deeplab"),
      ("xyz", ["irnet", "deeplab"], nil),
      ("learning-rat", ["learning-rate", "learning-rule"], "learning-rate"),
      ("a", [], nil),
      ("", ["a", "b"], "a"),
    ] as [(String, [String], String?)])
  func findsTheClosestKnownName(name: String, known: [String], closest: String?) {
    #expect(Suggestions.closest(to: name, among: known) == closest)
  }

  @Test func prefersTheAlphabeticallyFirstOfEquallyCloseNames() {
    #expect(Suggestions.closest(to: "cat", among: ["car", "bat", "can"]) == "bat")
  }

  @Test func asksOrStaysSilent() {
    #expect(Suggestions.didYouMean("irnt", among: ["irnet"]) == " Did you mean 'irnet'?")
    #expect(Suggestions.didYouMean("irnt", among: ["deeplab"]).isEmpty)
  }

  @Test(arguments: [
    ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("flaw", "lawn", 2),
    ("trian", "train", 1), ("ab", "ba", 1), ("ca", "abc", 3),
  ])
  func countsEdits(first: String, second: String, distance: Int) {
    #expect(Suggestions.editDistance(first, second) == distance)
  }
}
