import Bytes
import KafkaClient
import TestSupport
import Testing

@Suite("Groups on real Kafka", .enabled(if: KafkaInstallation.isGiven), .timeLimit(.minutes(5)))
struct RealGroupTests {
    /// Sessions that outlive any delay of a test: heartbeats come only from its own steps.
    private func settings(_ group: String, instance: String? = nil) -> GroupSettings {
        GroupSettings(
            groupId: group, protocolName: "ranges", metadata: [7], instanceId: instance, sessionTimeoutMs: 60_000,
            rebalanceTimeoutMs: 60_000)
    }

    @Test(arguments: KafkaInstallation.all)
    func `two members share, and the second takes over when the first leaves`(
        _ installation: KafkaInstallation
    ) async throws {
        let cluster = try await SharedClusters.cluster(installation, .destination)
        let one = try makeClient(cluster.bootstrapServers, clientId: "one")
        let two = try makeClient(cluster.bootstrapServers, clientId: "two")
        let group = uniqueName("lockstep")
        #expect(try await one.describeGroup(group).members == [])
        let first = GroupMembership(settings(group), client: one)
        let alone = try await first.establish { members in [members[0].memberId: [1, 2, 3]] }
        #expect(alone.group.isLeader)
        #expect(alone.assignment.array == [1, 2, 3])
        let before = ContinuousClock.now
        #expect(try await first.heartbeat() == .ok)
        let lease = try #require(await first.leaseConfirmedAt)
        #expect(lease >= before)

        let second = GroupMembership(settings(group), client: two)
        async let joining = second.establish { _ in [:] }
        try await waitUntil("the first member hears of the second") { try await first.heartbeat() == .rebalance }
        let again = try await first.establish { members in
            Dictionary(uniqueKeysWithValues: members.enumerated().map { ($1.memberId, [UInt8($0)]) })
        }
        let joined = try await joining
        #expect(again.group.members.count == 2)
        #expect(again.group.members.map(\.metadata) == [[7], [7]])
        #expect(Set([again.assignment.array, joined.assignment.array]) == [[0], [1]])
        let described = try await two.describeGroup(group)
        #expect(described.state == "Stable")
        #expect(described.protocolType == "lockstep")
        #expect(described.members.map(\.clientId).sorted() == ["one", "two"])

        try await first.leave()
        #expect(await first.leaseConfirmedAt == nil)
        try await waitUntil("the second member hears of it") { try await second.heartbeat() == .rebalance }
        let last = try await second.establish { members in [members[0].memberId: [9]] }
        #expect(last.assignment.array == [9])
        try await second.leave()
        await one.close()
        await two.close()
    }

    @Test(arguments: KafkaInstallation.all)
    func `a static member that starts again keeps its place and fences its former self`(
        _ installation: KafkaInstallation
    ) async throws {
        let cluster = try await SharedClusters.cluster(installation, .destination)
        let client = try makeClient(cluster.bootstrapServers)
        let group = uniqueName("lockstep")
        let before = GroupMembership(settings(group, instance: "w-0"), client: client)
        let old = try await before.establish { members in [members[0].memberId: [1]] }
        let after = GroupMembership(settings(group, instance: "w-0"), client: client)
        let new = try await after.establish { members in
            members.isEmpty ? [:] : [members[0].memberId: [1]]
        }
        #expect(new.group.memberId != old.group.memberId)
        #expect(new.assignment.array == [1])
        #expect(try await before.heartbeat() == .fenced)
        #expect(await before.leaseConfirmedAt == nil)
        #expect(try await after.heartbeat() == .ok)
        try await after.leave()
        await client.close()
    }
}
