import Foundation
import Tensors
import Testing

@Suite struct ScheduleTests {
  @Test func fallsAsIRNetLogs() {
    // Rates that IRNet's published log prints, rounded, as 0.0973 and 0.0638.
    let schedule = PolynomialSchedule(initialRate: 0.1, stepCount: 3305)
    expectClose([schedule.rate(at: 100), schedule.rate(at: 1300)], [0.0972727, 0.0637747], 1e-7)
  }

  @Test func staysAtTheLastRate() {
    let schedule = PolynomialSchedule(initialRate: 1, power: 1, stepCount: 4)
    #expect((0..<6).map(schedule.rate(at:)) == [1, 0.75, 0.5, 0.25, 0.25, 0.25])
  }

  @Test func changesEveryInterval() {
    let schedule = PolynomialSchedule(initialRate: 1, power: 1, stepCount: 4, interval: 2)
    #expect((0..<6).map(schedule.rate(at:)) == [1, 1, 0.5, 0.5, 0, 0])
  }

  @Test func multipliesEveryInterval() {
    let schedule = StepSchedule(initialRate: 1, factor: 0.5, interval: 2)
    #expect((0..<5).map(schedule.rate(at:)) == [1, 1, 0.5, 0.5, 0.25])
  }
}
