public import Tensors

extension ParameterStore {
  /// Returns the groups that SEC, DSRG and PSA train: biases twice as fast and without decay.
  ///
  /// | | rate | decay |
  /// |---|---|---|
  /// | weights | 1 | yes |
  /// | biases and norm parameters | 2 | no |
  /// | weights of the head | m | yes |
  /// | biases of the head | 2 m | no |
  ///
  /// # Source
  ///
  /// `kolesman/SEC@c78419059f training/train.prototxt`: m = 10 for fc8.
  ///
  /// - Parameters:
  ///   - headPrefixes: The beginnings of the names of the head's parameters.
  ///   - headRateMultiplier: The factor m.
  ///   - weightDecay: The decay of weights.
  /// - Returns: Four groups, in the order of the table.
  public func weightAndBiasGroups(
    headPrefixes: [String], headRateMultiplier: Double, weightDecay: Double
  ) -> [ParameterGroup] {
    let trainable = parameters.filter(\.isTrainable)
    func group(isHead: Bool, isWeight: Bool, _ multiplier: Double) -> ParameterGroup {
      ParameterGroup(
        trainable.filter { parameter in
          headPrefixes.contains { parameter.name.hasPrefix($0) } == isHead
            && (parameter.role == .weight) == isWeight
        }, rateMultiplier: multiplier, weightDecay: isWeight ? weightDecay : 0)
    }
    return [
      group(isHead: false, isWeight: true, 1), group(isHead: false, isWeight: false, 2),
      group(isHead: true, isWeight: true, headRateMultiplier),
      group(isHead: true, isWeight: false, 2 * headRateMultiplier),
    ]
  }
}
