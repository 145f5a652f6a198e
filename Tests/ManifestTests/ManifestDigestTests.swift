import KafkaModel
import Manifest
import Testing

@Suite struct ManifestDigestTests {
    private func digest(_ files: [(String, String)], attachment: String = "{}") -> String? {
        let loader = ManifestLoader { _ in .success(Array(attachment.utf8)) }
        return loader.load(files.map { ManifestInput(name: $0.0, bytes: Array($0.1.utf8)) }).desired?.digest
    }

    private let clusters = ("c.yaml", Sample.cluster("paris") + "---\n" + Sample.cluster("dublin"))
    private let link = ("l.yaml", Sample.link("mirrorTopics: [{name: a}]"))

    @Test func `is SHA-256 over names and contents, whatever their order`() throws {
        let one = try #require(digest([clusters, link]))
        #expect(one.count == 64)
        #expect(one == digest([link, clusters]))
        #expect(one != digest([("d.yaml", clusters.1), link]))
        #expect(one != digest([clusters, (link.0, link.1 + "# comment\n")]))
    }

    @Test func `covers filter files`() throws {
        let text = Sample.link("mirrorTopicOptions: {autoCreateTopics: {enabled: true, topicFiltersFile: f.json}}")
        func filters(_ name: String) -> String {
            "{\"topicFilters\": [{\"name\": \"\(name)\", \"patternType\": \"LITERAL\", \"filterType\": \"INCLUDE\"}]}"
        }
        let one = try #require(digest([clusters, ("l.yaml", text)], attachment: filters("a")))
        let other = try #require(digest([clusters, ("l.yaml", text)], attachment: filters("b")))
        #expect(one != other)
    }

    @Test func `does not exist when there are errors`() {
        #expect(digest([link]) == nil)
    }
}
