public import CoreAPI
import Harness

extension ProgramActions {
  /// Creates the parts of a program that knows the given plugins.
  ///
  /// - Parameter registry: The program's plugins.
  public init(registry: PluginRegistry) {
    self.init(
      run: { request, progress in
        try Comparison.run(request, registry: registry, progress: progress)
      },
      plugins: { PluginSummary.all(in: registry) },
      world: { request, progress in try WorldWriter.write(request, progress: progress) },
      cues: { request, progress in
        try CueGeneration.run(request, registry: registry, progress: progress)
      },
      grid: { request, progress in
        var run = try GridRun(request, registry: registry, progress: progress)
        if request.isPreview { return try run.preview() }
        try run.check()
        return try run.run()
      })
  }
}
