import CoreAPI
import Foundation

/// What a cell's run was asked for, with the folder in which its relative paths start.
///
/// Where the run and its stages are kept is left out: its numbers do not follow from that.
struct CellArguments: Sendable {
  /// `run`, the recipe, values and options.
  let words: [String]
  /// Where relative paths start.
  let folder: String

  /// Takes what matters from the arguments of a run.
  ///
  /// - Parameters:
  ///   - arguments: `run`, the recipe, values and options.
  ///   - folder: Where relative paths start.
  init(_ arguments: [String], folder: String = FileManager.default.currentDirectoryPath) {
    var words: [String] = []
    var rest = arguments[...]
    while let word = rest.popFirst() {
      if ["--out", "--cache"].contains(word) {
        rest = rest.dropFirst()
      } else {
        words.append(word)
      }
    }
    self.words = words
    self.folder = folder
  }

  /// Returns whether both ask for the same, however their paths are written.
  ///
  /// - Parameter other: The other arguments.
  /// - Returns: Whether they do.
  func askForTheSame(as other: CellArguments) -> Bool {
    // A node of Slurm may see a folder under another path than the machine that submits, but it
    // gets the same words.
    words == other.words || locatedWords == other.locatedWords
  }

  /// The words with every path that leads to something written from the root on.
  private var locatedWords: [String] {
    words.enumerated().map { index, word in
      // The first word is the command.
      if index == 1 { return place(of: word) }
      guard let equals = word.firstIndex(of: "="),
        let value = try? YAMLReader.parseValue(String(word[word.index(after: equals)...]))
      else { return word }
      return "\(word[...equals])\(located(value).singleLineText)"
    }
  }

  /// A value in which every text that names a file or folder is replaced by its place.
  private func located(_ node: ConfigurationNode) -> ConfigurationNode {
    switch node.value {
    case .empty: return node
    case .scalar(let text):
      let path = place(of: text)
      let isThere = !text.isEmpty && FileManager.default.fileExists(atPath: path)
      return isThere ? ConfigurationNode(.scalar(path)) : node
    case .list(let nodes): return ConfigurationNode(.list(nodes.map(located)))
    case .section(let entries):
      return ConfigurationNode(
        .section(entries.map { .init(key: $0.key, node: located($0.node)) }))
    }
  }

  private func place(of path: String) -> String {
    CachePath.absolute(path.hasPrefix("/") ? path : "\(folder)/\(path)")
  }
}
