/// A colour as hue, saturation and value, each a byte, as PIL's mode `HSV` has it.
///
/// # Source
///
/// Pillow, `src/libImaging/Convert.c`, `rgb2hsv_row` and `hsv2rgb`.
struct HSVColor {
  /// The hue, 255 for almost one turn.
  var hue: UInt8
  /// The saturation.
  var saturation: UInt8
  /// The largest of the three channels.
  var value: UInt8

  init(red: UInt8, green: UInt8, blue: UInt8) {
    value = max(red, green, blue)
    let least = min(red, green, blue)
    guard value > least else {
      hue = 0
      saturation = 0
      return
    }
    let range = Float(value - least)
    let (r, g, b) = (
      Float(value - red) / range, Float(value - green) / range, Float(value - blue) / range
    )
    let sixths = red == value ? b - g : green == value ? 2 + r - b : 4 + g - r
    let turn = (Double(sixths) / 6 + 1).truncatingRemainder(dividingBy: 1)
    hue = UInt8(min(max(Float(turn) * 255, 0), 255))
    saturation = UInt8(min(range / Float(value) * 255, 255))
  }

  /// The colour as bytes.
  var rgb: (red: UInt8, green: UInt8, blue: UInt8) {
    guard saturation > 0 else { return (value, value, value) }
    let position = Float(hue) * 6 / 255
    let sector = position.rounded(.down)
    let fraction = position - sector
    let purity = Float(saturation) / 255
    func level(_ drop: Float) -> UInt8 {
      UInt8(min(max((Float(value) * (1 - drop)).rounded(.toNearestOrAwayFromZero), 0), 255))
    }
    let low = level(purity)
    let falling = level(purity * fraction)
    let rising = level(purity * (1 - fraction))
    switch Int(sector) % 6 {
    case 0: return (value, rising, low)
    case 1: return (falling, value, low)
    case 2: return (low, value, rising)
    case 3: return (low, falling, value)
    case 4: return (rising, low, value)
    default: return (value, low, falling)
    }
  }
}
