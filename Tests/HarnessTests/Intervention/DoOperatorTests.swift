import CoreAPI
import Imaging
import PluginTestSupport
import Tensors
import Testing

@testable import Harness

/// What the do-operator promises whatever its weights.
@Suite(.serialized) struct DoOperatorTests {
  private let ids = ["a", "b", "c"]

  // MARK: - Context maps

  @Test func attentionSumsToOneAndBoundsTheContextMap() throws {
    let world = try InterventionWorld(deviation: 1)
    let result = try world.operator().adjustment(ids)
    let attention = try result.attention.sum(along: [1]).floats()
    #expect(attention.allSatisfy { abs($0 - 1) < 1e-6 })
    let bound = Float(world.confounders.maps.max() ?? 0) / Float(world.confounders.classCount)
    let maps = try result.contextMaps.floats()
    #expect(maps.allSatisfy { $0 >= 0 && $0 <= bound + 1e-6 })
  }

  @Test func scaleMultipliesMByTheNumberOfClasses() throws {
    let plain = try InterventionWorld(fusion: .widen)
    let scaled = try InterventionWorld(fusion: .widen, scale: .timesClassCount)
    let left = try plain.appended("a").map { $0 * 4 }
    for (a, b) in zip(left, try scaled.appended("a")) { #expect(abs(a - b) < 1e-6) }
  }

  /// Masks need not be kept as they are: what counts is of the confounders' size.
  @Test func masksThatWereReducedBeforeGiveTheSameMap() throws {
    let world = try InterventionWorld(deviation: 1)
    let size = ImageSize(width: 6, height: 6)
    let reduced = try DoOperator(
      configuration: world.configuration, confounders: world.confounders,
      masks: world.masks.mapValues { $0.resized(to: size) }, labels: world.labels, seed: 5,
      device: .cpu)
    let expected = try world.operator().adjustment(ids).contextMaps.floats()
    #expect(try reduced.adjustment(ids).contextMaps.floats() == expected)
  }

  // MARK: - Order of the classes

  /// Renaming the classes in C, X_m and the rows of W1 and W2 leaves M as it is, if X_m has a plane
  /// for each class; a class index is another number for another name.
  @Test(arguments: MaskEncoding.allCases)
  func onlyOneHotMasksForgetTheOrderOfClasses(encoding: MaskEncoding) throws {
    let order = [2, 0, 3, 1]
    let plain = try InterventionWorld(deviation: 1, encoding: encoding)
    let renamed = try InterventionWorld(deviation: 1, encoding: encoding, classOrder: order)
    let left = try plain.operator()
    let right = try renamed.operator()
    let rows = try Tensor(order.map(Int64.init), shape: [4])
    for name in ["intervention.query", "intervention.key"] {
      let weight = try #require(left.parameters?[name]).value
      try #require(right.parameters?[name]).value.copy(
        from: weight.indexSelected(along: 0, indices: rows))
    }
    let a = try left.adjustment(ids).contextMaps.floats()
    let b = try right.adjustment(ids).contextMaps.floats()
    let isSame = zip(a, b).allSatisfy { abs($0 - $1) < 1e-6 }
    #expect(isSame == (encoding == .oneHot))
  }

  // MARK: - At the ports

  @Test func portsThatAreNotConfiguredAreTheIdentity() throws {
    let world = try InterventionWorld()
    let context = try world.operator()
    #expect(try context.channels(leaving: .block4, of: 8) == 8)
    #expect(try context.channels(leaving: .block5, of: 8) == 8)
    let features = try Tensor.normal([1, 8, 5, 6], seed: 1)
    let ports = try context.bound(to: world.batch("a"))
    #expect(try ports.apply(.block4, to: features).floats() == features.floats())
    #expect(try ports.apply(.block5, to: features).floats() != features.floats())
  }

  @Test func baselineContextIsTheIdentityToTheBit() throws {
    let context = NoContext()
    let features = try Tensor.normal([1, 8, 5, 6], seed: 1)
    let ports = try context.bound(to: InterventionWorld().batch("a"))
    #expect(try context.channels(leaving: .block5, of: 8) == 8)
    #expect(try ports.apply(.block5, to: features).floats() == features.floats())
    #expect(context.parameterGroups.isEmpty && context.parameters == nil)
  }

  @Test func projectedFusionStartsAsTheIdentity() throws {
    let world = try InterventionWorld(fusion: .projected)
    let context = try world.operator()
    _ = try context.channels(leaving: .block5, of: 8)
    let features = try Tensor.normal([1, 8, 5, 6], seed: 1)
    let fused = try context.bound(to: world.batch("a")).apply(.block5, to: features)
    #expect(try fused.floats() == features.floats())
  }

  /// logit = w · GAP(X) + v · GAP(M): M only shifts the class score.
  @Test func widenAddsABiasToALinearHead() throws {
    let world = try InterventionWorld(fusion: .widen)
    let context = try world.operator()
    #expect(try context.channels(leaving: .block5, of: 8) == 9)
    let features = try Tensor.normal([1, 8, 5, 6], seed: 1)
    let weight = try Tensor.normal([3, 9, 1, 1], seed: 2)
    let widened = try context.bound(to: world.batch("a")).apply(.block5, to: features)
    let logits = try widened.mean(along: [2, 3], keepingDimensions: true)
      .conv2d(weight: weight).floats()

    let plain = try features.mean(along: [2, 3], keepingDimensions: true)
      .conv2d(weight: weight.narrow(along: 1, from: 0, count: 8)).floats()
    let mean = Float(try widened.narrow(along: 1, from: 8, count: 1).mean().item())
    let v = try weight.narrow(along: 1, from: 8, count: 1).floats()
    for label in 0..<3 { #expect(abs(logits[label] - plain[label] - v[label] * mean) < 1e-5) }
    #expect(abs(mean) > 1e-4)
  }

  @Test(arguments: [ContextFusion.sharedConvolution3x3, .sharedConvolution1x1])
  func gradientsReachBothProjectionsFromTwoResolutionsInOneStep(fusion: ContextFusion) throws {
    let world = try InterventionWorld(deviation: 1, fusion: fusion)
    let context = try world.operator()
    _ = try context.channels(leaving: .block5, of: 8)
    let ports = try context.bound(to: world.batch("b"))
    let small = try ports.apply(.block5, to: Tensor.normal([1, 8, 5, 6], seed: 1))
    let large = try ports.apply(.block5, to: Tensor.normal([1, 8, 11, 13], seed: 2))
    #expect(small.shape == [1, 8, 5, 6] && large.shape == [1, 8, 11, 13])
    try (small.sum() + large.sum()).backward()
    for parameter in try #require(context.parameters).parameters {
      let norm = try #require(parameter.value.gradient, "\(parameter.name)").norm().item()
      #expect(norm > 0 && norm.isFinite, "\(parameter.name)")
    }
  }

  @Test func withheldPortIsRefusedByName() throws {
    let world = try InterventionWorld()
    let context = try world.operator()
    _ = try context.channels(leaving: .block3, of: 4)
    _ = try context.channels(leaving: .block4, of: 8)
    let error = #expect(throws: InterventionError.self) { try context.bound(to: world.batch("a")) }
    #expect(
      error?.description == """
        The classifier offers no context port 'block5', because no gradient flows back through the \
        frozen stages behind it. Ports it offers: block3, block4. Use one of them or freeze fewer \
        stages.
        """)
  }

  // MARK: - Messages and figures

  @Test func missingMaskIsNamed() throws {
    let context = try InterventionWorld().operator()
    let error = #expect(throws: InterventionError.self) { try context.adjustment(["a", "x"]) }
    #expect(
      error?.description
        == "The intervention has no mask for image 'x'. Every image that the classifier sees needs "
        + "the mask of the round before.")
  }

  @Test func missingPortsAreNamedWithThoseThatExist() {
    #expect(
      InterventionError.missingPorts(generator: "mine", wanted: ["block9"], known: ["block5"])
        .description
        == "The seed generator 'mine' has no context port 'block9'. Its ports: block5.")
    #expect(
      InterventionError.missingPorts(generator: "mine", wanted: ["block5"], known: []).description
        == "The seed generator 'mine' has no context ports, so the intervention cannot act on it. "
        + "Set intervention.rounds to 0 or use another seed generator.")
  }

  @Test func epochStatisticsDescribeTheEpochOnly() throws {
    let world = try InterventionWorld(deviation: 0)
    let context = try world.operator()
    _ = try context.channels(leaving: .block5, of: 8)
    for id in ids {
      let fused = try context.bound(to: world.batch(id))
        .apply(.block5, to: Tensor.normal([1, 8, 5, 6], seed: 1))
      try fused.sum().backward()
    }
    var values = Dictionary(uniqueKeysWithValues: try context.epochStatistics())
    // Projections of 0 attend to all four classes alike.
    #expect(abs((values["attention entropy"] ?? 0) - 1.3862943611) < 1e-5)
    #expect(abs((values["largest attention"] ?? 0) - 0.25) < 1e-6)
    #expect((values["variance of M over images"] ?? 1) < 1e-12)
    let maps = world.confounders.maps
    let mean = maps.reduce(0) { $0 + Double($1) } / Double(maps.count) / 4
    #expect(abs((values["mean of M"] ?? 0) - mean) < 1e-6)
    #expect(values["W1 gradient norm"] != nil && values["W2 gradient norm"] != nil)
    values = Dictionary(uniqueKeysWithValues: try context.epochStatistics())
    #expect(values["attention entropy"] == 0 && values["mean of M"] == 0)
  }

  @Test func anInterruptedEpochGoesOnWithItsSums() throws {
    let world = try InterventionWorld(deviation: 0.5)
    func count(_ ids: some Sequence<String>, in context: DoOperator) throws {
      for id in ids { _ = try context.bound(to: world.batch(id)) }
    }
    let undisturbed = try world.operator()
    _ = try undisturbed.channels(leaving: .block5, of: 8)
    try count(ids, in: undisturbed)
    let interrupted = try world.operator()
    _ = try interrupted.channels(leaving: .block5, of: 8)
    try count(ids.prefix(1), in: interrupted)
    let resumed = try world.operator()
    _ = try resumed.channels(leaving: .block5, of: 8)
    resumed.epochSums = interrupted.epochSums.merging(["loss sum": 3]) { own, _ in own }
    try count(ids.dropFirst(), in: resumed)
    #expect(resumed.epochSums == undisturbed.epochSums)
    let figures = try undisturbed.epochStatistics().map(\.value)
    #expect(try resumed.epochStatistics().map(\.value) == figures)
    #expect(resumed.epochSums.isEmpty)
  }
}
