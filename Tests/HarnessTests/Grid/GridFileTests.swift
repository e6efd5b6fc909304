import CoreAPI
import Foundation
import SharedTestSupport
import Testing

@testable import Harness

@Suite struct GridFileTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for name in ["irnet", "sec"] {
      try folder.write("title: \(name)\n", to: "recipes/\(name).yaml")
    }
  }

  private func grid(_ text: String, _ overrides: [String] = []) throws -> GridFile {
    try folder.write(text, to: "grid.yaml")
    return try GridFile(path: "\(folder.path)/grid.yaml", overrides: overrides)
  }

  private func refusal(_ text: String) -> String {
    message { _ = try grid(text) }.replacing("\(folder.path)/", with: "")
  }

  private let recipes = "recipes: [recipes/irnet.yaml, recipes/sec.yaml]\n"

  @Test func theCellsAreTheProductOfTheAxes() throws {
    let grid = try grid(
      recipes + """
        title: Both
        values: {data: {width: 64}, segmenter.rate: 0.1}
        axes:
          segmenter.rate: [1e-3, 2e-3]
          size:
            small: {data.width: 32, data: {height: 32}}
            plain: {}
        controls: [baseline, conta, permuted-images]
        seeds: [3, 5]
        threads: 2
        """, ["data.root=/data"])
    #expect(grid.title == "Both")
    #expect(grid.threads == 2)
    #expect(grid.cells.count == 2 * 2 * 2 * 3 * 2)
    #expect(
      grid.axes.map(\.name) == ["recipe", "segmenter.rate", "size", "control", "seed"])
    let first = try #require(grid.cells.first)
    #expect(first.name == "irnet_rate=1e-3_small_baseline_seed3")
    #expect(first.recipe == "\(folder.path)/recipes/irnet.yaml")
    #expect(
      first.overrides == [
        "segmenter.rate=1e-3", "data.width=32", "data.height=32", "intervention.rounds=0", "seed=3",
        "data.root=/data",
      ])
    let last = try #require(grid.cells.last)
    #expect(last.name == "sec_rate=2e-3_plain_permuted-images_seed5")
    #expect(
      last.overrides == [
        "data.width=64", "segmenter.rate=2e-3", "intervention.control=permuted-images", "seed=5",
        "data.root=/data",
      ])
    #expect(last.coordinates.map(\.level) == ["sec", "2e-3", "plain", "permuted-images", "5"])
    #expect(Set(grid.cells.map(\.name)).count == grid.cells.count)
  }

  @Test func controlsSetTheIntervention() throws {
    let cells = try grid(recipes + "controls: [baseline, conta]\nseeds: 2").cells
    #expect(
      cells.prefix(4).map(\.name)
        == [
          "irnet_baseline_seed0", "irnet_baseline_seed1", "irnet_conta_seed0", "irnet_conta_seed1",
        ])
    #expect(cells[0].overrides == ["intervention.rounds=0", "seed=0"])
    #expect(cells[2].overrides == ["intervention.control=none", "seed=0"])
    // The first stages of both are the same.
    #expect(cells[0].group == cells[2].group)
    #expect(cells[0].group != cells[1].group)
    #expect(cells[0].configuration == cells[1].configuration)
  }

  /// Titles, the evaluation, the intervention and the times of checkpoints; threads they do read.
  @Test func whatTheFirstStagesDoNotReadSeparatesNoGroups() throws {
    let cells = try grid(
      """
      recipes: recipes/irnet.yaml
      axes:
        evaluation.cam_threshold: [0.1, 0.2]
        evaluation: [{cam_threshold: 0.3}]
        runtime.checkpoint_interval: [0, 30]
        intervention: [{rounds: 1}, {rounds: 2}]
        intervention.rounds: [1, 2]
        runtime.threads: [1, 2]
      derived: {title: "T${intervention.rounds}"}
      """
    ).cells
    #expect(cells.count == 32)
    let groups = [1, 2].map { "\(folder.path)/recipes/irnet.yaml runtime.threads=\($0)" }
    #expect(Set(cells.map(\.group)) == Set(groups))
  }

  @Test func whatIsExcludedIsLeftOutAndWhatIsIncludedComesLast() throws {
    let cells = try grid(
      recipes + """
        controls: [baseline, conta]
        seeds: 2
        exclude: [{recipe: sec, control: conta}, {seed: [1], control: baseline}]
        include:
          - {name: long, recipe: irnet, control: conta, values: {intervention: {rounds: 3}}}
        """
    ).cells
    #expect(
      cells.map(\.name) == [
        "irnet_baseline_seed0", "irnet_conta_seed0", "irnet_conta_seed1", "sec_baseline_seed0",
        "irnet_conta_seed0_long", "irnet_conta_seed1_long",
      ])
    #expect(
      cells[5].overrides == ["intervention.control=none", "seed=1", "intervention.rounds=3"])
  }

  @Test func someCellsHaveValuesOfTheirOwn() throws {
    let cells = try grid(
      recipes + """
        values: {expander.weights: x}
        controls: [baseline, conta]
        when:
          - {recipe: sec, values: {expander: {weights: vgg16.pth}}}
          - {recipe: [sec, irnet], control: conta, values: {intervention.rounds: 2}}
        """
    ).cells
    #expect(
      cells.map(\.overrides) == [
        ["expander.weights=x", "intervention.rounds=0"],
        ["expander.weights=x", "intervention.control=none", "intervention.rounds=2"],
        ["intervention.rounds=0", "expander.weights=vgg16.pth"],
        ["intervention.control=none", "expander.weights=vgg16.pth", "intervention.rounds=2"],
      ])
    #expect(
      refusal(recipes + "when: [{recipe: sec}]")
        == "grid.yaml:2: 'when.values' cannot be read. Expected 'values: {KEY: VALUE}'.")
  }

  @Test func aSectionInAListReplacesTheRecipesSection() throws {
    let cells = try grid(
      recipes + "axes: {expander: [{name: sec, steps: 3}, {steps: 4}], ports: [[a, b], [c]]}"
    ).cells
    #expect(
      cells[0].name == "irnet_sec_-a--b-")
    #expect(cells[0].overrides == ["expander={name: sec, steps: 3}", "ports=[a, b]"])
    #expect(cells[3].overrides == ["expander={steps: 4}", "ports=[c]"])
    #expect(cells[3].coordinates[1].level == "1")
  }

  @Test func derivedValuesFollowFromOthers() throws {
    let cells = try grid(
      recipes + """
        values: {classifier.batch: 16}
        seeds: [0, 7]
        derived:
          data.seed: "= ${seed} + 100"
          classifier.rate: "= (${classifier.batch} - 4) / 8 * 0.1"
          title: "${recipe} of ${data.seed}"
        """
    ).cells
    #expect(
      cells[1].overrides == [
        "classifier.batch=16", "seed=7", "data.seed=107", "classifier.rate=0.15000000000000002",
        "title=irnet of 107",
      ])
  }

  @Test func aGridMayBeBasedOnAnother() throws {
    try folder.write(recipes + "seeds: 2\nvalues: {a: 1}", to: "base/grid.yaml")
    try folder.write("title: x", to: "base/recipes/irnet.yaml")
    try folder.write("title: x", to: "base/recipes/sec.yaml")
    let cells = try grid("base: base/grid.yaml\nseeds: 1\nvalues: {b: 2}").cells
    #expect(cells.map(\.recipe.description).allSatisfy { $0.hasPrefix("\(folder.path)/base/") })
    #expect(cells.map(\.overrides) == [["a=1", "b=2", "seed=0"], ["a=1", "b=2", "seed=0"]])
  }

  @Test func unknownKeysAreRefused() {
    #expect(
      refusal(recipes + "axis: {a: [1]}")
        == "grid.yaml:2: Unknown key 'axis'. Did you mean 'axes'? Keys of a grid: axes, controls, "
        + "derived, exclude, include, recipes, seeds, steps, threads, title, values, when.")
    #expect(
      refusal(recipes + "exclude:\n  - {recip: sec}")
        == "grid.yaml:3: Unknown key 'recip'. Did you mean 'recipe'? Keys of 'exclude': recipe.")
    #expect(
      refusal(recipes + "exclude: [{recipe: seam}]")
        == "grid.yaml:2: The axis 'recipe' has no level 'seam'. Its levels: irnet, sec.")
    #expect(
      refusal(recipes + "controls: [conto]")
        == "grid.yaml:2: The axis 'control' has no level 'conto'. Did you mean 'conta'? Its levels: "
        + "baseline, conta, permuted-images, permuted-pixels, equal-spectrum, constant-map, "
        + "image-labels, retrained.")
  }

  @Test func valuesOfAnotherKindAreRefused() {
    #expect(
      refusal("seeds: 2")
        == "grid.yaml:1: 'recipes' cannot be read. Expected a path, a list of paths or 'NAME: PATH' "
        + "relative to this file.")
    #expect(
      refusal("recipes: none.yaml")
        == "grid.yaml:1: 'recipes' names 'none.yaml', which does not exist. Expected paths relative "
        + "to this file.")
    #expect(
      refusal(recipes + "seeds: none")
        == "grid.yaml:2: 'seeds' cannot be read. Expected a number of seeds of at least 1, or a list "
        + "of whole numbers of at least 0.")
    #expect(
      refusal(recipes + "axes: [1]")
        == "grid.yaml:2: 'axes' cannot be read. Expected 'KEY: [VALUE, …]' or 'NAME: {LEVEL: {KEY: "
        + "VALUE}}'.")
    #expect(
      refusal(recipes + "axes: {a: 1}")
        == "grid.yaml:2: 'axes.a' cannot be read. Expected a list of values, or levels of the form "
        + "'LEVEL: {KEY: VALUE}'.")
    #expect(
      refusal(recipes + "exclude: {recipe: sec}")
        == "grid.yaml:2: 'exclude' cannot be read. Expected a list of '{AXIS: LEVEL, …}'.")
    #expect(
      refusal(recipes + "include: [{recipe: sec}]")
        == "grid.yaml:2: 'include.name' cannot be read. Expected a name for the added cells.")
    #expect(
      refusal(recipes + "seeds: [1, 1]")
        == "grid.yaml:2: The level '1' stands twice on the axis 'seed'. Remove one of them, or give "
        + "them names: 'seed: {NAME: {KEY: VALUE}}'.")
    #expect(
      refusal(recipes + "exclude: [{recipe: [irnet, sec]}]")
        == "grid.yaml: The grid has no cells: everything is excluded. Check 'exclude'.")
  }

  @Test func derivedValuesThatCannotBeComputedAreRefused() {
    #expect(
      refusal(recipes + "seeds: 1\nderived: {a: \"${sed}\"}")
        == "grid.yaml:3: The derived value 'a' refers to '${sed}', which this grid does not have. "
        + "Did you mean 'seed'? Expected an axis or a value of the cell: recipe, seed.")
    #expect(
      refusal(recipes + "seeds: 1\nderived: {a: \"= ${seed} / 0\"}")
        == "grid.yaml:3: The derived value 'a' is '= 0 / 0', which cannot be computed. Expected "
        + "numbers, + - * / and parentheses.")
  }

  @Test(arguments: [
    ("= 1 + 2 * 3", "7"), ("= (1 + 2) * 3", "9"), ("= -2 - -3", "1"), ("= 1e-3 / 2", "0.0005"),
    ("= 2 * (3", nil), ("= 2 3", nil), ("=", nil), ("a = b", "a = b"),
  ])
  func computes(template: String, expected: String?) {
    let value = DerivedValue(key: "k", template: template, source: .program)
    #expect((try? value.text(with: [:])) == expected)
  }
}
