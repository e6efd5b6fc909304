/// Files that `numpy.save(file, labels, allow_pickle=True)` of numpy 2.4 wrote, in base 64.
enum NumPyLabels {
  /// `{"2007_000032": [1, 0], "2007_000033": [0, 1]}`, float32.
  static let textKeys = """
    k05VTVBZAQB2AHsnZGVzY3InOiAnfE8nLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoKSwgfSAgICAg\
    ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAqABJUWAQAAAAAA\
    AIwWbnVtcHkuX2NvcmUubXVsdGlhcnJheZSMDF9yZWNvbnN0cnVjdJSTlIwFbnVtcHmUjAduZGFycmF5lJOUSwCFlEMB\
    YpSHlFKUKEsBKWgDjAVkdHlwZZSTlIwCTziUiYiHlFKUKEsDjAF8lE5OTkr/////Sv////9LP3SUYoldlH2UKIwLMjAw\
    N18wMDAwMzKUaAJoBUsAhZRoB4eUUpQoSwFLAoWUaAuMAmY0lImIh5RSlChLA4wBPJROTk5K/////0r/////SwB0lGKJ\
    QwgAAIA/AAAAAJR0lGKMCzIwMDdfMDAwMDMzlGgCaAVLAIWUaAeHlFKUKEsBSwKFlGgaiUMIAAAAAAAAgD+UdJRidWF0\
    lGIu
    """

  /// `{int32(2007000032): [1, 0]}`, float32.
  static let numberKeys = """
    k05VTVBZAQB2AHsnZGVzY3InOiAnfE8nLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoKSwgfSAgICAg\
    ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAqABJUPAQAAAAAA\
    AIwWbnVtcHkuX2NvcmUubXVsdGlhcnJheZSMDF9yZWNvbnN0cnVjdJSTlIwFbnVtcHmUjAduZGFycmF5lJOUSwCFlEMB\
    YpSHlFKUKEsBKWgDjAVkdHlwZZSTlIwCTziUiYiHlFKUKEsDjAF8lE5OTkr/////Sv////9LP3SUYoldlH2UaACMBnNj\
    YWxhcpSTlGgLjAJpNJSJiIeUUpQoSwOMATyUTk5OSv////9K/////0sAdJRiQwTgY6B3lIaUUpRoAmgFSwCFlGgHh5RS\
    lChLAUsChZRoC4wCZjSUiYiHlFKUKEsDaBhOTk5K/////0r/////SwB0lGKJQwgAAIA/AAAAAJR0lGJzYXSUYi4=
    """
}
