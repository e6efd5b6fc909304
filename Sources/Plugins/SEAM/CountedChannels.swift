import Tensors

/// The channels that SEAM's losses count: the background's and those of each image's classes.
///
/// The reference multiplies the others by 0 after it has brought all of them to `0...1`; here they
/// are left out. An image of VOC has about 2.5 channels of 21 that count.
struct CountedChannels {
  /// The positions of the channels among all of the batch.
  private let chosen: Tensor
  /// For every channel of the batch its position among the chosen, or their number.
  private let places: Tensor
  private let shape: [Int]

  /// Finds the channels of a batch.
  ///
  /// - Parameter labels: `[batch, classes]` of 0 and 1.
  /// - Throws: An error of the tensor engine.
  init(labels: Tensor) throws {
    let (batch, channels) = (labels.shape[0], 1 + labels.shape[1])
    let present = try labels.to(.cpu).floats()
    let counted = (0..<batch * channels).filter { position in
      let (image, channel) = position.quotientAndRemainder(dividingBy: channels)
      return channel == 0 || present[image * (channels - 1) + channel - 1] > 0
    }
    var places = [Int64](repeating: Int64(counted.count), count: batch * channels)
    for (place, position) in counted.enumerated() { places[position] = Int64(place) }
    chosen = try Tensor(counted.map(Int64.init), shape: [counted.count], on: labels.device)
    self.places = try Tensor(places, shape: [batch * channels], on: labels.device)
    shape = [batch, channels]
  }

  /// Returns the channels that count.
  ///
  /// - Parameter maps: `[batch, 1 + classes, height, width]`.
  /// - Returns: `[channels, 1, height, width]`.
  /// - Throws: An error of the tensor engine.
  func of(_ maps: Tensor) throws -> Tensor {
    try maps.reshaped([shape[0] * shape[1], 1] + maps.shape[2...])
      .indexSelected(along: 0, indices: chosen)
  }

  /// Puts channels back to where they were; the others become 0.
  ///
  /// - Parameter planes: `[channels, 1, h, w]`.
  /// - Returns: `[batch, 1 + classes, h, w]`.
  /// - Throws: An error of the tensor engine.
  func spread(_ planes: Tensor) throws -> Tensor {
    let zeros = try Tensor.zeros([1] + planes.shape[1...], on: planes.device)
    return try Tensor.concatenate([planes, zeros], along: 0)
      .indexSelected(along: 0, indices: places).reshaped(shape + planes.shape[2...])
  }
}
