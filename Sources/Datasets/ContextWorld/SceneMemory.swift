import Synchronization

/// Scenes that were painted already: training asks for every one of them in every epoch.
///
/// It keeps the first scenes that it is given and forgets none, so that a world larger than its limit
/// still has a share of them ready whatever the order they are asked for in.
final class SceneMemory: Sendable {
  /// 128 MB: 3,600 scenes of 96×96.
  private static let byteLimit = 128 << 20

  private let scenes = Mutex<[String: SceneComposer.Scene]>([:])
  private let capacity: Int

  /// Creates an empty memory for scenes of one size in pixels.
  init(width: Int, height: Int) {
    // Three bytes a pixel for the image and one for the mask.
    capacity = Self.byteLimit / (4 * width * height)
  }

  /// Returns the scene of a sample, painted if it is not there.
  ///
  /// Two threads that ask for the same new scene both paint it, to the same bytes.
  func scene(
    _ id: String, orPaint paint: () throws(ContextWorldError) -> SceneComposer.Scene
  ) throws(ContextWorldError) -> SceneComposer.Scene {
    if let scene = scenes.withLock({ $0[id] }) { return scene }
    let scene = try paint()
    scenes.withLock { scenes in
      if scenes.count < capacity { scenes[id] = scene }
    }
    return scene
  }
}
