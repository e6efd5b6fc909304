import CoreAPI
import Foundation
import Harness
import SharedTestSupport
import Testing

/// Several recipes give one table, each from a folder of its own.
@Suite(.serialized) struct ComparisonTests {
  private let folder: TemporaryFolder
  private let registry: PluginRegistry
  private var output: String { "\(folder.path)/out" }

  init() throws {
    folder = try TemporaryFolder()
    registry = try ChainRun.minimalPlugins()
  }

  /// Writes the test recipe under another title and returns its path.
  private func recipe(_ title: String, _ change: (String) -> String = { $0 }) throws -> String {
    let name = "\(title.replacing("/", with: "-")).yaml"
    try folder.write(
      change(ChainRun.recipe.replacing("title: Test", with: "title: \(title)")), to: name)
    return "\(folder.path)/\(name)"
  }

  private func table(of recipes: [String], _ overrides: [String] = []) throws -> String {
    try #require(
      try Comparison.run(
        RunRequest(recipes: recipes, overrides: overrides, output: output), registry: registry,
        progress: SilentProgress()))
  }

  private func titles(in table: String) -> [String] {
    table.split(separator: "\n").filter { $0.hasPrefix("| ") && !$0.hasPrefix("| :") }
      .map { $0.split(separator: "|")[0].trimmingCharacters(in: .whitespaces) }
  }

  @Test func everyRecipeHasItsRowsAndItsFolder() throws {
    let recipes = [try recipe("First"), try recipe("Second/half")]
    let text = try table(of: recipes, ["intervention.rounds=1"])
    #expect(titles(in: text) == ["Method", "First", "+ CONTA", "Second/half", "+ CONTA"])
    #expect(text.components(separatedBy: "Intervention: T = 1").count == 2)
    #expect(try folder.text(of: "out/table.md") == text)
    for name in ["First", "Second-half"] {
      let own = try folder.text(of: "out/\(name)/table.md")
      #expect(titles(in: own).count == 3)
      let rows = own.split(separator: "\n").filter { $0.hasPrefix("| + CONTA") }
      #expect(rows.count == 1)
    }
    // Again, and nothing is computed twice.
    let events = "\(output)/First/events.jsonl"
    try FileManager.default.removeItem(atPath: events)
    #expect(try table(of: recipes, ["intervention.rounds=1"]) == text)
    #expect(try folder.text(of: "out/First/events.jsonl").contains("\"hit\""))
    #expect(try !folder.text(of: "out/First/events.jsonl").contains("\"started\""))
  }

  @Test func oneRecipeIsRunInTheFolderItself() throws {
    let text = try table(of: [recipe("First")])
    #expect(try folder.text(of: "out/table.md") == text)
    #expect(!FileManager.default.fileExists(atPath: "\(output)/First"))
  }

  @Test func differentInterventionsAreToldApart() throws {
    let second = try recipe("Second") {
      $0.replacing("mask_size: 8", with: "mask_size: 16")
    }
    let text = try table(of: [recipe("First"), second], ["intervention.rounds=1"])
    #expect(text.contains("\nIntervention, First: T = 1, "))
    #expect(text.contains("\nIntervention, Second: T = 1, "))
  }

  @Test func theTableOfOtherConfigurationsIsRemovedBeforeTheFirstRun() throws {
    let recipes = [try recipe("First"), try recipe("Second")]
    _ = try table(of: recipes)
    // As long as the configurations are the same, the table stays; a folder in the way of the first
    // run ends the comparison before anything is finished.
    let lock = "\(output)/First/lock"
    try FileManager.default.removeItem(atPath: lock)
    try FileManager.default.createDirectory(atPath: lock, withIntermediateDirectories: true)
    #expect(throws: (any Error).self) { try table(of: recipes) }
    #expect(FileManager.default.fileExists(atPath: "\(output)/table.md"))
    #expect(throws: (any Error).self) { try table(of: recipes, ["seed=1"]) }
    #expect(!FileManager.default.fileExists(atPath: "\(output)/table.md"))
    #expect(!FileManager.default.fileExists(atPath: "\(output)/table.md.json"))
  }

  @Test func theSameTitleTwiceIsRefused() throws {
    let first = try recipe("First")
    try folder.write(ChainRun.recipe, to: "other.yaml")
    let other = "\(folder.path)/other.yaml"
    #expect(
      message { _ = try table(of: [first, other], ["title=Same"]) }
        == "'\(first)' and '\(other)' both have the title 'Same'. Expected different titles, which "
        + "name the rows of the table and the folders of the runs; change 'title' in one of them.")
    #expect(!FileManager.default.fileExists(atPath: output))
  }

  @Test func numbersThatCannotShareATableAreRefusedBeforeAnyWork() throws {
    let second = try recipe("Second") {
      $0.replacing("test_images: 4", with: "test_images: 5")
    }
    #expect(
      message { _ = try table(of: [recipe("First"), second]) }
        == "These results cannot share a table: the column Seg. Mask mixes numbers of images, '4' "
        + "(First, seed 0) and '5' (Second, seed 0). Evaluate all of them in one way, or make one "
        + "table for each.")
    #expect(!FileManager.default.fileExists(atPath: output))
  }

  @Test func aRecipeThatCannotRunStopsTheOthersBeforeTheyBegin() throws {
    let second = try recipe("Second") {
      $0.replacing("segmenter: {name: minimal}", with: "segmenter: {name: maximal}")
    }
    #expect(
      message { _ = try table(of: [recipe("First"), second]) }
        == "Unknown segmenter 'maximal'. Registered: minimal. Did you mean 'minimal'?")
    #expect(!FileManager.default.fileExists(atPath: output))
  }
}
