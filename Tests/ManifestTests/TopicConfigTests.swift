import Diagnostics
import KafkaModel
import Manifest
import Testing

@Suite struct TopicConfigTests {
    private static let four =
        "cleanup.policy,max.message.bytes,message.timestamp.difference.max.ms,message.timestamp.type"

    @Test func `a list needs the always-synced settings and takes no others than those that can follow`() {
        let fixture = ManifestFixture(
            Sample.files(
                #"""
                configs:
                  topic.config.sync.ms: 1000
                  topic.config.sync.include: "cleanup.policy,message.timestamp.type, retentoin.ms,confluent.tier.enable"
                """#))
        #expect(
            fixture.load.diagnostics.map(\.summary) == [
                #"config "topic.config.sync.include" names "confluent.tier.enable", which is never synced: "#
                    + "Apache Kafka has no such setting",
                #"config "topic.config.sync.include" names "retentoin.ms", which is no topic config to sync"#,
                #"config "topic.config.sync.include" lacks max.message.bytes and "#
                    + "message.timestamp.difference.max.ms, which always follow the source",
            ])
        #expect(fixture.load.diagnostics.map(\.hint)[1] == #"did you mean "retention.ms"?"#)
    }

    @Test func `a list has one form, whatever way it was written`() throws {
        let fixture = ManifestFixture(
            Sample.files(
                #"""
                configs: {topic.config.sync.include: " message.timestamp.type , \#(Self.four), retention.ms"}
                """#))
        let link = try #require(fixture.load.desired?.links.first)
        #expect(
            link.settings.topicConfigInclude.names
                == Set(Self.four.split(separator: ",").map(String.init) + ["retention.ms"]))
        #expect(link.configs["topic.config.sync.include"] == Self.four + ",retention.ms")
        #expect(link.settings.topicConfigSyncMs == 5000)
    }

    @Test func `overrides keep their text, null included`() throws {
        let fixture = ManifestFixture(
            Sample.files(
                #"""
                mirrorTopics:
                  - {name: a, configs: {retention.ms: 604800000, min.insync.replicas: 2, segment.ms: null}}
                  - {name: b, configs: {compression.type: zstd, brand.new: "1"}}
                """#))
        let link = try #require(fixture.load.desired?.links.first)
        #expect(
            link.mirrorTopics[0].configs
                == ["retention.ms": "604800000", "min.insync.replicas": "2", "segment.ms": nil])
        #expect(link.mirrorTopics[1].configs == ["compression.type": "zstd", "brand.new": "1"])
        #expect(link.mirrorTopics[0].configsPlace?.line == 8)
        #expect(
            fixture.text.contains(
                #"warning[K034]: unknown topic config "brand.new""#))
        #expect(fixture.text.contains("it is passed on; the destination's brokers decide"))
    }

    @Test func `what follows the source cannot be overridden, and the finding says how it could`() {
        let fixture = ManifestFixture(
            Sample.files(
                #"""
                configs: {topic.config.sync.include: "\#(Self.four),segment.ms"}
                mirrorTopics:
                  - name: a
                    configs: {cleanup.policy: compact, message.timestamp.before.max.ms: 5, segment.ms: 7}
                """#))
        let found = fixture.load.diagnostics.map { "\($0.summary); \($0.hint ?? "")" }
        #expect(
            found == [
                #"topic config "cleanup.policy" of mirror topic "a" always follows the source; remove it"#,
                #"topic config "message.timestamp.before.max.ms" of mirror topic "a" always follows the source; "#
                    + "remove it",
                #"topic config "segment.ms" of mirror topic "a" follows the source; to set it here, take it out: "#
                    + #"topic.config.sync.include: "\#(Self.four)""#,
            ])
    }

    @Test func `throttles are left to Kafka's tools`() {
        let fixture = ManifestFixture(
            Sample.files("mirrorTopics: [{name: a, configs: {leader.replication.throttled.replicas: \"*\"}}]"))
        #expect(fixture.text.contains("Kafka's tools set it while partitions move; remove it"))
        #expect(fixture.load.desired == nil)
    }
}
