import Testing

/// Numbers printed by Python 3.11.
@Suite struct PythonRandomTests {
  @Test func drawsPythonsNumbers() {
    var zero = PythonRandom(seed: 0)
    #expect([zero.uniform(), zero.uniform()] == [0.8444218515250481, 0.7579544029403025])
    var one = PythonRandom(seed: 1)
    #expect(one.integer(in: 200...400) == 234)
    #expect(one.uniform() == 0.5692038748222122)
    // A range of one number draws words until the first that fits.
    #expect(one.integer(in: 0...0) == 0)
    #expect(one.integer(in: 0...7) == 4)
  }

  @Test func shufflesAsPython() {
    var random = PythonRandom(seed: 0)
    var numbers = Array(0..<10)
    random.shuffle(&numbers)
    #expect(numbers == [7, 8, 1, 5, 3, 4, 2, 0, 9, 6])
  }
}
