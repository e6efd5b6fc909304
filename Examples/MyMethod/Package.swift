// swift-tools-version: 6.2

import PackageDescription

let package = Package(
  name: "my-method",
  products: [.executable(name: "my-method-conta", targets: ["my-method-conta"])],
  dependencies: [.package(name: "conta", path: "../..")],
  targets: [
    .target(
      name: "MyMethod",
      dependencies: [
        .product(name: "CoreAPI", package: "conta"),
        .product(name: "Imaging", package: "conta"),
        .product(name: "Tensors", package: "conta"),
      ]),
    .executableTarget(
      name: "my-method-conta",
      dependencies: [
        "MyMethod",
        .product(name: "BuiltinPlugins", package: "conta"),
        .product(name: "ContaCommandLine", package: "conta"),
      ]),
    .testTarget(
      name: "MyMethodTests",
      dependencies: [
        "MyMethod",
        .product(name: "PluginTestSupport", package: "conta"),
      ]),
  ]
)
