import KafkaClient
import KafkaModel
import Testing

@testable import LinkSync

/// Which offsets are committed, as a table.
@Suite struct OffsetComparisonTests {
    private static let source = TopicPartition(topic: "orders", partition: 0)
    private static let mirror = TopicPartition(topic: "eu.orders", partition: 0)

    /// One offset of the source at one moment, and what it comes to.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// What the source has; its epoch is 7 everywhere.
        var committed: Int64
        var metadata = "text"
        /// What the destination has; nil is nothing.
        var present: CommittedOffset?
        /// High watermark of the mirror; nil is unknown.
        var end: Int64? = 100
        /// Log start of the source; nil is unknown.
        var start: Int64?
        var refreshing = false
        /// What is committed; nil is nothing.
        var commit: CommittedOffset?
        var lowered = 0
        var waiting = 0
    }

    static let cases: [Case] = [
        Case(
            testDescription: "a new offset is committed as it is, without the source's epoch", committed: 50,
            commit: CommittedOffset(offset: 50, metadata: "text")),
        Case(
            testDescription: "what agrees is left", committed: 50,
            present: CommittedOffset(offset: 50, metadata: "text")),
        Case(
            testDescription: "what agrees is committed again before it expires", committed: 50,
            present: CommittedOffset(offset: 50, metadata: "text"), refreshing: true,
            commit: CommittedOffset(offset: 50, metadata: "text")),
        Case(
            testDescription: "another text is carried over", committed: 50,
            present: CommittedOffset(offset: 50, metadata: "old"), commit: CommittedOffset(offset: 50, metadata: "text")
        ),
        Case(
            testDescription: "an epoch that stands there is removed", committed: 50,
            present: CommittedOffset(offset: 50, leaderEpoch: 3, metadata: "text"),
            commit: CommittedOffset(offset: 50, metadata: "text")),
        Case(
            testDescription: "a destination that is behind follows", committed: 50,
            present: CommittedOffset(offset: 40, metadata: "text"),
            commit: CommittedOffset(offset: 50, metadata: "text")),
        Case(
            testDescription: "a destination that is ahead is put back", committed: 50,
            present: CommittedOffset(offset: 60, metadata: "text"),
            commit: CommittedOffset(offset: 50, metadata: "text")),
        Case(
            testDescription: "the mirror's end is no problem", committed: 100,
            commit:
                CommittedOffset(offset: 100, metadata: "text")),
        Case(
            testDescription: "an offset beyond the mirror is lowered, without its text", committed: 101, start: 0,
            commit: CommittedOffset(offset: 100), lowered: 1),
        Case(
            testDescription: "a lowered offset that agrees is left", committed: 101,
            present: CommittedOffset(offset: 100), start: 0, lowered: 1),
        Case(
            testDescription: "an offset beyond the mirror on the destination is lowered too", committed: 300,
            present: CommittedOffset(offset: 300, metadata: "text"), start: 0, commit: CommittedOffset(offset: 100),
            lowered: 1),
        Case(
            testDescription: "a mirror that has not reached the source's first record waits", committed: 2_000,
            end: 100, start: 1_000, waiting: 1),
        Case(
            testDescription: "a mirror that ends at the source's first record takes it", committed: 2_000, end: 1_000,
            start: 1_000, commit: CommittedOffset(offset: 1_000), lowered: 1),
        Case(testDescription: "an unknown start waits", committed: 101, waiting: 1),
        Case(testDescription: "an unknown end waits", committed: 50, end: nil, start: 0, waiting: 1),
        Case(
            testDescription: "an offset in front of the source's log is carried over as it is", committed: 5, start: 50,
            commit: CommittedOffset(offset: 5, metadata: "text")),
        Case(
            testDescription: "offset 0 of an empty mirror", committed: 0, metadata: "", end: 0,
            commit:
                CommittedOffset(offset: 0)),
    ]

    @Test(arguments: cases) func `one offset`(_ one: Case) {
        let comparison = OffsetComparison(
            topics: ["orders": MirroredTopic(topic: "eu.orders", partitionCount: 1)],
            highWatermarks: one.end.map { [Self.mirror: $0] } ?? [:],
            sourceStarts: one.start.map { [Self.mirror: $0] } ?? [:])
        let committed = CommittedOffset(offset: one.committed, leaderEpoch: 7, metadata: one.metadata)
        let decision = comparison.decide(
            source: [Self.source: committed], destination: one.present.map { [Self.mirror: $0] } ?? [:],
            refreshing: one.refreshing)
        #expect(decision.commits == (one.commit.map { [Self.mirror: $0] } ?? [:]))
        #expect(decision.offsets == 1)
        #expect(decision.lowered == one.lowered)
        #expect(decision.waiting == one.waiting)
    }

    @Test func `only mirrored topics, only partitions that are there and copied`() {
        let comparison = OffsetComparison(
            topics: ["orders": MirroredTopic(topic: "orders", partitionCount: 2, idle: [0])],
            highWatermarks: [
                TopicPartition(topic: "orders", partition: 0): 9, TopicPartition(topic: "orders", partition: 1): 9,
                TopicPartition(topic: "orders", partition: 2): 9,
            ])
        var offsets: GroupOffsets = [TopicPartition(topic: "others", partition: 0): CommittedOffset(offset: 1)]
        for number in Int32(-1)..<3 {
            offsets[TopicPartition(topic: "orders", partition: number)] = CommittedOffset(offset: 5)
        }
        let decision = comparison.decide(source: offsets, destination: [:], refreshing: true)
        #expect(decision.commits.keys.map(\.partition) == [1])
        #expect(decision.offsets == 4)
        #expect(decision.waiting == 3)
        #expect(comparison.partitions(of: [offsets]) == [TopicPartition(topic: "orders", partition: 1)])
    }

    @Test func `the source is asked for its start only where a group is ahead of the mirror`() {
        func place(_ topic: String, _ number: Int32) -> TopicPartition {
            TopicPartition(topic: topic, partition: number)
        }
        let comparison = OffsetComparison(
            topics: ["orders": MirroredTopic(topic: "eu.orders", partitionCount: 3)],
            highWatermarks: [place("eu.orders", 0): 10, place("eu.orders", 1): 10])
        let offsets: GroupOffsets = [
            place("orders", 0): CommittedOffset(offset: 10), place("orders", 1): CommittedOffset(offset: 11),
            place("orders", 2): CommittedOffset(offset: 11),
        ]
        #expect(comparison.ahead(of: [offsets]) == [place("eu.orders", 1): place("orders", 1)])
    }
}
