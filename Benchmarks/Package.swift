// swift-tools-version: 6.2

import PackageDescription

let package = Package(
  name: "conta-benchmarks",
  dependencies: [.package(name: "conta", path: "..")],
  targets: [
    .executableTarget(
      name: "conta-benchmark",
      dependencies: [.product(name: "Imaging", package: "conta")],
      swiftSettings: [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
      ])
  ]
)
