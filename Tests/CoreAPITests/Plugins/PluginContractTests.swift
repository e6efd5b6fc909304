import CoreAPI
import PluginTestSupport
import Synchronization
import Testing

/// The contract checks accept plugins that keep the contract and catch every broken one.
@Suite(.serialized) struct PluginContractTests {
  // MARK: - Seed generators

  @Test func minimalSeedGeneratorKeepsTheContract() throws {
    try checkSeedGeneratorContract("subject", from: registering(MinimalSeedGenerator.init))
  }

  typealias SeedGeneratorFactory = @Sendable (PartContext) throws -> any SeedGenerator

  static let brokenSeedGenerators: [(SeedGeneratorFactory, String)] = [
    ({ try OverreachingSeedGenerator($0) }, "A seed has the classes [1, 2, 3], the labels ["),
    ({ try CroppingSeedGenerator($0) }, "A map has 50×40 pixels, 50×41 are due."),
    ({ try UndefinedSeedGenerator($0) }, "A score is not finite."),
    ({ try LoudSeedGenerator($0) }, "A score is outside of 0...1."),
    ({ try RandomSeedGenerator($0) }, "The same input gives another output the second time."),
    ({ try UnseededSeedGenerator($0) }, "The same seed gives other initial weights."),
    ({ try ForgetfulSeedGenerator($0) }, "Saved and loaded parameters give another output."),
    (
      { try ImpatientSeedGenerator($0) },
      "A training that stopped halfway and went on ends with other parameters."
    ),
    ({ try IdleSeedGenerator($0) }, "Training changes no parameter."),
    (
      { try HalfheartedSeedGenerator($0) },
      "No features pass through port 'block5' in making seeds."
    ),
    (
      { try DetachingSeedGenerator($0) },
      "No gradient reaches the parameters of a context at port 'block5'."
    ),
    (
      { try UndeclaredPortSeedGenerator($0) },
      "Port 'block2' is used without having been declared."
    ),
    (
      { try UnregisteredPortSeedGenerator($0) },
      "The ports [block3] are declared but not registered."
    ),
    ({ try NoticingSeedGenerator($0) }, "A context that changes nothing changes the seeds."),
    ({ try UnseededSeedGenerator($0) }, "A context that changes nothing changes the training."),
    (
      { try UnseededSeedGenerator($0) },
      "Training with the same seed gives other parameters the second time."
    ),
    (
      { try HalfheartedSeedGenerator($0) },
      "A context at port 'block5' leaves the seeds as they are."
    ),
    (
      { try DetachingSeedGenerator($0) },
      "Training leaves the parameters of a context at port 'block5' as they are."
    ),
    ({ try PortlessSeedGenerator($0) }, "The registered ports [block5] are never declared."),
    ({ try RepeatingSeedGenerator($0) }, "Port 'block5' is declared twice."),
    (
      { try MiscountingSeedGenerator($0) }, "Port 'block4' is declared with 7 channels and gets 3."
    ),
    (
      { try RenamingSeedGenerator($0) },
      "The context is asked for a sample that the training set does not have."
    ),
    (
      { try NeglectfulSeedGenerator($0) },
      "Port 'block5' gets 4 samples, the context is bound to 1."
    ),
    (
      { try InconsiderateSeedGenerator($0) },
      "A training that stopped halfway and went on ends with other context parameters."
    ),
    (
      { try NarrowSeedGenerator($0) },
      "A context that widens port 'block5' fails: The fusion 'widen' does not fit port 'block5'"
    ),
    ({ try ExplodingSeedGenerator($0) }, "Training leaves parameters that are not finite."),
  ]

  @Test(arguments: brokenSeedGenerators.indices)
  func brokenSeedGeneratorIsCaught(index: Int) throws {
    let (make, violation) = Self.brokenSeedGenerators[index]
    try expectViolation(violation) {
      try checkSeedGeneratorContract("subject", from: registering(make))
    }
  }

  // MARK: - Expanders

  @Test func minimalExpanderKeepsTheContract() throws {
    try checkExpanderContract("subject", from: registering(MinimalExpander.init))
  }

  typealias ExpanderFactory = @Sendable (PartContext) throws -> any Expander

  static let brokenExpanders: [(ExpanderFactory, String)] = [
    ({ try CroppingExpander($0) }, "A pseudo-mask has 50×40 pixels, its image 50×41."),
    ({ try InventingExpander($0) }, "A pseudo-mask has the classes [77], which its seed does not"),
    ({ try ForgetfulExpander($0) }, "Saved and loaded parameters give another output."),
    ({ try RandomExpander($0) }, "The same input gives another output the second time."),
  ]

  @Test(arguments: brokenExpanders.indices)
  func brokenExpanderIsCaught(index: Int) throws {
    let (make, violation) = Self.brokenExpanders[index]
    try expectViolation(violation) {
      try checkExpanderContract("subject", from: registering(make))
    }
  }

  // MARK: - Segmenters

  @Test func minimalSegmenterKeepsTheContract() throws {
    try checkSegmenterContract("subject", from: registering(MinimalSegmenter.init))
  }

  typealias SegmenterFactory = @Sendable (PartContext) throws -> any Segmenter

  static let brokenSegmenters: [(SegmenterFactory, String)] = [
    ({ try CoarseSegmenter($0) }, "A mask has 13×11 pixels, its image 50×41."),
    ({ try UndecidedSegmenter($0) }, "255]; 0 through 3 are allowed."),
    (
      { try PresumptuousSegmenter($0) },
      "Ignored pixels are trained on as if they were of class 0."
    ),
    ({ try UnseededSegmenter($0) }, "The same seed gives other initial weights."),
  ]

  @Test(arguments: brokenSegmenters.indices)
  func brokenSegmenterIsCaught(index: Int) throws {
    let (make, violation) = Self.brokenSegmenters[index]
    try expectViolation(violation) {
      try checkSegmenterContract("subject", from: registering(make))
    }
  }

  // MARK: - Parts

  private func registering(
    _ make: @escaping SeedGeneratorFactory
  ) -> (inout PluginRegistry) throws -> Void {
    { try $0.registerSeedGenerator("subject", summary: "", ports: [.block5]) { try make($1) } }
  }

  private func registering(
    _ make: @escaping ExpanderFactory
  ) -> (inout PluginRegistry) throws -> Void {
    { try $0.registerExpander("subject", summary: "") { try make($1) } }
  }

  private func registering(
    _ make: @escaping SegmenterFactory
  ) -> (inout PluginRegistry) throws -> Void {
    { try $0.registerSegmenter("subject", summary: "") { try make($1) } }
  }

  /// Expects failures, one of which says `violation`.
  private func expectViolation(
    _ violation: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ check: () throws -> Void
  ) throws {
    let violations = Mutex<[String]>([])
    try withKnownIssue(sourceLocation: sourceLocation) {
      try check()
    } matching: { issue in
      violations.withLock { $0 += issue.comments.map(\.rawValue) }
      return true
    }
    let found = violations.withLock { $0 }
    #expect(
      found.contains { $0.contains(violation) },
      "'\(violation)' is not among \(found)", sourceLocation: sourceLocation)
  }
}
