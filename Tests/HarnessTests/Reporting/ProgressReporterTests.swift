import CoreAPI
import Synchronization
import Testing

@testable import Harness

@Suite struct ProgressReporterTests {
  /// A clock and a screen that the test controls.
  private final class Screen: Sendable {
    let time = Mutex(100.0)
    let text = Mutex("")

    func reporter(isTerminal: Bool, columns: Int = 100) -> ProgressReporter {
      ProgressReporter(
        ProgressReporter.Environment(
          isTerminal: isTerminal, columns: { columns }, now: { self.time.withLock { $0 } },
          write: { text in self.text.withLock { $0 += text } }),
        repeatsLines: false)
    }

    func advance(_ seconds: Double) { time.withLock { $0 += seconds } }

    var lines: [String] {
      text.withLock { $0.split(separator: "\n").map(String.init) }
    }
  }

  private let screen = Screen()

  private func progress(_ completed: Int, _ total: Int = 1200) -> StageProgress {
    StageProgress(
      task: "IRNet · CAM classifier", completed: completed, total: total,
      values: [("loss", 0.2311)])
  }

  @Test func showsCountsSpeedAndEstimate() {
    let reporter = screen.reporter(isTerminal: false)
    reporter.update(progress(0))
    screen.advance(20)
    reporter.update(progress(408))
    screen.advance(40)
    reporter.update(progress(1200))
    #expect(
      screen.lines == [
        "IRNet · CAM classifier  0/1200  0%  loss 0.231",
        "IRNet · CAM classifier  408/1200  34%  20.4 it/s  eta 0:39  loss 0.231",
        "IRNet · CAM classifier  1200/1200  100%  20.0 it/s  took 1:00  loss 0.231",
      ])
  }

  @Test func aResumedTaskCountsItsSpeedFromWhereItBegan() {
    let reporter = screen.reporter(isTerminal: false)
    reporter.update(progress(600))
    screen.advance(100)
    reporter.update(progress(610))
    #expect(
      screen.lines.last
        == "IRNet · CAM classifier  610/1200  50%  10.0 s/it  eta 1:38:20  loss 0.231")
  }

  @Test func whatIsBegunCountsForTheEstimate() {
    let reporter = screen.reporter(isTerminal: false)
    func update(_ completed: Int, partial: Double) {
      reporter.update(
        StageProgress(
          task: "Grid", completed: completed, total: 4, partial: partial, detail: "2 running"))
    }
    update(0, partial: 0)
    screen.advance(60)
    update(0, partial: 0.5)
    screen.advance(60)
    update(1, partial: 0.25)
    #expect(
      screen.lines == [
        "Grid  0/4  0%  2 running",
        "Grid  0/4  12%  120.0 s/it  eta 7:00  2 running",
        "Grid  1/4  31%  96.0 s/it  eta 4:24  2 running",
      ])
  }

  @Test func plainLinesAreRare() {
    let reporter = screen.reporter(isTerminal: false)
    for step in 0...1000 {
      reporter.update(progress(step, 1000))
      screen.advance(0.1)
    }
    // 100 seconds: the first line, one every ten seconds, and the last one.
    #expect(screen.lines.count == 11)
  }

  @Test func aQuickTaskTakesTwoLines() {
    let reporter = screen.reporter(isTerminal: false)
    for step in 0...100 {
      reporter.update(progress(step, 100))
      screen.advance(0.01)
    }
    #expect(screen.lines.count == 2)
  }

  @Test func repeatsALineAfterHalfAMinuteOfSilence() {
    let reporter = screen.reporter(isTerminal: false)
    reporter.update(progress(0))
    screen.advance(29)
    reporter.repeatLine()
    #expect(screen.lines.count == 1)
    screen.advance(1)
    reporter.repeatLine()
    #expect(screen.lines.last == "IRNet · CAM classifier  0/1200  0%  since 0:30  loss 0.231")
    reporter.update(progress(1200))
    screen.advance(100)
    reporter.repeatLine()
    #expect(screen.lines.count == 3)
  }

  @Test func rewritesItsLineOnATerminal() {
    let reporter = screen.reporter(isTerminal: true, columns: 31)
    reporter.update(progress(1, 4))
    screen.advance(0.06)
    reporter.update(progress(2, 4))
    screen.advance(0.06)
    reporter.update(progress(3, 4))
    reporter.note("saved")
    reporter.update(progress(4, 4))
    #expect(
      screen.text.withLock { $0 }
        == "\r\u{1B}[KIRNet · CAM classifier  1/4  …\r\u{1B}[KIRNet · CAM classifier  3/4  …"
        + "\r\u{1B}[Ksaved\n\r\u{1B}[KIRNet · CAM classifier  4/4  …\n")
  }

  @Test func aNewTaskBeginsALineOfItsOwn() {
    let reporter = screen.reporter(isTerminal: true)
    reporter.update(StageProgress(task: "one", completed: 1, total: 2))
    reporter.update(StageProgress(task: "two", completed: 0, total: 2))
    reporter.closeLine()
    #expect(
      screen.text.withLock { $0 } == "\r\u{1B}[Kone  1/2  50%\n\r\u{1B}[Ktwo  0/2  0%\n")
  }

  @Test(arguments: [
    (0.4, "0:00"), (59.6, "1:00"), (3599, "59:59"), (3600, "1:00:00"), (.infinity, "277777:46:40"),
  ])
  func writesTimeSpansAsOnAClock(seconds: Double, text: String) {
    #expect(ProgressLine.duration(seconds) == text)
  }
}
