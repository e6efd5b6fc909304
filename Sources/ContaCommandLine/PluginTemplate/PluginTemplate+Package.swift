extension PluginTemplate {
  var readme: String {
    """
    # \(typeName)

    A plugin for conta in a package of its own. Nothing of conta is changed; this package's program is
    `conta` with the plugin `\(name)` added.

        swift build -c release
        swift test -c release -Xswiftc -enable-testing     # the contract of every role
        .build/release/\(name)-conta plugins
        .build/release/\(name)-conta run recipe.yaml --out runs/\(name)

    The last command prints the plugin's row and its `+ CONTA` row, in a minute on a laptop.

    | file | what it is |
    |---|---|
    | `Sources/\(typeName)/\(typeName)Plugin.swift` | the name, what it provides, its ports |
    | `Sources/\(typeName)/\(typeName)Configuration.swift` | the values of its sections in a recipe |
    | `Sources/\(typeName)/\(typeName)SeedGenerator.swift` | images and labels to class activation maps |
    | `Sources/\(typeName)/\(typeName)Expander.swift` | class activation maps to pseudo-masks |
    | `Sources/\(name)-conta/Program.swift` | the program |
    | `Tests/\(typeName)Tests` | the checks of the contract |
    | `recipe.yaml` | a run on the generated world |

    Put your method in the place of the two examples; delete the role that you do not need, and its
    registration. A segmenter is registered the same way.

    """
  }

  var package: String {
    """
    // swift-tools-version: 6.2

    import PackageDescription

    let package = Package(
      name: "\(name)",
      products: [.executable(name: "\(name)-conta", targets: ["\(name)-conta"])],
      dependencies: [.package(name: "conta", path: "\(contaPath)")],
      targets: [
        .target(
          name: "\(typeName)",
          dependencies: [
            .product(name: "CoreAPI", package: "conta"),
            .product(name: "Imaging", package: "conta"),
            .product(name: "Tensors", package: "conta"),
          ]),
        .executableTarget(
          name: "\(name)-conta",
          dependencies: [
            "\(typeName)",
            .product(name: "BuiltinPlugins", package: "conta"),
            .product(name: "ContaCommandLine", package: "conta"),
          ]),
        .testTarget(
          name: "\(typeName)Tests",
          dependencies: [
            "\(typeName)",
            .product(name: "PluginTestSupport", package: "conta"),
          ]),
      ]
    )

    """
  }

  var recipe: String {
    """
    # The plugin on the generated world, with and without the do-operator: a minute on a laptop.
    title: \(typeName)
    data:
      kind: contextworld
      training_images: 80
      test_images: 40

    seed_generator:
      name: \(name)
      batch_size: 8
      epochs: 10
      rate: 0.05

    expander:
      name: \(name)
      background_score: 0.3

    segmenter:
      name: deeplab-v2
      backbone: tiny
      dilations: [1, 2, 3, 4]
      pyramid: []
      batch_size: 8
      accumulation: 1
      steps: 60
      optimizer: adam
      rate: 2e-3
      crop_size: 96
      scales: [0.75, 1, 1.25]

    intervention:
      rounds: 1

    """
  }

  var program: String {
    """
    import BuiltinPlugins
    import ContaCommandLine
    import \(typeName)

    /// The program `\(name)-conta`: `conta` with one plugin more.
    @main struct Program {
      static func main() {
        ContaProgram.main(with: BuiltinPlugins.registry, adding: \(typeName)Plugin.register)
      }
    }

    """
  }

  var tests: String {
    """
    import \(typeName)
    import PluginTestSupport
    import Testing

    /// What conta expects of every plugin; see the protocols of CoreAPI.
    @Suite(.serialized) struct \(typeName)ContractTests {
      @Test func seedGeneratorKeepsTheContract() throws {
        try checkSeedGeneratorContract(
          \(typeName)Plugin.name, from: \(typeName)Plugin.register,
          configuration: ["batch_size": "4", "epochs": "2", "crop_size": "32"])
      }

      @Test func expanderKeepsTheContract() throws {
        try checkExpanderContract(\(typeName)Plugin.name, from: \(typeName)Plugin.register)
      }
    }

    """
  }
}
