import Essentials

/// The surroundings of a scene: stuff in perspective below a horizon, something distant above it.
struct Backdrop {
  private let stuff: ContextWorld.Stuff
  private let noise: ValueNoise
  /// The row of the horizon, as a share of the picture's height.
  let horizon: Float
  private let vanishingPoint: Float
  private let hue: Float
  private let phase: Float

  init(
    _ stuff: ContextWorld.Stuff, aspect: Float, using stream: inout RandomStream
  ) {
    self.stuff = stuff
    noise = ValueNoise(using: &stream)
    horizon = Float(
      stuff == .sky ? stream.uniform(in: 0.84...0.95) : stream.uniform(in: 0.20...0.38))
    vanishingPoint = aspect * Float(stream.uniform(in: 0.25...0.75))
    hue = Float(stream.uniform())
    phase = Float(stream.uniform(in: 0...20))
  }

  /// Returns the colour at a place in units of the picture's height.
  func colour(at place: Point) -> Colour {
    switch stuff {
    case .sky: sky(place)
    case .water: place.y < ridge(place.x, 0.06) ? haze(place) : water(place)
    case .road: place.y < horizon ? houses(place) : road(place)
    case .floor: place.y < horizon ? wall(place) : floor(place)
    case .grass: place.y < horizon ? trees(place) : grass(place)
    case .rail: place.y < horizon ? embankment(place) : rail(place)
    }
  }

  // MARK: - Below the horizon

  /// How far below the horizon a place is, `0...1`, and where it lies on the ground.
  private func ground(_ place: Point) -> (nearness: Float, across: Float, away: Float) {
    let nearness = max(place.y - horizon, 0) / (1 - horizon)
    let distance = 1 / (nearness + 0.12)
    return (nearness, (place.x - vanishingPoint) * distance, distance)
  }

  private func water(_ place: Point) -> Colour {
    // Hills between the ridge line and the horizon.
    if place.y < horizon {
      return mix([0.38, 0.47, 0.50], [0.30, 0.42, 0.40], noise.value(place.x * 9, place.y * 30))
    }
    let (nearness, across, away) = ground(place)
    let deep = mix(Colour(0.08, 0.30, 0.46), Colour(0.06, 0.36, 0.40), hue)
    var colour = mix([0.46, 0.64, 0.72], deep, ramp(0, 0.8, nearness))
    let ripple = noise.value(across * 2.2 + phase, away * 9)
    let glint = noise.value(place.x * 10, place.y * 46 + phase)
    colour += Colour(repeating: (ripple - 0.5) * 0.10)
    return mix(colour, [0.80, 0.90, 0.93], ramp(0.68, 0.95, glint) * 0.55)
  }

  private func road(_ place: Point) -> Colour {
    let (nearness, across, away) = ground(place)
    let grain = noise.value(place.x * 50 + phase, place.y * 50) - 0.5
    if abs(across) > 1.05 {
      let pavement = mix(Colour(0.60, 0.57, 0.52), Colour(0.52, 0.50, 0.48), hue)
      let kerb: Float = abs(across) < 1.12 ? 0.16 : 0
      return pavement + Colour(repeating: grain * 0.06 + kerb)
    }
    let asphalt = mix(Colour(0.40, 0.40, 0.42), Colour(0.27, 0.27, 0.30), nearness)
    let isDash = abs(across) < 0.035 && fraction(away * 1.1 + phase) < 0.55
    let isEdgeLine = abs(abs(across) - 0.94) < 0.025
    if isDash || isEdgeLine { return [0.84, 0.83, 0.76] }
    let patch = noise.value(across * 1.5, away * 2 + phase) - 0.5
    return asphalt + Colour(repeating: grain * 0.07 + patch * 0.05)
  }

  private func floor(_ place: Point) -> Colour {
    let (nearness, across, away) = ground(place)
    let wood = mix(Colour(0.66, 0.45, 0.27), Colour(0.50, 0.31, 0.18), hue)
    let board = (across * 2.6 + phase).rounded(.down)
    let along = (away * 0.7 + board * 0.37).rounded(.down)
    let tone = noise.value(board * 1.7 + 0.5, along * 2.3 + 0.5)
    let seam = fraction(across * 2.6 + phase)
    let grain = noise.value(across * 22, away * 3) - 0.5
    let shine = ramp(0, 0.7, 1 - nearness) * 0.10
    let line: Float = seam < 0.05 ? -0.12 : 0
    return wood * (0.82 + 0.30 * tone) + Colour(repeating: grain * 0.06 + shine + line)
  }

  private func grass(_ place: Point) -> Colour {
    let (nearness, across, away) = ground(place)
    let near = mix(Colour(0.22, 0.43, 0.11), Colour(0.33, 0.48, 0.14), hue)
    var colour = mix([0.50, 0.62, 0.30], near, ramp(0, 0.7, nearness))
    let blades = noise.value(place.x * 62, place.y * 24 + phase) - 0.5
    let patches = noise.value(across * 1.4 + phase, away * 2.5) - 0.5
    colour += Colour(0.9, 1, 0.5) * (blades * (0.07 + 0.10 * nearness))
    return colour + Colour(1, 0.8, 0.2) * (patches * 0.13)
  }

  private func rail(_ place: Point) -> Colour {
    let (nearness, across, away) = ground(place)
    let grain = noise.value(place.x * 48, place.y * 48 + phase) - 0.5
    let ballast =
      mix(Colour(0.50, 0.45, 0.40), Colour(0.42, 0.40, 0.39), hue)
      + Colour(repeating: grain * 0.20 * (0.4 + nearness))
    // Parallel tracks, so that one shows beside whatever stands on another.
    let track = abs(fraction(across / 1.15 + 0.5) - 0.5) * 1.15
    if abs(track - 0.30) < 0.04 { return [0.74, 0.73, 0.72] }
    if track < 0.45, fraction(away * 2.1 + phase) < 0.42 {
      return Colour(0.30, 0.22, 0.17) + Colour(repeating: grain * 0.05)
    }
    return ballast
  }

  // MARK: - Above the horizon

  private func sky(_ place: Point) -> Colour {
    let land = horizon + (noise.value(place.x * 4 + phase, 3) - 0.5) * 0.08
    if place.y > land {
      return mix([0.34, 0.38, 0.34], [0.25, 0.29, 0.24], noise.value(place.x * 20, place.y * 30))
    }
    let top = mix(Colour(0.20, 0.42, 0.76), Colour(0.32, 0.55, 0.86), hue)
    let blue = mix(top, [0.70, 0.83, 0.94], ramp(0, 1, place.y / horizon))
    let cloud = noise.fractal(place.x * 2.6 + phase, place.y * 5)
    let shadow = noise.fractal(place.x * 2.6 + phase, place.y * 5 + 0.35)
    let white = mix(Colour(0.97, 0.97, 0.98), Colour(0.78, 0.81, 0.87), ramp(0.45, 0.75, shadow))
    return mix(blue, white, ramp(0.52, 0.70, cloud) * 0.85)
  }

  private func haze(_ place: Point) -> Colour {
    let cloud = noise.fractal(place.x * 2 + phase, place.y * 6)
    return mix(Colour(0.78, 0.84, 0.88), Colour(0.90, 0.90, 0.88), cloud)
  }

  private func houses(_ place: Point) -> Colour {
    let block = (place.x * 5 + phase).rounded(.down)
    let tall = noise.value(block + 0.5, 7.5)
    let roof = horizon * (0.12 + 0.55 * tall)
    guard place.y > roof else { return mix([0.72, 0.78, 0.84], [0.86, 0.87, 0.86], place.y * 3) }
    let tone = noise.value(block + 0.5, 21.5)
    let stone = mix(Colour(0.66, 0.56, 0.48), Colour(0.50, 0.48, 0.50), tone)
    let isWindow =
      fraction(place.x * 20 + 4 * phase) > 0.55 && fraction((place.y - roof) * 18) > 0.5
    return isWindow ? stone * 0.72 : stone
  }

  private func wall(_ place: Point) -> Colour {
    let paper = mix(Colour(0.84, 0.79, 0.68), Colour(0.74, 0.78, 0.76), hue)
    if place.y > horizon - 0.035 { return [0.92, 0.90, 0.86] }
    let stripe: Float = fraction(place.x * 9 + phase) < 0.5 ? 0.03 : 0
    return paper + Colour(repeating: stripe + (noise.value(place.x * 3, place.y * 3) - 0.5) * 0.05)
  }

  private func trees(_ place: Point) -> Colour {
    let crown = horizon * (0.35 + 0.5 * noise.fractal(place.x * 6 + phase, 2.5))
    guard place.y > crown else { return mix([0.66, 0.78, 0.88], [0.84, 0.88, 0.90], place.y * 3) }
    let leaves = noise.fractal(place.x * 16, place.y * 16 + phase)
    return mix([0.10, 0.22, 0.10], [0.26, 0.38, 0.16], leaves)
  }

  private func embankment(_ place: Point) -> Colour {
    let edge = horizon * (0.30 + 0.3 * noise.value(place.x * 3 + phase, 4.5))
    guard place.y > edge else { return mix([0.74, 0.77, 0.80], [0.84, 0.84, 0.82], place.y * 3) }
    let scrub = noise.fractal(place.x * 14 + phase, place.y * 14)
    return mix([0.30, 0.27, 0.20], [0.46, 0.42, 0.30], scrub)
  }

  private func ridge(_ x: Float, _ amplitude: Float) -> Float {
    horizon - amplitude * (0.2 + 1.6 * noise.value(x * 4 + phase, 9.5))
  }

  private func fraction(_ x: Float) -> Float { x - x.rounded(.down) }
}
