import KafkaModel
import KafkaProtocol
import LinkStore
import Testing

@testable import KafkaClient
@testable import LinkSync

/// Which groups and which topics count.
@Suite struct GroupSelectionTests {
    private func group(
        _ name: String, state: String? = "Empty", type: String? = "classic", protocolType: String = "consumer"
    ) -> ListedGroup {
        ListedGroup(groupId: name, protocolType: protocolType, state: state, type: type, coordinator: 1)
    }

    private func listed(_ groups: ListedGroup...) -> [String: ListedGroup] {
        Dictionary(uniqueKeysWithValues: groups.map { ($0.groupId, $0) })
    }

    private func include(
        _ name: String, _ pattern: TopicFilter.PatternType, _ type: TopicFilter.FilterType = .include
    ) -> TopicFilter {
        TopicFilter(name: name, patternType: pattern, filterType: type)
    }

    @Test func `filters decide, and internal groups, workers and other types are left out`() {
        let selection = GroupSelection(
            listed(
                group("a"), group("b", state: "Stable"), group("c", state: nil, type: nil),
                group("d", state: "Assigning", type: "consumer"), group("moved-a"), group("__a"),
                group("lockstep.other"),
                group("odd", protocolType: "lockstep"), group("simple", protocolType: ""),
                group("shared", type: "share", protocolType: "share"),
                group("topology", type: "streams", protocolType: "streams")),
            filters: TopicFilters([include("moved-", .prefixed, .exclude), include("*", .literal)]), prefix: "")
        #expect(selection.pairs.map(\.source) == ["a", "b", "c", "d", "simple"])
        #expect(selection.pairs.map(\.destination) == selection.pairs.map(\.source))
        #expect(selection.pairs.filter(\.isInUseOnSource).map(\.source) == ["b", "d"])
        #expect(selection.problems.map(\.subject) == ["shared", "topology"])
        #expect(selection.problems.allSatisfy { $0.kind == .skipped })
    }

    @Test func `a group named in full is asked about even if it is not listed`() {
        let selection = GroupSelection(
            listed(group("b")),
            filters: TopicFilters([
                include("a", .literal), include("b", .literal), include("c", .prefixed), include("d", .literal),
                include("d", .literal, .exclude),
            ]), prefix: "")
        #expect(selection.pairs.map(\.source) == ["a", "b"])
    }

    @Test func `groups get the prefix only if that is enabled`() {
        func record(_ enabled: String?) -> LinkRecord {
            LinkRecord(
                name: "l", linkId: "i", sourceClusterId: "s", destinationClusterId: "d", prefix: "eu.", state: .active,
                settings: LinkSettings(configs: enabled.map { ["consumer.group.prefix.enable": $0] } ?? [:]),
                createdAtMs: 0)
        }
        #expect(record(nil).groupPrefix == "")
        #expect(record("false").groupPrefix == "")
        let selection = GroupSelection(
            listed(group("a")), filters: TopicFilters([include("a", .literal)]), prefix: record("true").groupPrefix)
        #expect(
            selection.pairs == [GroupPair(source: "a", destination: "eu.a", isInUseOnSource: false)])
    }

    // MARK: Topics

    private let id = KafkaUUID("AAAAAAAAAAAAAAAAAAAAAQ")
    private let otherId = KafkaUUID("AAAAAAAAAAAAAAAAAAAAAg")

    private func mirror(_ topic: String) -> MirrorRecord {
        MirrorRecord(
            link: "l", topic: "eu." + topic, sourceTopic: topic, sourceTopicId: id?.description,
            topicId: id?.description, state: .active, sinceMs: 0)
    }

    private func topic(
        _ id: KafkaUUID?, partitions: Int = 2, error: ErrorCode = .noError
    ) -> ClusterMetadata.Topic {
        ClusterMetadata.Topic(
            error: error, topicId: id,
            partitions: (0..<partitions).map { _ in .init(leaderId: 1, leaderEpoch: 0, replicaCount: 1) })
    }

    @Test func `topics that are gone or made again are left out, and so are failed partitions`() {
        let mirrored = MirroredTopics(
            ["sound", "old", "gone", "again", "other", "lost"].map { mirror($0) }, failed: ["eu.sound": [1]],
            source: [
                "sound": topic(id), "old": topic(nil), "again": topic(otherId), "other": topic(id), "lost": topic(id),
                "gone": topic(nil, partitions: 0, error: .unknownTopicOrPartition),
            ],
            destination: [
                "eu.sound": topic(id), "eu.old": topic(id, partitions: 3), "eu.again": topic(id), "eu.gone": topic(id),
                "eu.other": topic(otherId),
            ])
        #expect(
            mirrored.bySource == [
                "sound": MirroredTopic(topic: "eu.sound", partitionCount: 2, idle: [1]),
                "old": MirroredTopic(topic: "eu.old", partitionCount: 3),
            ])
        #expect(mirrored.problems.map(\.subject) == ["eu.again", "eu.gone", "eu.lost", "eu.other", "eu.sound"])
        #expect(mirrored.problems[0].text.contains("the source topic again was deleted and made again"))
        #expect(mirrored.problems[1].text.contains("UNKNOWN_TOPIC_OR_PARTITION"))
        #expect(mirrored.problems[3].text.contains("the mirror topic was deleted and made again"))
        #expect(mirrored.problems[4].text.contains("1 failed partition"))
    }

    // MARK: Time and answers

    @Test func `a group is due at a quarter of the retention, and at first sight`() {
        var schedule = RefreshSchedule()
        schedule.retentionMs = 4_000
        #expect(schedule.isDue("a", nowMs: 0))
        schedule.note(["a", "b"], nowMs: 100)
        #expect(!schedule.isDue("a", nowMs: 1_099))
        #expect(schedule.isDue("a", nowMs: 1_100))
        schedule.keep(only: ["a"])
        #expect(!schedule.isDue("a", nowMs: 200))
        #expect(schedule.isDue("b", nowMs: 200))
    }

    @Test(
        arguments: [
            (ErrorCode.noError, nil, nil), (.unknownTopicOrPartition, nil, nil),
            (.unknownMemberId, .skipped, "CONSUMER_GROUP_IN_USE_ERROR"),
            (.groupAuthorizationFailed, .error, "AUTHORIZATION_ERROR"),
            (.topicAuthorizationFailed, .error, "AUTHORIZATION_ERROR"),
            (.offsetMetadataTooLarge, .error, "POLICY_VIOLATION_ERROR"),
            (.groupIdNotFound, .skipped, "INVALID_REQUEST_ERROR"), (.unknownServerError, .error, "INTERNAL_ERROR"),
        ] as [(ErrorCode, TaskProblem.Kind?, String?)])
    func `each answer has its words`(answer: ErrorCode, kind: TaskProblem.Kind?, code: String?) {
        let problems = CommitProblems(group: "g", cluster: "dublin").problems(
            Dictionary(
                uniqueKeysWithValues: (Int32(0)..<5).map { (TopicPartition(topic: "orders", partition: $0), answer) }))
        #expect(problems.map(\.kind) == (kind.map { [$0] } ?? []))
        #expect(problems.map(\.code) == (code.map { [$0] } ?? []))
        #expect(problems.allSatisfy { $0.subject == "g" && $0.text.contains("dublin") })
        if kind == .error { #expect(problems[0].text.contains("orders-0, orders-1, orders-2 and 2 more")) }
    }
}
