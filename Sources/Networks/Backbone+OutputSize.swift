import CoreAPI
public import Imaging
public import Tensors

extension Backbone {
  /// Returns the size of the last stage's output for images of a size.
  ///
  /// It is measured, because no formula fits all networks: VGG-16's pools round up, so that 320
  /// pixels become 41 cells. Strips are enough, because an axis does not depend on the other one.
  ///
  /// - Parameters:
  ///   - size: The size of the images.
  ///   - device: Where the network computes.
  /// - Returns: The size of the output.
  /// - Throws: An error of the tensor engine.
  public func outputSize(of size: ImageSize, on device: Device) throws -> ImageSize {
    func cells(_ height: Int, _ width: Int) throws -> [Int] {
      try withoutGradient {
        try features(
          of: Tensor.zeros([1, 3, height, width], on: device), frozenStages: 0, ports: NoContext())
      }.shape
    }
    let rows = try cells(size.height, min(size.width, 32))[2]
    let columns =
      size.width == size.height ? rows : try cells(min(size.height, 32), size.width)[3]
    return ImageSize(width: columns, height: rows)
  }
}
