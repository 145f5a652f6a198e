import Testing
import YAMLDocument

@Suite struct YAMLRefusalTests {
    @Test func `refuses a duplicate key and names both places`() {
        let fixture = YAMLFixture("a: 1\nb: 2\n\"a\": 3\n")
        let expected = """
            a.yaml:3:1: error[K007]: key "a" stands twice in the same mapping
                3 | "a": 3
                  | ^~~ remove one of them
                  also see a.yaml:1:1 (the first one)

            """
        #expect(fixture.text == expected)
    }

    @Test func `refuses tags that are not YAML's own`() {
        let fixture = YAMLFixture("a: !secret x\nb: !!binary aGk=\nc: !!python/object:os.system {}\nd: !!map [1]\n")
        let expected = """
            a.yaml:1:4: error[K008]: the tag "!secret" is not allowed here
                1 | a: !••••••••
                  |    ^~~~~~~~~ remove the tag
            a.yaml:2:4: error[K008]: the tag "!!binary" is not allowed here
                2 | b: !!binary aGk=
                  |    ^~~~~~~~~~~~~ remove the tag
            a.yaml:3:4: error[K008]: the tag "!!python/object:os.system" is not allowed here
                3 | c: !!python/object:os.system {}
                  |    ^~~~~~~~~~~~~~~~~~~~~~~~~~~ remove the tag
            a.yaml:4:4: error[K008]: the tag "!!map" is not allowed here
                4 | d: !!map [1]
                  |    ^~~~~~~ remove the tag

            """
        #expect(fixture.text == expected)
    }

    @Test func `refuses keys that are not words`() {
        let fixture = YAMLFixture("{a: 1}: 2\n? [x]\n: 3\n\"\": 4\n")
        let expected = """
            a.yaml:1:1: error[K010]: a key must be text, not a mapping
                1 | {a: 1}: 2
                  | ^ put a value that begins with { or [ in quotes
            a.yaml:2:3: error[K010]: a key must be text, not a list
                2 | ? [x]
                  |   ^ put a value that begins with { or [ in quotes
            a.yaml:4:1: error[K010]: a key may not be empty
                4 | "": 4
                  | ^~ write a name in front of ":"

            """
        #expect(fixture.text == expected)
    }

    @Test func `refuses to merge what is no mapping, and to merge twice`() {
        let fixture = YAMLFixture("<<: [1]\n<<: {a: 1}\n")
        let expected = """
            a.yaml:1:1: error[K011]: "<<" needs a mapping or a list of mappings, not "1"
                1 | <<: [1]
                  | ^~
            a.yaml:2:1: error[K007]: key "<<" stands twice in the same mapping
                2 | <<: {a: 1}
                  | ^~ remove one of them
                  also see a.yaml:1:1 (the first one)

            """
        #expect(fixture.text == expected)
    }

    @Test func `refuses an alias inside its own anchor`() {
        let fixture = YAMLFixture("a: &a [*a]\n")
        let expected = """
            a.yaml:1:8: error[K009]: alias "*a" has no anchor "&a" before it in this document
                1 | a: &a [*a]
                  |        ^~

            """
        #expect(fixture.text == expected)
    }

    @Test func `says where the text stops being YAML and keeps the documents before`() {
        let fixture = YAMLFixture("a: 1\n---\nb: [1, 2\nc: 3\n")
        let expected = """
            a.yaml:4:2: error[K005]: this is not YAML: did not find expected ',' or ']'
                4 | c: 3
                  |  ^ is a bracket, a comma or a quote missing?
                  also see a.yaml:3:4 (while parsing a flow sequence)

            """
        #expect(fixture.text == expected)
        #expect(!fixture.isComplete)
        #expect(fixture.documents.map(\.outline) == ["{a: 1}"])
    }

    @Test func `explains a tab and a colon`() {
        let tab = """
            a.yaml:2:1: error[K005]: this is not YAML: found character that cannot start any token
                2 |  b: 1
                  | ^ indent with spaces, not tabs, and put text that begins with @, ` or % in quotes

            """
        #expect(YAMLFixture("a:\n\tb: 1\n").text == tab)
        let colon = """
            a.yaml:1:5: error[K005]: this is not YAML: mapping values are not allowed in this context
                1 | a: b: c
                  |     ^ put text that contains ": " in quotes; check the indentation here and on the line above

            """
        #expect(YAMLFixture("a: b: c\n").text == colon)
    }

    @Test func `says which control character is in the way`() {
        let fixture = YAMLFixture("a: 1\nb: x\u{1}\n")
        let expected = """
            a.yaml:2:5: error[K005]: this is not YAML: control characters are not allowed
                2 | b: x·
                  |     ^ remove the control character

            """
        #expect(fixture.text == expected)
    }
}
