import Diagnostics
import Testing

@Suite struct DidYouMeanTests {
    let known = ["consumerGroupFilters", "configs", "mirrorTopics", "state", "workers", "policy"]

    @Test(arguments: [
        ("consumerGroupFilter", "consumerGroupFilters"), ("Mirrortopics", "mirrorTopics"), ("sate", "state"),
        ("satte", "state"), ("wokrers", "workers"), ("polizy", "policy"), ("config", "configs"),
    ])
    func `suggests the name that was meant`(written: String, meant: String) {
        #expect(DidYouMean.name(for: written, among: known) == meant)
    }

    @Test(arguments: ["", "zzz", "st", "somethingElse"])
    func `suggests nothing when nothing is close`(written: String) {
        #expect(DidYouMean.name(for: written, among: known) == nil)
    }

    @Test func `does not compare endless names`() {
        let endless = String(repeating: "state", count: 1_000_000)
        #expect(DidYouMean.name(for: endless, among: known + [endless]) == nil)
    }

    @Test func `takes the first of equally close names whatever their order`() {
        #expect(DidYouMean.name(for: "bat", among: ["cat", "bar"]) == "bar")
        #expect(DidYouMean.name(for: "bat", among: ["bar", "cat"]) == "bar")
    }

    @Test func `prefers the closer name`() {
        #expect(DidYouMean.name(for: "paris-2", among: ["pariso", "paris-1", "paris"]) == "paris-1")
    }

    @Test func `words the hint`() {
        #expect(DidYouMean.hint(for: "stat", among: known) == "did you mean \"state\"?")
        #expect(DidYouMean.hint(for: "zzz", among: known) == nil)
    }
}
