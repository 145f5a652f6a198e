import Diagnostics
import Testing
import YAMLDocument

@Suite struct YAMLLimitsTests {
    @Test func `refuses a binary file in one sentence`() {
        let fixture = YAMLFixture(bytes: [0x7F, 0x45, 0x4C, 0x46, 0, 1, 2, 3])
        let expected = """
            a.yaml:1:1: error[K004]: the file is binary, not YAML text (byte 4 is 0)
                  name the manifests with -f, or move this file away

            """
        #expect(fixture.text == expected)
        #expect(!fixture.isComplete)
    }

    @Test func `refuses text that is not UTF-8 and names the byte`() {
        let fixture = YAMLFixture(bytes: Array("a: 1\nb: caf".utf8) + [0xE9, 0x0A])
        let expected = """
            a.yaml:2:7: error[K004]: the file is not UTF-8 text (byte 11 does not belong to a character)
                  save it as UTF-8

            """
        #expect(fixture.text == expected)
    }

    @Test(arguments: [[0xFF, 0xFE, 0x61, 0], [0xFE, 0xFF, 0, 0x61]] as [[UInt8]])
    func `recognises UTF-16`(bytes: [UInt8]) {
        let expected = """
            a.yaml:1:1: error[K004]: the file is UTF-16 text, manifests are UTF-8
                  save it as UTF-8

            """
        #expect(YAMLFixture(bytes: bytes).text == expected)
    }

    @Test func `refuses a file beyond the limit`() {
        let fixture = YAMLFixture(bytes: [UInt8](repeating: UInt8(ascii: "#"), count: 4 * 1024 * 1024 + 1))
        let expected = """
            a.yaml:1:1: error[K003]: the file has 4194305 bytes; a manifest has at most 4194304
                  split it, or move it away if it is not a manifest

            """
        #expect(fixture.text == expected)
        let atLimit = YAMLFixture(bytes: [UInt8](repeating: UInt8(ascii: "#"), count: 4 * 1024 * 1024))
        #expect(atLimit.text == "")
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["[", "{a: ", "- ", "? ", "&a ["])
    func `refuses nesting beyond the limit, however deep it goes`(opening: String) {
        let fixture = YAMLFixture(String(repeating: opening, count: 200_000))
        #expect(fixture.text.contains("error[K006]: more than 50 levels of lists and mappings\n"))
        #expect(fixture.findings.diagnostics.count == 1)
    }

    @Test func `accepts nesting up to the limit`() {
        let text = String(repeating: "[", count: 49) + "x" + String(repeating: "]", count: 49)
        #expect(YAMLFixture(text).text == "")
        #expect(YAMLFixture("[\(text)]").text.contains("K006"))
    }

    @Test func `counts the levels behind an alias`() {
        let deep = String(repeating: "[", count: 30) + String(repeating: "]", count: 30)
        let fixture = YAMLFixture(
            "a: &a \(deep)\nb: \(String(repeating: "[", count: 30))*a\(String(repeating: "]", count: 30))")
        #expect(fixture.text.contains("a.yaml:2:34: error[K006]: more than 50 levels"))
    }

    @Test(.timeLimit(.minutes(1))) func `stops aliases that multiply`() {
        var text = "a: &a [x, x, x, x, x, x, x, x, x]\n"
        for (name, before) in zip("bcdefghi", "abcdefgh") {
            text += "\(name): &\(name) [\(Array(repeating: "*\(before)", count: 9).joined(separator: ", "))]\n"
        }
        let fixture = YAMLFixture(text)
        #expect(fixture.text.contains("error[K006]: the aliases of this file stand for more than 100000 values\n"))
        #expect(fixture.findings.diagnostics.count == 1)
    }

    @Test func `counts the values of a file`() {
        var limits = YAMLLimits()
        limits.nodes = 5
        #expect(YAMLFixture("[1, 2, 3, 4]", limits: limits).text == "")
        let expected = """
            a.yaml:1:14: error[K006]: more than 5 values in one file
                1 | [1, 2, 3, 4, 5]
                  |              ^ split the file

            """
        #expect(YAMLFixture("[1, 2, 3, 4, 5]", limits: limits).text == expected)
    }

    @Test(.timeLimit(.minutes(1))) func `keeps at most 500 findings`() {
        let fixture = YAMLFixture(String(repeating: "a: 1\n", count: 100_000))
        #expect(fixture.findings.diagnostics.count == 500)
        #expect(fixture.findings.leftOut == 99_499)
    }
}
