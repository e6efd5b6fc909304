public import Tensors

/// The back-door adjustment at feature level: the context map M of an image from its mask X_m.
///
/// By the normalised weighted geometric mean the sum over confounders moves inside the network:
///
///     alpha_i = softmax_i( (W1 X_m)ᵀ (W2 c_i) / sqrt(n) )
///     M       = sum_i alpha_i c_i P(c_i)
///
/// # Shapes
///
/// - `confounders`: `[n, hw]`; `prior`: `[1, n]`; `queryWeight` W1 and `keyWeight` W2: `[n, hw]`.
///
/// # Source
///
/// Zhang et al., NeurIPS 2020, eq. 3. The released `segmentation/tools/m_t.py` adds biases to both
/// projections, which eq. 3 does not have; they are optional here.
public struct BackdoorAdjustment {
  /// The average masks C.
  public let confounders: Tensor
  /// The prior P(c).
  public let prior: Tensor
  /// The projection W1 of the image's mask.
  public var queryWeight: Tensor
  /// The projection W2 of the confounders.
  public var keyWeight: Tensor
  /// The bias of the first projection, `[n]`, nil for none.
  public var queryBias: Tensor?
  /// The bias of the second projection, `[n]`, nil for none.
  public var keyBias: Tensor?

  /// The adjustment of a batch.
  public struct Result {
    /// The scores before the softmax, `[batch, n]`.
    public var logits: Tensor
    /// The attention of every image to every confounder, `[batch, n]`.
    public var attention: Tensor
    /// The context maps M, `[batch, hw]`.
    public var contextMaps: Tensor
  }

  /// Creates the adjustment.
  ///
  /// - Parameters:
  ///   - confounders: `[n, hw]`.
  ///   - prior: `[1, n]`.
  ///   - queryWeight: `[n, hw]`.
  ///   - keyWeight: `[n, hw]`.
  ///   - queryBias: `[n]` or nil.
  ///   - keyBias: `[n]` or nil.
  public init(
    confounders: Tensor, prior: Tensor, queryWeight: Tensor, keyWeight: Tensor,
    queryBias: Tensor? = nil, keyBias: Tensor? = nil
  ) {
    self.confounders = confounders
    self.prior = prior
    self.queryWeight = queryWeight
    self.keyWeight = keyWeight
    self.queryBias = queryBias
    self.keyBias = keyBias
  }

  /// Returns the context maps of a batch.
  ///
  /// - Parameter masks: The encoded masks X_m: `[batch, hw]`, one number for each pixel, or
  ///   `[batch, n, hw]`, one plane for each class; row k of W1 then reads plane k.
  /// - Returns: Scores, attention and context maps.
  /// - Throws: An error of the tensor engine if the shapes do not fit.
  public func callAsFunction(_ masks: Tensor) throws -> Result {
    var query =
      masks.rank == 2
      ? try masks.matmul(queryWeight.transposed(0, 1))
      : try (masks * queryWeight).sum(along: [2])
    if let queryBias { query = try query + queryBias }
    var keys = try confounders.matmul(keyWeight.transposed(0, 1))
    if let keyBias { keys = try keys + keyBias }
    let classCount = Double(confounders.shape[0])
    let logits = try query.matmul(keys.transposed(0, 1)) / classCount.squareRoot()
    let attention = try logits.softmax(along: 1)
    return Result(
      logits: logits, attention: attention, contextMaps: try contextMaps(attention))
  }

  /// Returns `sum_i alpha_i c_i P(c_i)`, `[batch, hw]`, of attention `[batch, n]`.
  func contextMaps(_ attention: Tensor) throws -> Tensor {
    try (attention * prior).matmul(confounders)
  }
}
