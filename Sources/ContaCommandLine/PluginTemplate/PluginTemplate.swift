/// The files of a new plugin package: a seed generator and an expander that work, to be changed.
///
/// `Examples/MyMethod` is what it makes of the name `my-method`, kept equal by a test.
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

  /// The files by their path in the package, in the order a newcomer reads them.
  var files: [(path: String, text: String)] {
    [
      ("README.md", readme),
      ("Package.swift", package),
      ("recipe.yaml", recipe),
      ("Sources/\(typeName)/\(typeName)Plugin.swift", plugin),
      ("Sources/\(typeName)/\(typeName)Configuration.swift", configuration),
      ("Sources/\(typeName)/\(typeName)SeedGenerator.swift", seedGenerator),
      ("Sources/\(typeName)/\(typeName)Expander.swift", expander),
      ("Sources/\(name)-conta/Program.swift", program),
      ("Tests/\(typeName)Tests/\(typeName)ContractTests.swift", tests),
    ]
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
