import Diagnostics
import Testing

@Suite struct SourcePlaceTests {
    @Test func `is written as compilers do`() {
        #expect(SourcePlace(file: "a/b.yaml", line: 3, column: 14).description == "a/b.yaml:3:14")
    }

    @Test func `is ordered by file, line and column`() {
        let places = [("b", 1, 1), ("a", 2, 1), ("a", 1, 10), ("a", 1, 9)].map {
            SourcePlace(file: $0.0, line: $0.1, column: $0.2)
        }
        #expect(places.sorted() == places.reversed())
    }

    @Test func `orders findings as they are read, those without a place last`() {
        func finding(_ summary: String, _ line: Int?) -> Diagnostic {
            Diagnostic(.error, "K", at: line.map { SourcePlace(file: "a", line: $0, column: 1) }, summary)
        }
        let found = [finding("none", nil), finding("second", 2), finding("first", 1), finding("also second", 2)]
        #expect(found.inReadingOrder().map(\.summary) == ["first", "second", "also second", "none"])
    }
}
