import Foundation
import Tensors

/// How much the context map M differs between images, which bounds what a context can tell.
///
/// If M is the same for all images, + CONTA is a convolution with a constant plane more, whatever it
/// wins or loses.
public struct ContextVariation: Codable, Equatable, Sendable {
  /// The distance of an image's M to the mean of all images' M, root mean square over images, as a
  /// share of the length of that mean; 0 if M is the same for all images.
  public var spread: Double
  /// The entropy of attention, averaged over images, as a share of the largest possible one: 1 if all
  /// confounders count the same, 0 if one alone counts; nil for a context without attention.
  public var attentionEntropy: Double?

  /// Creates a variation.
  ///
  /// - Parameters:
  ///   - spread: The distance of M to its mean, as a share of that mean's length.
  ///   - attentionEntropy: The entropy of attention, as a share of the largest possible one.
  public init(spread: Double, attentionEntropy: Double?) {
    self.spread = spread
    self.attentionEntropy = attentionEntropy
  }

  /// The number of images that are looked at; more of them would only cost time.
  static let imageCount = 1000
  /// The number of images whose M is computed at once.
  static let batchSize = 32
}

extension DoOperator {
  /// Returns how much M differs between images, with the trained weights.
  ///
  /// - Parameter ids: The images; those behind the first thousand are left out.
  /// - Returns: The variation; a spread of 0 where all M are 0.
  /// - Throws: ``InterventionError`` for an image without a mask or without labels.
  func variation(of ids: [String]) throws -> ContextVariation {
    let ids = Array(ids.prefix(ContextVariation.imageCount))
    var sum: [Double] = []
    var squares = 0.0
    var entropies: [Double] = []
    try withoutGradient {
      for start in stride(from: 0, to: ids.count, by: ContextVariation.batchSize) {
        let batch = Array(ids[start..<min(start + ContextVariation.batchSize, ids.count)])
        let context = try contextMaps(of: batch)
        let maps = try context.maps.floats()
        let size = maps.count / batch.count
        if sum.isEmpty { sum = [Double](repeating: 0, count: size) }
        for (index, value) in maps.enumerated() {
          sum[index % size] += Double(value)
          squares += Double(value) * Double(value)
        }
        if let attention = context.attention {
          entropies += Self.entropyShares(try attention.floats(), classCount: attention.shape[1])
        }
      }
    }
    let count = Double(max(ids.count, 1))
    let length = sum.reduce(0) { $0 + $1 * $1 } / (count * count)
    // A difference of sums that are equal up to rounding may be below 0.
    let variance = max(0, squares / count - length)
    return ContextVariation(
      spread: length > 0 ? (variance / length).squareRoot() : 0,
      attentionEntropy: entropies.isEmpty ? nil : entropies.reduce(0, +) / count)
  }

  /// Returns the entropy of every row of attention, as a share of the largest possible one.
  private static func entropyShares(_ attention: [Float], classCount: Int) -> [Double] {
    stride(from: 0, to: attention.count, by: classCount).map { row in
      let entropy = attention[row..<row + classCount].entropy
      return classCount > 1 ? entropy / log(Double(classCount)) : 0
    }
  }
}
