import CoreAPI
import Foundation
import SharedTestSupport
import Testing

@Suite struct ConfigurationReaderTests {
  private enum Fusion: String, CaseIterable { case shared, widen }

  @Test(arguments: [
    ("1e-3", 0.001), (".1", 0.1), ("6e-5", 6e-5), ("5", 5), ("-2.50", -2.5), ("+1E2", 100),
  ])
  func readsNumbersHoweverTheyAreWritten(text: String, value: Double) throws {
    #expect(try reader(["rate": .scalar(text)]).double("rate") == value)
  }

  @Test(arguments: ["fast", "nan", "inf", "0x10", "1e999", "", "1 2", "1,5"])
  func refusesWhatIsNoNumber(text: String) throws {
    let reader = try reader(["rate": .scalar(text)])
    #expect(
      message { _ = try reader.double("rate", in: .positive) }
        == "x.yaml:1: 'segmenter.rate' is '\(text)'. Expected a number greater than 0.")
  }

  @Test func saysWhichWholeNumbersAreAllowed() throws {
    let reader = try reader(["epochs": .scalar("0"), "seed": .scalar("1.5"), "width": .list([])])
    #expect(
      message { _ = try reader.int("epochs", default: 5, in: 1...1000) }
        == "x.yaml:1: 'segmenter.epochs' is '0'. Expected a whole number from 1 through 1000.")
    #expect(
      message { _ = try reader.int("seed") }
        == "x.yaml:2: 'segmenter.seed' is '1.5'. Expected a whole number.")
    #expect(
      message { _ = try reader.int("width", in: .atLeast(8)) }
        == "x.yaml:3: 'segmenter.width' is an empty list. Expected a whole number of at least 8.")
  }

  @Test func trainingsDoNotDependOnWhatOnlyInferenceReads() throws {
    let root = try reader(["title": .scalar("x")], path: "")
    let section = try root.section("segmenter")
    _ = try root.string("title")
    _ = try section.double("rate", default: 0.1)
    _ = try section.bool("crf", default: true)
    _ = try section.doubles("scales", default: [1])
    section.markInferenceOnly("crf", "scales")
    #expect(root.resolvedForTraining.canonicalText == "segmenter:\n  rate: 0.1\ntitle: x\n")
    #expect(root.resolvedWithoutPaths["segmenter"]?.keys == ["crf", "rate", "scales"])
  }

  @Test(arguments: ["yes", "no", "on", "1", "True", "TRUE"])
  func acceptsOnlyTrueAndFalseAsBooleans(text: String) throws {
    let reader = try reader(["flip": .scalar(text), "crf": .scalar("true")])
    #expect(try reader.bool("crf"))
    #expect(
      message { _ = try reader.bool("flip") }
        == "x.yaml:1: 'segmenter.flip' is '\(text)'. Expected true or false.")
  }

  @Test func suggestsTheChoiceThatWasMeant() throws {
    let wrong = try reader(["fusion": .scalar("wide")])
    #expect(
      message { _ = try wrong.choice("fusion", of: Fusion.self) }
        == "x.yaml:1: 'segmenter.fusion' is 'wide'. Expected one of: shared, widen."
        + " Did you mean 'widen'?")
    #expect(try reader(["fusion": .scalar("widen")]).choice("fusion") == Fusion.widen)
  }

  @Test func readsListsAndRefusesOthers() throws {
    let numbers = ConfigurationNode.Value.list(
      [".5", "1"].map { ConfigurationNode(.scalar($0)) })
    let reader = try reader(["scales": numbers, "names": .scalar("cat")])
    #expect(try reader.doubles("scales", in: .positive) == [0.5, 1])
    #expect(try reader.strings("scales") == [".5", "1"])
    #expect(
      message { _ = try reader.strings("names") }
        == "x.yaml:2: 'segmenter.names' is 'cat'. Expected a list of texts.")
    #expect(
      message { _ = try reader.doubles("names", in: .positive) }
        == "x.yaml:2: 'segmenter.names' is 'cat'. Expected a list of numbers, each greater than 0.")
    #expect(
      message { _ = try reader.doubles("scales", in: .between(0...0.75)) }
        == "x.yaml:1: 'segmenter.scales' is a list. "
        + "Expected a list of numbers, each from 0 through 0.75.")
  }

  @Test func readsListsOfWholeNumbersHoweverTheyAreWritten() throws {
    let numbers = { (texts: [String]) in
      ConfigurationNode.Value.list(texts.map { ConfigurationNode(.scalar($0)) })
    }
    let reader = try reader([
      "dilations": numbers(["6", "12.0", "2e1"]), "huge": numbers(["1e30"]),
      "broken": numbers(["1.5"]),
    ])
    #expect(try reader.ints("dilations", in: .between(1...100)) == [6, 12, 20])
    // As lists of numbers are recorded, so that keys do not depend on how they are read.
    #expect(reader.resolved.canonicalText == "dilations: [6.0, 12.0, 20.0]\n")
    #expect(
      message { _ = try reader.ints("huge") }
        == "x.yaml:2: 'segmenter.huge' is a list. Expected a list of whole numbers.")
    #expect(
      message { _ = try reader.ints("broken", in: .between(1...100)) }
        == "x.yaml:3: 'segmenter.broken' is a list. "
        + "Expected a list of whole numbers, each from 1 through 100.")
  }

  @Test func refusesEmptyListsWhereOneElementIsNeeded() throws {
    let reader = try reader(["scales": .list([])])
    #expect(
      message { _ = try reader.doubles("scales", in: .imageScale) }
        == "x.yaml:1: 'segmenter.scales' is an empty list. "
        + "Expected at least one number from 0.01 through 100.")
    #expect(
      message { _ = try reader.ints("scales") }
        == "x.yaml:1: 'segmenter.scales' is an empty list. Expected at least one whole number.")
    #expect(
      message { _ = try reader.strings("scales", of: "port") }
        == "x.yaml:1: 'segmenter.scales' is an empty list. Expected at least one port.")
    #expect(try reader.doubles("scales", allowsEmpty: true).isEmpty)
    #expect(try reader.strings("scales", allowsEmpty: true).isEmpty)
  }

  @Test(arguments: ["1", "1.5", "-0.1"])
  func momentumIsBelowOne(text: String) throws {
    let reader = try reader(["momentum": .scalar(text), "other": .scalar("0.999")])
    #expect(
      message { _ = try reader.double("momentum", default: 0.9, in: .momentum) }
        == "x.yaml:1: 'segmenter.momentum' is '\(text)'. "
        + "Expected a number of at least 0 and below 1.")
    #expect(try reader.double("other", in: .momentum) == 0.999)
    #expect(try reader.double("absent", default: 0, in: .momentum) == 0)
  }

  @Test func saysHowToGiveAMissingValue() throws {
    let reader = try reader(["weights": .empty])
    #expect(
      message { _ = try reader.string("weights") }
        == "x.yaml:1: 'segmenter.weights' is missing. Expected text. "
        + "Add it to the recipe or pass 'segmenter.weights=…' on the command line.")
    #expect(try reader.optionalString("weights") == nil)
    #expect(try reader.string("weights", default: "none") == "none")
  }

  @Test func refusesUnknownKeysWithASuggestion() throws {
    let reader = try reader(["rate": .scalar("1"), "epohcs": .scalar("2")])
    _ = try reader.double("rate")
    _ = try reader.int("epochs", default: 5)
    #expect(
      message { try reader.finish() }
        == "x.yaml:2: Unknown key 'segmenter.epohcs'. Did you mean 'epochs'? "
        + "Keys of 'segmenter': epochs, rate.")
  }

  @Test func finishLooksIntoTheSectionsBelow() throws {
    let inner = ConfigurationNode.Value.section([
      .init(
        key: "power", node: ConfigurationNode(.scalar("2"), source: .file(path: "x.yaml", line: 7)))
    ])
    let reader = try reader(["schedule": inner], path: "")
    _ = try reader.section("schedule").double("rate", default: 1)
    #expect(
      message { try reader.finish() }
        == "x.yaml:7: Unknown key 'schedule.power'. Keys of 'schedule': rate.")
  }

  @Test func refusesAScalarWhereASectionBelongs() throws {
    let reader = try reader(["crf": .scalar("on")])
    #expect(
      message { _ = try reader.section("crf") }
        == "x.yaml:1: 'segmenter.crf' is 'on'. Expected a section.")
  }

  @Test func recordsWhatWasReadWithDefaultsFilledIn() throws {
    let reader = try reader(
      ["rate": .scalar("1e-1"), "schedule": .section([]), "unread": .scalar("x")], path: "")
    _ = try reader.double("rate")
    _ = try reader.section("schedule").int("steps", default: 20)
    _ = try reader.bool("flip", default: true)
    _ = try reader.doubles("scales", default: [0.5, 1])
    _ = try reader.optionalString("weights")
    #expect(
      reader.resolved.canonicalText
        == "flip: true\nrate: 0.1\nscales: [0.5, 1.0]\nschedule:\n  steps: 20\n")
  }

  @Test func offersAnErrorForChecksOfItsUser() throws {
    let reader = try reader(["radius": .scalar("4")])
    #expect(
      "\(reader.error("radius", expected: "an odd number"))"
        == "x.yaml:1: 'segmenter.radius' is '4'. Expected an odd number.")
  }

  @Test func pathsAreAbsoluteInWhatWasReadAndAbsentFromKeys() throws {
    let values = ConfigurationNode(
      .section([
        .init(key: "rate", node: ConfigurationNode(.scalar("0.5"))),
        .init(
          key: "weights",
          node: ConfigurationNode(
            .scalar("w.pth"), source: .file(path: "recipes/x.yaml", line: 1))),
        .init(
          key: "labels",
          node: ConfigurationNode(.scalar("l.npy"), source: .commandLine)),
        .init(
          key: "root",
          node: ConfigurationNode(
            .scalar("/data/VOC"), source: .file(path: "recipes/x.yaml", line: 2))),
      ]))
    let reader = try ConfigurationReader(
      ConfigurationNode(.section([.init(key: "segmenter", node: values)])))
    let section = try reader.section("segmenter")
    _ = try section.double("rate")
    #expect(try section.path("weights") == "recipes/w.pth")
    #expect(try section.path("labels") == "l.npy")
    #expect(try section.path("root") == "/data/VOC")
    #expect(try section.path("masks") == nil)
    try reader.finish()
    let folder = FileManager.default.currentDirectoryPath
    #expect(section.resolved["weights"]?.value == .scalar("\(folder)/recipes/w.pth"))
    #expect(section.resolved["labels"]?.value == .scalar("\(folder)/l.npy"))
    #expect(section.resolved["root"]?.value == .scalar("/data/VOC"))
    #expect(reader.resolvedWithoutPaths.canonicalText == "segmenter:\n  rate: 0.5\n")
    #expect(
      reader.paths == [
        "segmenter.weights": "recipes/w.pth", "segmenter.labels": "l.npy",
        "segmenter.root": "/data/VOC",
      ])
  }
}
