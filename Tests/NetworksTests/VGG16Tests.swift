import CoreAPI
import Foundation
import SharedTestSupport
import TensorFiles
import Tensors
import Testing

@testable import Networks

@Suite(.serialized) struct VGG16Tests {
  @Test(arguments: VGG16.Form.allCases)
  func everyFormHasTheSameParameters(form: VGG16.Form) throws {
    let store = ParameterStore(seed: 1)
    _ = try VGG16(store.root, form: form)
    #expect(store.parameters.count == 26)
    #expect(store["features.28.weight"]?.value.shape == [512, 512, 3, 3])
  }

  @Test(
    arguments: zip(
      VGG16.Form.allCases,
      [
        [161, 81, 41, 41, 41], [161, 81, 41, 21, 11], [161, 81, 41, 41, 41], [161, 81, 41, 41, 41],
      ]))
  func stagesOfA321PixelInputHaveTheSizesOfThePapers(form: VGG16.Form, sides: [Int]) throws {
    let network = try VGG16(ParameterStore(seed: 1).root, form: form)
    let outputs = try withoutGradient {
      try network.features(of: Tensor.zeros([1, 3, 321, 9]))
    }
    #expect(outputs.map { $0.shape[2] } == sides)
  }

  @Test func thirdSaliencyStageEndsBeforeTheReLUOfConv4() throws {
    let network = try VGG16(ParameterStore(seed: 1).root, form: .saliency)
    let outputs = try withoutGradient {
      try network.features(of: Tensor.normal([1, 3, 33, 33], seed: 1))
    }
    #expect(outputs[2].shape == [1, 512, 5, 5])
    #expect(try outputs[2].min().item() < 0)
  }

  @Test func headsAreLoadedWhereTheyFitAndKeptWhereTheyDoNot() throws {
    try withTemporaryFolder { folder in
      let published = ParameterStore(seed: 2)
      _ = try VGG16(published.root)
      _ = try FieldOfViewHead(published.root, inChannels: 512, width: 8, outChannels: 21)
      let path = "\(folder)/vgg.safetensors"
      try Safetensors.write(try published.stateDictionary(), metadata: [:], to: path)

      let store = ParameterStore(seed: 1)
      _ = try VGG16(store.root)
      _ = try FieldOfViewHead(store.root, inChannels: 512, width: 8, outChannels: 7)
      let initial = try #require(store["fc8.weight"]).value.data()
      let record = try BackboneKind.vgg16.loadWeights(
        path, at: "", besides: ["fc6", "fc7", "fc8"], into: store, use: "test"
      ).record
      #expect(record.source == path && record.kind == "weights" && record.use == "test")
      for name in ["features.0.weight", "features.28.bias", "fc6.weight", "fc7.bias"] {
        #expect(try store[name]?.value.data() == published[name]?.value.data(), "\(name)")
      }
      #expect(try store["fc8.weight"]?.value.data() == initial)
    }
  }

  @Test func caffeNamesAreRead() throws {
    try withTemporaryFolder { folder in
      let published = ParameterStore(seed: 2)
      _ = try VGG16(published.root)
      let caffe = Dictionary(
        uniqueKeysWithValues: VGG16.convolutionNames.map { ($0.torchvision, $0.caffe) })
      let path = "\(folder)/vgg.safetensors"
      try Safetensors.write(
        try published.stateDictionary().map { name, tensor in
          let parts = name.split(separator: ".").map(String.init)
          return (try #require(caffe["features.\(parts[1])"]) + ".\(parts[2])", tensor)
        }, metadata: [:], to: path)
      let store = ParameterStore(seed: 1)
      _ = try VGG16(store.root / "vgg16")
      _ = try BackboneKind.vgg16.loadWeights(path, at: "vgg16", into: store, use: "test")
      #expect(
        try store["vgg16.features.10.weight"]?.value.data()
          == published["features.10.weight"]?.value.data())
    }
  }

  @Test func fileOfAnotherNetworkIsRefused() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/other.safetensors"
      try Safetensors.write(
        [("conv1.weight", TensorData([Float(1)], dtype: .float32, shape: [1]))], metadata: [:],
        to: path)
      let store = ParameterStore(seed: 1)
      _ = try VGG16(store.root)
      expectMessage(
        "The weight file '\(path)' does not fit the backbone 'vgg16': 26 tensors are missing, "
          + "the first is 'features.0.weight'. Name a file of this network."
      ) {
        _ = try BackboneKind.vgg16.loadWeights(path, at: "", into: store, use: "test")
      }
    }
  }

  @Test func dropoutDependsOnTheSampleOnly() throws {
    let store = ParameterStore(seed: 1)
    let head = try FieldOfViewHead(
      store.root, inChannels: 4, width: 16, dilation: 1, outChannels: 3)
    try withoutGradient {
      let features = try Tensor.normal([2, 4, 5, 5], seed: 3)
      let both = try head(features, sampleSeeds: [7, 8])
      let second = try head(features.narrow(along: 0, from: 1, count: 1), sampleSeeds: [8])
      // A batch's products may be summed in another order than a single sample's.
      let pairs = zip(try both[1].floats(), try second[0].floats())
      #expect(pairs.allSatisfy { abs($0 - $1) <= 1e-6 })
      #expect(try both.floats() != head(features, sampleSeeds: [9, 8]).floats())
      #expect(try head(features).floats() != both.floats())
    }
  }

  @Test func activationMapsAverageToTheLogits() throws {
    let store = ParameterStore(seed: 1)
    let head = try ActivationHead(
      store.root, inChannels: 4, extraInputChannels: 1, width: 8, classCount: 3)
    try withoutGradient {
      let features = try Tensor.normal([2, 5, 6, 7], seed: 3)
      let means = try head.activation(features).mean(along: [2, 3]).floats()
      let logits = try head.logits(features).floats()
      // The mean of six by seven products may be summed in another order.
      #expect(zip(means, logits).allSatisfy { abs($0 - $1) <= 1e-6 })
    }
  }
}
