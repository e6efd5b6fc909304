import Foundation
import SharedTestSupport
import Testing

/// The two refusals that a combination can meet, each before anything is written.
@Suite struct RefusedCombinationTests {
  private let input: BadInput

  init() throws { input = try BadInput() }

  @Test func theInterventionNeedsPorts() throws {
    try input.expectRefusal(
      ["seed_generator={name: external, folder: nowhere}"],
      "The seed generator 'external' has no context ports, so the intervention cannot act on it. "
        + "Set intervention.rounds to 0 or use another seed generator.")
  }

  @Test(arguments: ["seed_generator", "expander", "segmenter"])
  func aFolderThatIsNotThere(role: String) throws {
    try input.expectRefusal(
      ["\(role)={name: external, folder: nowhere}", "intervention.rounds=0"],
      "There is no folder 'nowhere'. Expected a folder with a .npy or .png file for every image; "
        + "check the path.")
  }

  @Test(arguments: [
    ("seed_generator", 0, "24 of 24", "train_00000"), ("expander", 1, "24 of 24", "train_00000"),
    ("segmenter", 0, "8 of 8", "val_00000"), ("segmenter", 1, "32 of 32", "train_00000"),
  ])
  func filesThatAreNotThere(role: String, rounds: Int, count: String, first: String) throws {
    let folder = input.folder.path
    try input.expectRefusal(
      ["\(role)={name: external, folder: \(folder)}", "intervention.rounds=\(rounds)"],
      "\(count) images have no file in '\(folder)', the first is '\(first)'. Expected '\(first).npy' "
        + "or '\(first).png'; write the missing files or choose smaller splits.")
  }
}
