import CoreAPI
import PluginTestSupport
import SharedTestSupport
import Tensors
import Testing

@testable import Harness

@Suite(.serialized) struct RunOptionsTests {
  private static let note =
    "'precision: bfloat16' is not used: this processor has neither AVX512-BF16 nor AMX. Everything "
    + "is computed in float32, at about half the speed of a processor that has them."

  @Test func aPrecisionThatIsNotUsedIsNamed() {
    let options = RunOptions(threads: 1, precision: .bfloat16)
    #expect(options.precisionNote(hasFastBFloat16: false) == Self.note)
    #expect(options.precisionNote(hasFastBFloat16: true) == nil)
    #expect(RunOptions(threads: 1).precisionNote(hasFastBFloat16: false) == nil)
    #expect(
      RunOptions(threads: 1, device: .cuda(0), precision: .bfloat16)
        .precisionNote(hasFastBFloat16: false) == nil)
  }

  @Test(arguments: [RunOptions.Precision.float32, .bfloat16])
  func aRunSaysOnceWhatItDoesNotUse(precision: RunOptions.Precision) throws {
    let folder = try TemporaryFolder()
    let notes = RecordedNotes()
    let chain = try Chain(
      recipe: Recipe(
        text: ChainRun.recipe, name: "recipe",
        overrides: ["runtime.precision=\(precision.rawValue)"]),
      registry: ChainRun.minimalPlugins(), directory: folder.path, progress: notes)
    let report = try chain.run()
    let isUsed = precision == .float32 || Runtime.hasFastBFloat16
    #expect(notes.lines == (isUsed ? [] : [Self.note]))
    #expect(
      report.results.numerics["precision"] == (isUsed ? precision.rawValue : "float32"))
  }
}
