import Essentials
import Testing

@Suite struct JSONParserTests {
  @Test func readsEveryKindOfValue() throws {
    let text = """
       {"a": [1, -2.5e3, true, false, null], "b": {"c": "x\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9"},
        "d": [], "e": {}, "f": "😀\\uD83D\\uDE00"}
      """
    let value = try JSONParser.parse(text.utf8)
    #expect(
      value["a"]
        == .array([.integer(1), .number(-2500), .bool(true), .bool(false), .null]))
    #expect(value["b"]["c"].string == "x\"\\/\u{8}\u{C}\n\r\té")
    #expect(value["d"] == .array([]))
    #expect(value["e"] == .object([:]))
    #expect(value["f"].string == "😀😀")
    #expect(value["a"][1].double == -2500)
    #expect(value["missing"][3]["x"] == .null)
  }

  @Test func keepsWholeNumbersWhole() throws {
    #expect(try JSONParser.parse("9007199254740993".utf8).integer == 9_007_199_254_740_993)
    #expect(try JSONParser.parse("-9223372036854775808".utf8).integer == .min)
    #expect(try JSONParser.parse("9223372036854775808".utf8) == .number(0x1p63))
    #expect(try JSONParser.parse("1.0".utf8) == .number(1))
    #expect(try JSONParser.parse("[1, 2]".utf8).integers == [1, 2])
    #expect(try JSONParser.parse("[1, 2.0]".utf8).integers == nil)
  }

  @Test(arguments: [
    ("", "the text ends where a value should be (byte 0)"),
    ("{\"a\":1,\"a\":2}", "the key 'a' stands twice in one object (byte 12)"),
    ("[1,]", "expected a value (byte 3)"),
    ("{\"a\":1,}", "expected a key in quotation marks (byte 7)"),
    ("{\"a\" 1}", "expected ':' after the key 'a' (byte 5)"),
    ("[1 2]", "expected ',' or ']' (byte 3)"),
    ("{\"a\":1 \"b\"}", "expected ',' or '}' (byte 7)"),
    ("1 2", "found more text after the value (byte 2)"),
    ("01", "a number starts with 0 (byte 2)"),
    ("-", "expected a digit (byte 1)"),
    ("1.", "expected a digit (byte 2)"),
    ("1e400", "the number 1e400 is too large (byte 5)"),
    ("NaN", "expected a value (byte 0)"),
    ("nul", "expected 'null' (byte 0)"),
    ("\"a", "the text ends inside a string (byte 2)"),
    ("\"\u{1}\"", "a string holds a control character (byte 1)"),
    ("\"\\x\"", "unknown escape in a string (byte 3)"),
    ("\"\\u12g4\"", "expected four hexadecimal digits (byte 3)"),
    ("\"\\ud800\"", "half of a surrogate pair (byte 7)"),
    ("\"\\ud800\\u0041\"", "half of a surrogate pair (byte 13)"),
  ])
  func saysWhatIsWrongAndWhere(text: String, message: String) {
    let error = #expect(throws: JSONError.self) { try JSONParser.parse(text.utf8) }
    #expect(error?.description == message)
  }

  @Test func refusesTextsThatAreNotUTF8() {
    let error = #expect(throws: JSONError.self) { try JSONParser.parse([0x22, 0xFF, 0x22]) }
    #expect(error?.description == "a string is not valid UTF-8 (byte 1)")
  }

  @Test func refusesDeepNesting() throws {
    let deep = String(repeating: "[", count: 100_000)
    let error = #expect(throws: JSONError.self) { try JSONParser.parse(deep.utf8) }
    #expect(error?.description == "nested deeper than 128 levels (byte 128)")
    #expect(try JSONParser.parse("[[1]]".utf8, depthLimit: 2)[0][0].integer == 1)
    #expect(throws: JSONError.self) { try JSONParser.parse("[[1]]".utf8, depthLimit: 1) }
  }

  @Test func readsBackWhatItQuotes() throws {
    let text = "\"\\/\u{0}\u{1F}\n\r\té😀\u{2028}"
    #expect(try JSONParser.parse(JSONValue.quoted(text).utf8).string == text)
  }
}
