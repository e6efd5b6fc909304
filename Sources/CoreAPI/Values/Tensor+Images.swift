import TensorFiles
public import Imaging
public import Tensors

extension Tensor {
  /// Returns images as a network's input.
  ///
  /// - Parameters:
  ///   - images: Images of equal size, at least one.
  ///   - device: Where the batch is needed.
  /// - Returns: `[batch, channels, height, width]`.
  /// - Throws: `TensorError` if the sizes differ.
  public static func batch(_ images: [PlanarImage], on device: Device) throws -> Tensor {
    var values: [Float] = []
    values.reserveCapacity(images.reduce(0) { $0 + $1.planes.count })
    for image in images { values += image.planes }
    let (channels, height, width) =
      images.first.map { ($0.channels, $0.height, $0.width) }
      ?? (0, 0, 0)
    return try Tensor(values, shape: [images.count, channels, height, width], on: device)
  }

  /// Returns an image and its horizontal mirror image as a batch of two.
  ///
  /// - Parameters:
  ///   - image: The image.
  ///   - device: Where the batch is needed.
  /// - Returns: `[2, channels, height, width]`.
  /// - Throws: `TensorError` if memory runs out.
  public static func mirroredPair(_ image: PlanarImage, on device: Device) throws -> Tensor {
    let single = try batch([image], on: device)
    return try concatenate([single, single.flipped(along: 3)], along: 0)
  }

  /// Returns label maps as a loss's target.
  ///
  /// - Parameters:
  ///   - maps: Label maps of equal size, at least one.
  ///   - device: Where the batch is needed.
  /// - Returns: `int64` class indices `[batch, height, width]`.
  /// - Throws: `TensorError` if the sizes differ.
  public static func labels(_ maps: [LabelMap], on device: Device) throws -> Tensor {
    let (height, width) = maps.first.map { ($0.height, $0.width) } ?? (0, 0)
    return try Tensor(
      maps.flatMap(\.indices), shape: [maps.count, height, width], on: device
    ).to(.int64)
  }

  /// Returns the top-left part of a batch of maps.
  ///
  /// - Parameters:
  ///   - height: The number of rows to keep, at most that of the maps.
  ///   - width: The number of columns to keep, at most that of the maps.
  /// - Returns: `[batch, channels, height, width]`.
  /// - Throws: `TensorError` if the maps are smaller.
  public func cropped(_ height: Int, _ width: Int) throws -> Tensor {
    size(of: 2) == height && size(of: 3) == width
      ? self
      : try narrow(along: 2, from: 0, count: height).narrow(along: 3, from: 0, count: width)
  }
}

extension LabelMap {
  /// Creates the map of the class with the highest score at every pixel.
  ///
  /// - Parameter scores: `[1, classes, height, width]`.
  /// - Throws: `TensorError` if the shape is another one.
  public init(highestOf scores: Tensor) throws {
    let indices = try scores.argmax(along: 1).to(.uint8).unsignedBytes()
    self.init(width: scores.size(of: 3), height: scores.size(of: 2), indices: indices)
  }
}
