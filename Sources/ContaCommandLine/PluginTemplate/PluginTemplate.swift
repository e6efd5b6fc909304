import Essentials
import Foundation

/// The files of a new plugin package: `Examples/MyMethod` of the checkout under another name.
///
/// The example is built and tested as it stands, so what is written from it works too.
struct PluginTemplate {
  /// The name that recipes use, for example "my-method".
  let name: String
  /// The name in code, for example "MyMethod".
  let typeName: String
  /// The folder of conta's package, as the new package will name it.
  let contaPath: String

  /// Checks a name and derives the one in code.
  ///
  /// - Parameters:
  ///   - name: The name that recipes will use.
  ///   - contaPath: The folder of conta's package.
  ///   - taken: The names of registered plugins.
  /// - Throws: ``PluginTemplateError`` for a name that does not do.
  init(name: String, contaPath: String, taken: [String]) throws {
    let words = name.split(separator: "-", omittingEmptySubsequences: false)
    let isPlain = name.utf8.allSatisfy {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
    }
    guard isPlain, name.first?.isLetter == true, words.allSatisfy({ !$0.isEmpty }) else {
      throw PluginTemplateError.badName(name)
    }
    guard !taken.contains(name) else { throw PluginTemplateError.registeredName(name) }
    let typeName = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    guard !Self.moduleNames.contains(typeName.lowercased()) else {
      throw PluginTemplateError.moduleName(name, module: typeName)
    }
    self.name = name
    self.typeName = typeName
    self.contaPath = contaPath
  }

  /// Names in lower case that a module of the new package must not have, for others have them.
  private static let moduleNames: Set<String> = [
    "affinitynet", "argumentparser", "builtinplugins", "cimages", "contacommandline", "coreapi",
    "ctorch", "datasets", "deeplab", "dsrg", "essentials", "external", "foundation", "harness",
    "imaging", "irnet", "networks", "plugintestsupport", "seam", "sec", "swift",
    "tensorfiles", "tensors", "testing", "thresholding", "yams",
  ]

  /// The example's files, in the order a newcomer reads them.
  private static let paths = [
    "README.md",
    "Package.swift",
    "recipe.yaml",
    "Sources/MyMethod/MyMethodPlugin.swift",
    "Sources/MyMethod/MyMethodConfiguration.swift",
    "Sources/MyMethod/MyMethodSeedGenerator.swift",
    "Sources/MyMethod/MyMethodExpander.swift",
    "Sources/my-method-conta/Program.swift",
    "Tests/MyMethodTests/MyMethodContractTests.swift",
  ]

  /// Returns the new package's files by their path in it.
  ///
  /// - Parameter checkout: The folder of conta's package, as this process finds it.
  /// - Returns: Paths and texts.
  /// - Throws: An error that names an example's file that cannot be read.
  func files(from checkout: String) throws -> [(path: String, text: String)] {
    try Self.paths.map { path in
      let example = try AtomicFile.read("\(checkout)/Examples/MyMethod/\(path)")
      let text = renamed(String(decoding: example, as: UTF8.self))
      return (
        renamed(path),
        text.replacing("path: \"../..\"", with: "path: \"\(contaPath)\"")
      )
    }
  }

  private func renamed(_ text: String) -> String {
    text.replacing("MyMethod", with: typeName).replacing("my-method", with: name)
  }
}

/// A new plugin that cannot be written, in words for the person who asked for it.
enum PluginTemplateError: Error, Equatable, CustomStringConvertible {
  /// A name with other characters than recipes and folders can take.
  case badName(String)
  /// A name that recipes use already.
  case registeredName(String)
  /// A name whose module exists already.
  case moduleName(String, module: String)
  /// A folder with something in it.
  case notEmpty(path: String)
  /// A program that was built elsewhere.
  case contaNotFound(path: String)

  /// The message: what was found, what was expected, what to do next.
  var description: String {
    switch self {
    case .badName(let name):
      "'\(name)' is no name for a plugin. Expected lower-case letters and digits, words joined by "
        + "hyphens, a letter first, for example my-method."
    case .registeredName(let name):
      "A plugin named '\(name)' is registered already. Choose another name; 'conta plugins' lists "
        + "those that are taken."
    case .moduleName(let name, let module):
      "A plugin named '\(name)' would need a module '\(module)', which exists already. Choose "
        + "another name."
    case .notEmpty(let path):
      "'\(path)' is not empty. Name a new folder with --out, or empty this one first."
    case .contaNotFound(let path):
      "'\(path)' is not the folder of conta's package. Pass --conta with the folder of a checkout, "
        + "the one that holds Package.swift and Sources/CoreAPI."
    }
  }
}
