extension SIMD4<Float> {
  /// The exponential of every lane, for lanes of at most 0.
  ///
  /// The relative error is below 2e-7, lanes below -87 give 0, and every platform gives the same
  /// bits, which the mathematics library of the system does not promise.
  ///
  /// The argument is split as n log 2 + r, and exp r is a polynomial on |r| ≤ ½ log 2 with the
  /// coefficients of the Cephes library's `expf` (Moshier).
  @inline(__always)
  var exponentialOfNonPositive: SIMD4<Float> {
    let isTiny = self .< -87
    let x = replacing(with: 0, where: isTiny)
    let rounding = SIMD4<Float>(repeating: 12_582_912)
    let shifted = x * 1.442_695_04 + rounding
    let n = shifted - rounding
    let r = (x - n * 0.693_359_375) + n * 2.121_944_4e-4
    var polynomial = r * 1.987_569_15e-4 + 1.398_199_95e-3
    polynomial = polynomial * r + 8.333_451_9e-3
    polynomial = polynomial * r + 4.166_579_6e-2
    polynomial = polynomial * r + 1.666_666_55e-1
    polynomial = polynomial * r + 5.000_000_1e-1
    let fraction = polynomial * (r * r) + r + 1
    let exponent = unsafeBitCast(shifted, to: SIMD4<Int32>.self) &<< 23
    let power = unsafeBitCast(fraction, to: SIMD4<Int32>.self) &+ exponent
    return unsafeBitCast(power, to: SIMD4<Float>.self).replacing(with: 0, where: isTiny)
  }
}
