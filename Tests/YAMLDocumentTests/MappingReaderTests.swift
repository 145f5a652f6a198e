import Testing
import YAMLDocument

@Suite struct MappingReaderTests {
    @Test func `reports keys nobody asked for, with a suggestion`() throws {
        let fixture = YAMLFixture("name: a\nstat: b\nzzz: c\n")
        let reader = try #require(MappingReader(fixture.documents[0], path: "spec"))
        #expect(reader.entry("name")?.value.text == "a")
        #expect(reader.entry("state") == nil)
        #expect(reader.asked == ["name", "state"])
        reader.finish()
        let expected = """
            a.yaml:2:1: error[K014]: unknown key "stat" in spec
                2 | stat: b
                  | ^~~~ did you mean "state"?
            a.yaml:3:1: error[K014]: unknown key "zzz" in spec
                3 | zzz: c
                  | ^~~ known here: name, state

            """
        #expect(fixture.text == expected)
    }

    @Test func `does not suggest a key that is already there`() throws {
        let fixture = YAMLFixture("name: a\nnames: b\n")
        let reader = try #require(MappingReader(fixture.documents[0], path: ""))
        _ = reader.entry("name")
        reader.finish()
        let expected = """
            a.yaml:2:1: error[K014]: unknown key "names" in the document
                2 | names: b
                  | ^~~~~ known here: name

            """
        #expect(fixture.text == expected)
    }

    @Test func `reports what is missing`() throws {
        let fixture = YAMLFixture("name: a\n")
        let reader = try #require(MappingReader(fixture.documents[0], path: "metadata"))
        _ = reader.entry("name")
        _ = reader.entry("kind")
        reader.reportMissing("kind", hint: "add it")
        reader.finish()
        let expected = """
            a.yaml:1:1: error[K013]: "kind" is missing in metadata
                1 | name: a
                  | ^~~~ add it

            """
        #expect(fixture.text == expected)
    }

    @Test func `does not call a misspelt key missing as well`() throws {
        let fixture = YAMLFixture("knd: a\n")
        let reader = try #require(MappingReader(fixture.documents[0], path: ""))
        _ = reader.entry("kind")
        reader.reportMissing("kind")
        reader.finish()
        let expected = """
            a.yaml:1:1: error[K014]: unknown key "knd" in the document
                1 | knd: a
                  | ^~~ did you mean "kind"?

            """
        #expect(fixture.text == expected)
    }

    @Test func `reads nothing as an empty mapping and refuses other values`() throws {
        let empty = YAMLFixture("spec:\n")
        #expect(MappingReader(try #require(empty.documents[0].entries?[0].value), path: "spec") != nil)
        #expect(empty.text == "")
        let list = YAMLFixture("spec: [1]\n")
        #expect(MappingReader(try #require(list.documents[0].entries?[0].value), path: "spec") == nil)
        let expected = """
            a.yaml:1:7: error[K012]: spec must be a mapping, not a list
                1 | spec: [1]
                  |       ^

            """
        #expect(list.text == expected)
    }
}
