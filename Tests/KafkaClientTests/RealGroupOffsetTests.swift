import Bytes
import KafkaClient
import KafkaModel
import KafkaProtocol
import TestSupport
import Testing

@Suite("Group offsets on real Kafka", .enabled(if: KafkaInstallation.isGiven), .timeLimit(.minutes(5)))
struct RealGroupOffsetTests {
    private func place(_ topic: String, _ partition: Int32 = 0) -> TopicPartition {
        TopicPartition(topic: topic, partition: partition)
    }

    @Test(arguments: KafkaInstallation.all)
    func `groups are listed, their offsets read and committed, many at once`(
        _ installation: KafkaInstallation
    ) async throws {
        let cluster = try await SharedClusters.cluster(installation, .destination)
        let client = try makeClient(cluster.bootstrapServers)
        let topic = uniqueName("offsets")
        _ = try await client.createTopic(topic, partitions: 3)
        let names = (0..<30).map { "\(uniqueName("group"))-\($0)" }
        var commits: [String: GroupOffsets] = [:]
        for (number, name) in names.enumerated() {
            commits[name] = [
                place(topic): CommittedOffset(offset: Int64(number), metadata: "m \(number)"),
                place(topic, 2): CommittedOffset(offset: 7),
            ]
        }
        // A KRaft broker learns of a topic after its controller has acknowledged it, and refuses offsets until then.
        try await waitUntil("the coordinators know the topic") {
            await client.commitOffsets(commits).values.allSatisfy { result in
                (try? result.get().values.allSatisfy { $0.isSuccess }) == true
            }
        }
        for (_, result) in await client.commitOffsets(commits) {
            #expect(try result.get() == [place(topic): .noError, place(topic, 2): .noError])
        }
        let listing = try await client.listGroups()
        #expect(listing.failures.isEmpty)
        let first = try #require(listing.groups[names[0]])
        // States are told from 2.6 on, types from 3.8 on.
        #expect(first.state == "Empty" && first.hasMembers == false)
        #expect(first.type == (installation.major > 3 || installation.version.hasPrefix("3.9") ? "classic" : nil))
        let nobody = uniqueName("nobody")
        for known in [listing.coordinators, [:]] {
            let offsets = await client.committedOffsets(of: names + [nobody], coordinators: known)
            #expect(offsets.count == names.count + 1)
            for name in names { #expect(try offsets[name]?.get() == commits[name]) }
            #expect(try offsets[nobody]?.get() == [:])
        }
        let refused = await client.commitOffsets([
            nobody: [
                place(topic): CommittedOffset(offset: 1, metadata: String(repeating: "x", count: 4_097)),
                place(topic, 9): CommittedOffset(offset: 1),
            ]
        ])
        #expect(
            try refused[nobody]?.get() == [
                place(topic): .offsetMetadataTooLarge, place(topic, 9): .unknownTopicOrPartition,
            ])
        #expect(await client.commitOffsets(commits, while: { false }).isEmpty)
        #expect(try await client.brokerConfig("offsets.retention.minutes") == "10080")
        await client.close()
    }

    @Test(arguments: KafkaInstallation.all)
    func `a group with members takes offsets from nobody else`(_ installation: KafkaInstallation) async throws {
        let cluster = try await SharedClusters.cluster(installation, .destination)
        let client = try makeClient(cluster.bootstrapServers)
        let topic = uniqueName("offsets")
        _ = try await client.createTopic(topic, partitions: 1)
        let group = uniqueName("group")
        let member = GroupMembership(
            GroupSettings(
                groupId: group, protocolName: "ranges", metadata: [7], sessionTimeoutMs: 60_000,
                rebalanceTimeoutMs: 60_000), client: client)
        _ = try await member.establish { members in [members[0].memberId: [1]] }
        let commit: [String: GroupOffsets] = [group: [place(topic): CommittedOffset(offset: 3)]]
        try await waitUntil("the coordinator knows the topic") {
            try await client.commitOffsets(commit)[group]?.get() != [place(topic): .unknownTopicOrPartition]
        }
        #expect(try await client.commitOffsets(commit)[group]?.get() == [place(topic): .unknownMemberId])
        #expect(try await client.listGroups().groups[group]?.hasMembers == true)
        try await member.leave()
        #expect(try await client.commitOffsets(commit)[group]?.get() == [place(topic): .noError])
        let found = try #require(try await client.listGroups().groups[group])
        #expect(found.hasMembers == false && found.protocolType == "lockstep")
        await client.close()
    }
}
