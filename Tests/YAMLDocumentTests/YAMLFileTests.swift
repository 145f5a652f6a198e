import Diagnostics
import Testing
import YAMLDocument

@Suite struct YAMLFileTests {
    @Test(arguments: [
        ("a: 1", "{a: 1}"), ("a: {b: [1, two, 'three']}", "{a: {b: [1, two, 'three']}}"),
        ("a: 604800000\nb: 1e3\nc: 0755\nd: no\ne: 12:30", "{a: 604800000, b: 1e3, c: 0755, d: no, e: 12:30}"),
        ("a: |\n  x\n  y\nb: >\n  z", "{a: 'x\ny\n', b: 'z'}"), ("a: !!str 12", "{a: '12'}"), ("a: ! 12", "{a: '12'}"),
        ("a: !!int 12", "{a: 12}"), ("a:\nb: ~", "{a: , b: ~}"), ("\"a b\": \"c\\td\"", "{a b: 'c\td'}"),
        ("\u{FEFF}a: 1", "{a: 1}"), ("ключ: значение", "{ключ: значение}"),
        ("x: &x [1]\ny: *x", "{x: [1], y: [1]}"), ("x: &x k\n*x : 1", "{x: k, k: 1}"),
        ("b: &b {p: 1, q: 2}\nc: {<<: *b, q: 3}", "{b: {p: 1, q: 2}, c: {q: 3, p: 1}}"),
        ("b: &b {p: 1}\nd: &d {p: 2, r: 3}\nc: {<<: [*b, *d]}", "{b: {p: 1}, d: {p: 2, r: 3}, c: {p: 1, r: 3}}"),
        ("c: {'<<': 1}", "{c: {<<: 1}}"),
    ])
    func `keeps the written text`(yaml: String, outline: String) {
        let fixture = YAMLFixture(yaml)
        #expect(fixture.documents.map(\.outline) == [outline])
        #expect(fixture.text == "")
        #expect(fixture.isComplete)
    }

    @Test func `reads several documents and leaves out empty ones`() {
        let fixture = YAMLFixture("# top\n---\na: 1\n---\n# nothing\n---\n~\n...\n---\nb: 2\n")
        #expect(fixture.documents.map(\.outline) == ["{a: 1}", "{b: 2}"])
        #expect(fixture.text == "")
    }

    @Test(arguments: ["", "\n", "# only a comment\n", "---\n---\n"])
    func `reads a file without content as no documents`(yaml: String) {
        let fixture = YAMLFixture(yaml)
        #expect(fixture.documents.isEmpty)
        #expect(fixture.isComplete)
        #expect(fixture.text == "")
    }

    @Test func `knows line and column of every value and key, counted from 1 in characters`() throws {
        let fixture = YAMLFixture("---\nä:\n  - ключ: [x,\n      twelve]\n")
        let outer = try #require(fixture.documents.first?.entries?.first)
        #expect(outer.keySpot.place.description == "a.yaml:2:1")
        let inner = try #require(outer.value.elements?.first?.entries?.first)
        #expect(inner.keySpot.place.description == "a.yaml:3:5")
        let list = try #require(inner.value.elements)
        #expect(list.map(\.spot.place.description) == ["a.yaml:3:12", "a.yaml:4:7"])
        #expect(list[1].spot.end == YAMLMark(line: 4, column: 13))
    }

    @Test func `forgets anchors at the end of their document`() {
        let fixture = YAMLFixture("x: &x 1\n---\ny: *x\n")
        let expected = """
            a.yaml:3:4: error[K009]: alias "*x" has no anchor "&x" before it in this document
                3 | y: *x
                  |    ^~

            """
        #expect(fixture.text == expected)
    }
}
