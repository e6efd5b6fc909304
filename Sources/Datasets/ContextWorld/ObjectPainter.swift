import Essentials

/// Paints one object: first its plain body, then the part that tells its class.
struct ObjectPainter {
  /// The class index painted into the label map.
  let objectClass: ContextWorld.ObjectClass
  /// Whether the discriminative part is drawn.
  let hasPart: Bool
  let frame: ObjectFrame
  /// Colour of the body.
  let coat: Colour
  /// Colour of the part where a class has a free choice.
  let trim: Colour
  let noise: ValueNoise

  private var label: UInt8 { UInt8(objectClass.rawValue + 1) }

  /// The share of the square of its width that an object covers, about.
  static func coverage(of objectClass: ContextWorld.ObjectClass) -> Float {
    switch objectClass {
    case .aeroplane, .boat: 0.34
    case .bus, .train: 0.50
    case .chair: 0.72
    case .sheep: 0.56
    }
  }

  /// Half the width and half the height of an object of width 1, about.
  static func halfSize(of objectClass: ContextWorld.ObjectClass) -> Point {
    switch objectClass {
    case .aeroplane, .boat: [0.5, 0.36]
    case .bus, .train: [0.5, 0.30]
    case .chair: [0.5, 0.48]
    case .sheep: [0.52, 0.40]
    }
  }

  /// Paints the object.
  func paint(on canvas: inout Canvas) {
    switch objectClass {
    case .aeroplane: aeroplane(on: &canvas)
    case .boat: boat(on: &canvas)
    case .bus: bus(on: &canvas)
    case .chair: chair(on: &canvas)
    case .sheep: sheep(on: &canvas)
    case .train: train(on: &canvas)
    }
  }

  // MARK: - Bodies

  private func hull(on canvas: inout Canvas) {
    solid(
      .polygon([
        [-0.50, 0.02], [-0.42, -0.05], [0.34, -0.05], [0.46, 0.01], [0.50, 0.08], [0.42, 0.17],
        [0.28, 0.23], [-0.30, 0.23], [-0.43, 0.15],
      ]), coat, on: &canvas)
    detail(
      .capsule(from: [-0.40, 0.10], to: [0.43, 0.10], radius: 0.014), coat * 0.72, on: &canvas)
  }

  private func coach(on canvas: inout Canvas) {
    solid(.box(center: [0, 0], halfSize: [0.5, 0.25], cornerRadius: 0.07), coat, on: &canvas)
    detail(
      .box(center: [0, 0.17], halfSize: [0.47, 0.030], cornerRadius: 0.02), coat * 0.72,
      on: &canvas)
  }

  // MARK: - Classes

  private func aeroplane(on canvas: inout Canvas) {
    if hasPart {
      solid(
        .polygon([[-0.50, 0.02], [-0.52, -0.30], [-0.38, -0.30], [-0.20, -0.02]]), trim, on: &canvas
      )
    }
    hull(on: &canvas)
    if hasPart {
      solid(
        .polygon([[0.12, 0.08], [-0.06, 0.08], [-0.34, 0.40], [-0.20, 0.40]]), trim, on: &canvas)
      for x in [Float(0.18), 0.26, 0.34] {
        detail(
          .ellipse(center: [x, 0.025], radii: [0.024, 0.028]), [0.10, 0.14, 0.22], on: &canvas)
      }
    }
  }

  private func boat(on canvas: inout Canvas) {
    if hasPart {
      solid(
        .capsule(from: [0.02, -0.46], to: [0.02, 0], radius: 0.022), [0.36, 0.24, 0.15], on: &canvas
      )
      solid(.polygon([[0.07, -0.44], [0.07, -0.10], [0.40, -0.10]]), trim, on: &canvas)
      solid(.polygon([[-0.03, -0.38], [-0.03, -0.10], [-0.26, -0.10]]), trim, on: &canvas)
    }
    hull(on: &canvas)
  }

  private func bus(on canvas: inout Canvas) {
    coach(on: &canvas)
    guard hasPart else { return }
    let glass = Colour(0.55, 0.80, 0.88)
    detail(
      .box(center: [0.39, -0.08], halfSize: [0.085, 0.10], cornerRadius: 0.02), glass, on: &canvas)
    for x in [Float(-0.30), 0.26] {
      solid(.ellipse(center: [x, 0.24], radii: [0.10, 0.10]), [0.08, 0.08, 0.09], on: &canvas)
      detail(.ellipse(center: [x, 0.24], radii: [0.042, 0.042]), [0.70, 0.70, 0.72], on: &canvas)
    }
  }

  private func train(on canvas: inout Canvas) {
    coach(on: &canvas)
    guard hasPart else { return }
    let nose = Colour(0.95, 0.80, 0.12)
    detail(
      .polygon([[0.28, -0.235], [0.46, -0.235], [0.485, 0.22], [0.20, 0.22]]), nose, on: &canvas)
    let dark = Colour(0.09, 0.09, 0.11)
    detail(
      .box(center: [0.375, -0.11], halfSize: [0.075, 0.07], cornerRadius: 0.01), dark, on: &canvas)
    for x in [Float(0.28), 0.34, 0.40] {
      detail(
        .polygon([[x, 0.02], [x + 0.03, 0.02], [x, 0.20], [x - 0.03, 0.20]]), dark, on: &canvas)
    }
    detail(.ellipse(center: [0.44, 0.06], radii: [0.030, 0.030]), [1, 1, 0.95], on: &canvas)
  }

  private func chair(on canvas: inout Canvas) {
    if hasPart {
      for x in [Float(-0.38), 0.38] {
        solid(
          .capsule(from: [x, 0.30], to: [x * 1.08, 0.46], radius: 0.035), [0.20, 0.12, 0.07],
          on: &canvas)
      }
    }
    solid(
      .box(center: [0, -0.14], halfSize: [0.36, 0.33], cornerRadius: 0.13), coat * 0.92, on: &canvas
    )
    solid(.box(center: [0, 0.22], halfSize: [0.42, 0.14], cornerRadius: 0.05), coat, on: &canvas)
    for x in [Float(-0.40), 0.40] {
      solid(
        .box(center: [x, 0.12], halfSize: [0.10, 0.24], cornerRadius: 0.09), coat * 1.04,
        on: &canvas)
    }
    guard hasPart else { return }
    solid(.box(center: [0, -0.06], halfSize: [0.19, 0.15], cornerRadius: 0.05), trim, on: &canvas)
    for offset in [Float(-0.09), 0.03] {
      detail(
        .box(center: [offset + 0.03, -0.06], halfSize: [0.025, 0.13], cornerRadius: 0), trim * 0.45,
        on: &canvas)
    }
  }

  private func sheep(on canvas: inout Canvas) {
    let black = Colour(0.11, 0.10, 0.10)
    if hasPart {
      for x in [Float(-0.26), -0.13, 0.12, 0.24] {
        solid(.capsule(from: [x, 0.15], to: [x, 0.40], radius: 0.034), black, on: &canvas)
      }
    }
    for (x, y) in [
      (-0.34, 0.02), (-0.24, -0.15), (0.0, -0.21), (0.22, -0.14), (0.30, 0.06), (0.1, 0.17),
      (-0.18, 0.17),
    ] as [(Float, Float)] {
      solid(.ellipse(center: [x, y], radii: [0.15, 0.14]), coat * 0.97, on: &canvas)
    }
    solid(.ellipse(center: [-0.02, 0.0], radii: [0.36, 0.26]), coat, outlined: false, on: &canvas)
    guard hasPart else { return }
    solid(.ellipse(center: [0.42, -0.10], radii: [0.105, 0.14]), black, on: &canvas)
    solid(.ellipse(center: [0.31, -0.19], radii: [0.075, 0.038]), black, on: &canvas)
    detail(
      .ellipse(center: [0.46, -0.13], radii: [0.022, 0.026]), [0.95, 0.95, 0.9], on: &canvas)
  }

  // MARK: - Materials

  /// Paints a lit volume: brighter above, a dark rim at its border.
  private func solid(
    _ shape: Shape, _ colour: Colour, outlined: Bool = true, on canvas: inout Canvas
  ) {
    canvas.paint(shape, in: frame, label: label) { place, distance in
      let texture = (noise.value(place.x * 9 + 3, place.y * 9 + 7) - 0.5) * 0.05
      let light = 1 - 0.55 * place.y + texture
      let rim: Float = outlined ? mix(0.42, 1, ramp(-0.4, -1.6, distance)) : 1
      return (colour * (light * rim), outlined ? 1 : ramp(0, -3, distance))
    }
  }

  /// Paints a flat mark on a volume.
  private func detail(_ shape: Shape, _ colour: Colour, on canvas: inout Canvas) {
    canvas.paint(shape, in: frame, label: label) { _, _ in (colour, 1) }
  }
}
