// swift-tools-version: 6.2

import PackageDescription

// MARK: - libtorch

// The system's libtorch by default; `LIBTORCH=<dir>` builds against another one (the variable tch-rs
// uses), for example the `torch` folder of a pip wheel, which is how a CUDA user builds.
var torchHeaders: [CXXSetting] = []
var torchLibraries: [LinkerSetting] = [
  .linkedLibrary("torch_cpu"), .linkedLibrary("torch"), .linkedLibrary("c10"),
]
if let root = Context.environment["LIBTORCH"], !root.isEmpty {
  torchHeaders.append(
    .unsafeFlags([
      "-isystem", "\(root)/include", "-isystem", "\(root)/include/torch/csrc/api/include",
    ]))
  torchLibraries.append(.unsafeFlags(["-L\(root)/lib", "-Xlinker", "-rpath=\(root)/lib"]))
  if Context.environment["LIBTORCH_CUDA"] == "1" {
    // Without --no-as-needed the linker drops the library that registers the CUDA kernels.
    torchLibraries.append(
      .unsafeFlags(["-Xlinker", "--no-as-needed", "-ltorch_cuda", "-lc10_cuda"]))
    if let folders = Context.environment["LIBTORCH_NCCL"], !folders.isEmpty {
      // Gradients then go from GPU to GPU; pip has nccl.h and CUDA's headers in packages of their own.
      let headers = folders.split(separator: ":").flatMap { ["-isystem", String($0)] }
      torchHeaders += [.unsafeFlags(headers), .define("CT_WITH_NCCL")]
    }
  }
}

// MARK: - Plugins

/// Every plugin module; adding one is one word here and one line in `BuiltinPlugins`.
let plugins = [
  "AffinityNet", "DSRG", "DeepLab", "External", "IRNet", "SEAM", "SEC", "Thresholding",
]

let pluginTargets: [Target] = plugins.map {
  .target(
    name: $0,
    dependencies: ["CoreAPI", "Essentials", "Imaging", "Networks", "TensorFiles", "Tensors"],
    path: "Sources/Plugins/\($0)",
    exclude: ["README.md"])
}

// MARK: - Package

let package = Package(
  name: "conta",
  products: [
    .executable(name: "conta", targets: ["conta"]),
    .library(name: "Tensors", targets: ["Tensors"]),
    .library(name: "Imaging", targets: ["Imaging"]),
    .library(name: "CoreAPI", targets: ["CoreAPI"]),
    .library(name: "Networks", targets: ["Networks"]),
    .library(name: "Harness", targets: ["Harness"]),
    .library(name: "BuiltinPlugins", targets: ["BuiltinPlugins"]),
    .library(name: "ContaCommandLine", targets: ["ContaCommandLine"]),
    .library(name: "PluginTestSupport", targets: ["PluginTestSupport"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // MARK: C and C++ shims
    .target(name: "CTorch", cxxSettings: torchHeaders, linkerSettings: torchLibraries),
    .target(name: "CImages", linkerSettings: [.linkedLibrary("png"), .linkedLibrary("jpeg")]),

    // MARK: Foundations
    .target(name: "Essentials"),
    .target(name: "TensorFiles", dependencies: ["Essentials"]),
    .target(name: "Tensors", dependencies: ["CTorch", "Essentials", "TensorFiles"]),
    .target(name: "Imaging", dependencies: ["CImages", "Essentials"]),
    .target(name: "CoreAPI", dependencies: ["Essentials", "TensorFiles", "Tensors", "Imaging"]),
    .target(
      name: "Networks",
      dependencies: ["CoreAPI", "Essentials", "Imaging", "TensorFiles", "Tensors"]),
    .target(
      name: "Datasets", dependencies: ["CoreAPI", "Essentials", "Imaging", "TensorFiles"]),

    // MARK: Harness and program
    .target(
      name: "Harness",
      dependencies: [
        "CoreAPI", "Datasets", "Essentials", "Imaging", "TensorFiles", "Tensors",
        .product(name: "Yams", package: "Yams"),
      ]),
    .target(
      name: "BuiltinPlugins", dependencies: ["CoreAPI"] + plugins.map { .byName(name: $0) }),
    .target(
      name: "ContaCommandLine",
      dependencies: [
        "CoreAPI", "Datasets", "Essentials", "Harness",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(name: "conta", dependencies: ["BuiltinPlugins", "ContaCommandLine"]),

    // MARK: Examples
    .target(
      name: "Smoothing", dependencies: ["CoreAPI", "Imaging", "Tensors"],
      path: "Examples/InPackage", exclude: ["README.md"]),

    // MARK: Test support
    .target(
      name: "PluginTestSupport",
      dependencies: ["CoreAPI", "Essentials", "Imaging", "TensorFiles", "Tensors"],
      path: "Tests/PluginTestSupport"),
    .target(
      name: "SharedTestSupport", dependencies: ["Essentials", "TensorFiles", "Tensors"],
      path: "Tests/SharedTestSupport"),

    // MARK: Tests
    .testTarget(name: "EssentialsTests", dependencies: ["Essentials", "SharedTestSupport"]),
    .testTarget(
      name: "TensorFilesTests", dependencies: ["Essentials", "TensorFiles", "SharedTestSupport"]),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors", "SharedTestSupport"]),
    .testTarget(
      name: "ImagingTests", dependencies: ["Imaging", "Essentials", "SharedTestSupport"]),
    .testTarget(
      name: "CoreAPITests",
      dependencies: [
        "CoreAPI", "Imaging", "PluginTestSupport", "SharedTestSupport", "TensorFiles", "Tensors",
      ]),
    .testTarget(
      name: "NetworksTests",
      dependencies: [
        "CoreAPI", "Imaging", "Networks", "PluginTestSupport", "SharedTestSupport", "TensorFiles",
        "Tensors",
      ]),
    .testTarget(
      name: "DatasetsTests",
      dependencies: ["Datasets", "CoreAPI", "Essentials", "Imaging", "SharedTestSupport"]),
    .testTarget(
      name: "IRNetTests",
      dependencies: [
        "CoreAPI", "Imaging", "IRNet", "Networks", "PluginTestSupport", "SharedTestSupport",
        "Tensors",
      ]),
    .testTarget(
      name: "SEAMTests",
      dependencies: [
        "CoreAPI", "Imaging", "Networks", "PluginTestSupport", "SEAM", "SharedTestSupport",
        "Tensors",
      ]),
    .testTarget(
      name: "AffinityNetTests",
      dependencies: [
        "AffinityNet", "CoreAPI", "Essentials", "Imaging", "Networks", "PluginTestSupport",
        "TensorFiles", "Tensors",
      ]),
    .testTarget(
      name: "DeepLabTests",
      dependencies: [
        "CoreAPI", "DeepLab", "Essentials", "Imaging", "Networks", "PluginTestSupport",
        "SharedTestSupport", "TensorFiles", "Tensors",
      ]),
    .testTarget(
      name: "DSRGTests",
      dependencies: [
        "CoreAPI", "DSRG", "Essentials", "Imaging", "Networks", "PluginTestSupport",
        "SharedTestSupport", "TensorFiles", "Tensors",
      ]),
    .testTarget(
      name: "SECTests",
      dependencies: [
        "CoreAPI", "Essentials", "Imaging", "Networks", "PluginTestSupport", "SEC",
        "SharedTestSupport", "TensorFiles", "Tensors",
      ]),
    .testTarget(
      name: "ExternalTests",
      dependencies: [
        "CoreAPI", "Essentials", "External", "Imaging", "PluginTestSupport", "SharedTestSupport",
        "TensorFiles", "Tensors",
      ]),
    .testTarget(
      name: "ThresholdingTests",
      dependencies: ["CoreAPI", "Imaging", "PluginTestSupport", "Tensors", "Thresholding"]),
    .testTarget(
      name: "HarnessTests",
      dependencies: [
        "BuiltinPlugins", "CoreAPI", "Datasets", "Essentials", "Harness", "IRNet", "Imaging",
        "Networks", "PluginTestSupport", "SharedTestSupport", "TensorFiles", "Tensors",
      ]),
    .testTarget(
      name: "ContaCommandLineTests",
      dependencies: [
        "BuiltinPlugins", "ContaCommandLine", "CoreAPI", "Harness", "Imaging", "SharedTestSupport",
        "TensorFiles", "Tensors", "conta",
      ]),
    .testTarget(
      name: "ExamplesTests",
      dependencies: ["CoreAPI", "Imaging", "PluginTestSupport", "Smoothing", "Tensors"]),
    .testTarget(
      name: "GoldenTests",
      dependencies: [
        "Essentials", "TensorFiles", "Tensors", "Imaging", "CoreAPI", "Networks", "Harness",
        "AffinityNet", "DSRG", "DeepLab", "IRNet", "PluginTestSupport", "SEAM", "SEC",
        "SharedTestSupport",
      ]),
  ] + pluginTargets,
  cxxLanguageStandard: .cxx17
)

// MARK: - Settings of every Swift target

// Warnings are errors where changes are checked (.ci/run), and in our own targets only: a newer
// compiler must not keep anyone from building, and dependencies have warnings of their own.
let isStrict = Context.environment["CONTA_STRICT"] == "1"

for target in package.targets where !target.name.hasPrefix("C") || target.name.hasPrefix("Co") {
  target.swiftSettings =
    (target.swiftSettings ?? []) + [
      // https://github.com/apple/swift-evolution/blob/main/proposals/0335-existential-any.md
      .enableUpcomingFeature("ExistentialAny"),
      // https://github.com/apple/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
      .enableUpcomingFeature("InternalImportsByDefault"),
      // https://github.com/apple/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
      .enableUpcomingFeature("MemberImportVisibility"),
    ] + (isStrict ? [.treatAllWarnings(as: .error)] : [])
}
