import ArgumentParser
import Essentials
import Foundation

/// `conta plugin`: plugins of one's own.
struct PluginCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plugin",
    abstract: "Begin a plugin of your own.",
    discussion: """
      EXAMPLE
        conta plugin new my-method
      """,
    subcommands: [NewPluginCommand.self])
}

/// `conta plugin new`: writes a package with a plugin that works.
struct NewPluginCommand: ContaSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Write a Swift package with a plugin that works, to be changed.",
    discussion: """
      The package holds a seed generator with a context port, an expander, the checks of their \
      contract, a recipe, and a program of three lines: conta with this plugin added. Nothing of \
      conta's own package is changed.

      EXAMPLE
        conta plugin new my-method --out ../my-method
        cd ../my-method && swift build -c release
        .build/release/my-method-conta run recipe.yaml --out runs/my-method
      """)

  @Argument(help: "The name that recipes will use, for example my-method.")
  var name: String

  @Option(
    help: "The package's folder, by default one of the plugin's name.", completion: .directory)
  var out: String?

  @Option(
    help: "The folder of conta's package, by default the one this program was built from.",
    completion: .directory)
  var conta: String?

  func run(in program: ContaProgram) throws {
    let checkout = try contaFolder()
    let template = try PluginTemplate(
      name: name, contaPath: conta ?? checkout, taken: program.actions.plugins().map(\.name))
    let folder = out ?? name
    let present = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    guard present.isEmpty else { throw PluginTemplateError.notEmpty(path: folder) }
    for file in try template.files(from: checkout) {
      try AtomicFile.write(file.text, to: "\(folder)/\(file.path)")
    }
    program.output.note(
      "Wrote '\(folder)'. Build it with: swift build -c release --package-path \(folder)")
  }

  /// Returns the absolute path of the folder that the new package will depend on.
  private func contaFolder() throws -> String {
    var folder = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { folder.deleteLastPathComponent() }
    if let conta {
      // The new package reads a relative path from its own folder.
      folder =
        URL(
          fileURLWithPath: conta, relativeTo: URL(fileURLWithPath: out ?? name, isDirectory: true)
        ).standardizedFileURL
    }
    guard
      ["Package.swift", "Sources/CoreAPI", "Examples/MyMethod"].allSatisfy({
        FileManager.default.fileExists(atPath: "\(folder.path)/\($0)")
      })
    else { throw PluginTemplateError.contaNotFound(path: conta ?? folder.path) }
    return folder.path
  }
}
