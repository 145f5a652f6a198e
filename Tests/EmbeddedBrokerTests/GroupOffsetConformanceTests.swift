import KafkaConnection
import KafkaProtocol
import TestSupport
import Testing

/// Committed offsets, with and without members, asked of the embedded broker and of real ones.
@Suite("Group offset conformance", .timeLimit(.minutes(5)), .serialized)
struct GroupOffsetConformanceTests {
    @Test(arguments: ConformanceCluster.all, [2, 5, 8, 9] as [Int16])
    func `anybody commits while a group has no members`(
        _ cluster: ConformanceCluster, _ version: Int16
    ) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic("offsets")
            let group = try await session.newGroup()
            let member = group.with { $0.memberId = "m" }
            func commit(_ group: GroupSession, _ generation: Int32) async throws -> ErrorCode {
                try await group.with { $0.generation = generation }.commit(1, of: topic, version: version)
            }
            #expect(try await commit(member, 3) == (version < 9 ? .illegalGeneration : .groupIdNotFound))
            #expect(try await group.listed() == nil)
            #expect(try await commit(member, -1) == .noError)
            #expect(try await group.listed()?.words == "'' 'Empty' 'classic'")
            #expect(try await group.describe().words == "Empty '' '' []")
            #expect(try await commit(group, -1) == .noError)
            #expect(try await commit(group, 0) == .unknownMemberId)
            #expect(try await commit(member, 0) == .unknownMemberId)
            if version >= 7 { #expect(try await commit(group.with { $0.instanceId = "i" }, -1) == .noError) }
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `only members of this generation commit while there are members`(
        _ cluster: ConformanceCluster
    ) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic("offsets")
            let group = try await session.newGroup()
            var member = group
            _ = try await member.enter()
            #expect(try await member.commit(1, of: topic) == .rebalanceInProgress)
            _ = try await member.sync([member.memberId: "all"], type: "worker", name: "range")
            for version: Int16 in [2, 5, 8, 9] {
                func commit(_ group: GroupSession) async throws -> ErrorCode {
                    try await group.commit(5, of: topic, version: version)
                }
                #expect(try await commit(member) == .noError)
                #expect(try await commit(member.with { $0.generation = 0 }) == .illegalGeneration)
                #expect(try await commit(member.with { $0.generation = 5 }) == .illegalGeneration)
                #expect(try await commit(member.with { $0.generation = -1 }) == .illegalGeneration)
                #expect(try await commit(member.with { $0.memberId = "x" }) == .unknownMemberId)
                #expect(try await commit(member.with { $0.memberId = "" }) == .unknownMemberId)
                #expect(try await commit(group) == .unknownMemberId)
                if version >= 7 { #expect(try await commit(member.with { $0.instanceId = "i" }) == .unknownMemberId) }
            }
            #expect(try await group.committed(topic) == ["\(topic) 0 5  NONE"])
            #expect(try await member.leave([(member.memberId, nil)]) == [.noError, .noError])
            #expect(try await member.commit(9, of: topic) == .unknownMemberId)
            #expect(try await group.commit(9, of: topic) == .noError)
            #expect(try await group.committed(topic) == ["\(topic) 0 9  NONE"])
            #expect(try await group.delete() == .noError)
            #expect(try await group.committed(topic) == ["\(topic) 0 -1  NONE"])
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `many groups are asked about at once`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic("offsets", partitions: 2)
            let group = try await session.newGroup()
            let other = GroupSession(session: session, groupId: uniqueName("other"))
            let nobody = uniqueName("nobody")
            #expect(try await group.commit(4, of: topic, metadata: "hello") == .noError)
            #expect(try await other.commit(5, of: topic, 1) == .noError)
            let keys = [group.groupId, nobody, other.groupId]
            let found = try await session.connection.send(
                FindCoordinatorRequest { $0.coordinatorKeys = keys }, maximumVersion: 4)
            #expect(found.coordinators.map(\.key) == keys)
            #expect(found.coordinators.allSatisfy { $0.errorCode == 0 && $0.nodeId >= 0 })
            let answer = try await session.connection.send(
                OffsetFetchRequest {
                    $0.groups = keys.map { key in
                        OffsetFetchRequest.OffsetFetchRequestGroup {
                            $0.groupId = key
                            $0.topics = nil
                        }
                    }
                }, maximumVersion: 8)
            let words = answer.groups.map { group in
                group.topics.flatMap { topic in
                    topic.partitions.map {
                        "\(topic.name) \($0.partitionIndex) \($0.committedOffset) \($0.metadata ?? "nil")"
                    }
                }
            }
            #expect(answer.groups.map(\.groupId) == keys)
            #expect(answer.groups.allSatisfy { $0.errorCode == 0 })
            #expect(words == [["\(topic) 0 4 hello"], [], ["\(topic) 1 5 "]])
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `offsets are fetched as they were committed`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic("offsets", partitions: 2)
            let group = try await session.newGroup()
            #expect(try await group.commit(1, of: "nothing") == .unknownTopicOrPartition)
            #expect(try await group.commit(1, of: topic, 7) == .unknownTopicOrPartition)
            #expect(try await group.listed() == nil)
            let long = String(repeating: "x", count: 4_096)
            #expect(try await group.commit(1, of: topic, metadata: long) == .noError)
            #expect(try await group.commit(1, of: topic, metadata: long + "x") == .offsetMetadataTooLarge)
            #expect(try await group.commit(4, of: topic, metadata: "hello") == .noError)
            #expect(try await group.commit(-5, of: topic, 1, metadata: nil) == .noError)
            let stored = ["\(topic) 0 4 hello NONE", "\(topic) 1 -5  NONE"]
            let nobody = GroupSession(session: session, groupId: uniqueName("nobody"))
            let nameless = GroupSession(session: session, groupId: "")
            for version: Int16 in [1, 2, 5, 7, 8, 9] {
                let some = try await group.committed(topic, [0, 1, 9], version: version)
                #expect(some == stored + ["\(topic) 9 -1  NONE"], "\(version)")
                #expect(try await group.committed("nothing", version: version) == ["nothing 0 -1  NONE"])
                #expect(try await nobody.committed(topic, version: version) == ["\(topic) 0 -1  NONE"])
                #expect(try await nameless.committed(topic, version: version) == ["\(topic) 0 -1  NONE"])
                guard version >= 2 else { continue }
                #expect(try await group.committed(nil, version: version).sorted() == stored)
                #expect(try await nobody.committed(nil, version: version) == [])
            }
        }
    }
}
