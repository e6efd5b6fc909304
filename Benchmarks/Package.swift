// swift-tools-version: 6.2

import PackageDescription

let package = Package(
  name: "conta-benchmarks",
  dependencies: [.package(name: "conta", path: "..")],
  targets: [
    .executableTarget(
      name: "conta-benchmark",
      dependencies: ["CoreAPI", "Imaging", "Networks", "Tensors"].map {
        .product(name: $0, package: "conta")
      },
      swiftSettings: [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
      ])
  ]
)
