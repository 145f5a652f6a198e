import Testing
import YAMLDocument

@Suite struct ScalarResolutionTests {
    private func node(_ yaml: String) throws -> YAMLNode {
        try #require(YAMLFixture("- \(yaml)").documents.first?.elements?.first)
    }

    @Test(arguments: ["true", "false"]) func `takes true and false`(yaml: String) throws {
        #expect(try node(yaml).boolean == (yaml == "true"))
    }

    @Test(arguments: ["True", "TRUE", "yes", "on", "1", "'true'", "\"false\"", "~", "{}", "!!str true"])
    func `takes nothing else for a boolean`(yaml: String) throws {
        #expect(try node(yaml).boolean == nil)
    }

    @Test(arguments: ["0", "-1", "604800000", "9223372036854775807", "-9223372036854775808"])
    func `takes whole decimal numbers`(yaml: String) throws {
        #expect(try node(yaml).integer == Int64(yaml))
    }

    @Test(arguments: [
        "'1'", "012", "+1", "1_000", "1e3", "1.0", "0x10", "0o7", "", "-", "--1", "9223372036854775808", "１", "12:30",
        "~",
    ])
    func `takes nothing else for a number`(yaml: String) throws {
        #expect(try node(yaml).integer == nil)
    }

    @Test(arguments: ["~", "null", "Null", "NULL"]) func `knows null`(yaml: String) throws {
        #expect(try node(yaml).isNull)
        #expect(try node(yaml).text == nil)
        #expect(try node("'\(yaml)'").text == yaml)
    }

    @Test(arguments: [
        (
            "yes", "true or false", "a.yaml:1:2: error[K012]: \"x\" must be true or false, not \"yes\"",
            "write true, without quotes"
        ),
        (
            "'false'", "true or false", "a.yaml:1:2: error[K012]: \"x\" must be true or false, not the text \"false\"",
            "write false, without quotes"
        ),
        (
            "'3'", "a whole number", "a.yaml:1:2: error[K012]: \"x\" must be a whole number, not the text \"3\"",
            "write 3 without quotes"
        ),
        (
            "one", "a list", "a.yaml:1:2: error[K012]: \"x\" must be a list, not \"one\"",
            "write each element on a line of its own, after \"- \""
        ),
        ("~", "a list", "a.yaml:1:2: error[K015]: \"x\" has no value; it must be a list", ""),
    ])
    func `hints at the usual slips`(yaml: String, wanted: String, first: String, hint: String) throws {
        let fixture = YAMLFixture("[\(yaml)]")
        try #require(fixture.documents[0].elements?[0]).reportWrongType(wanted, what: "\"x\"")
        #expect(fixture.text.hasPrefix(first + "\n"))
        #expect(fixture.text.hasSuffix("\(hint)\n"))
    }
}
