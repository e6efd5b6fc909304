public import Essentials

/// A crop of fixed size at a random place.
public struct RandomCrop: Sendable, Hashable {
  /// Where an image lies that is smaller than the crop.
  public enum Placement: Sendable, Hashable {
    /// Anywhere in the crop, on each axis on its own (PSA, SEAM, IRN).
    case anywhere
    /// At the top left corner (deeplab-pytorch).
    case topLeft
  }

  /// The crop's size.
  public let size: ImageSize
  /// Where an image lies that is smaller than the crop.
  public let placement: Placement

  /// Creates a crop.
  ///
  /// - Parameters:
  ///   - size: The crop's size.
  ///   - placement: Where an image lies that is smaller than the crop.
  public init(size: ImageSize, placement: Placement) {
    self.size = size
    self.placement = placement
  }

  /// Draws a window, the offset along the width before that along the height.
  ///
  /// - Parameters:
  ///   - imageSize: The image's size.
  ///   - stream: The sample's random numbers; two are drawn, whatever the sizes.
  /// - Returns: The window.
  public func window(over imageSize: ImageSize, using stream: inout RandomStream) -> CropWindow {
    func offset(_ image: Int, _ crop: Int) -> Int {
      let drawn = Int(stream.uniform() * Double(abs(image - crop) + 1))
      return image < crop && placement == .topLeft ? 0 : drawn
    }
    let x = offset(imageSize.width, size.width)
    let y = offset(imageSize.height, size.height)
    return CropWindow(of: imageSize, to: size, offsetX: x, offsetY: y)
  }
}
