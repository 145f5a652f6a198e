import KafkaConnection
import KafkaProtocol
import TestSupport
import Testing

/// Members with an instance id (KIP-345), asked of the embedded broker and of real ones.
@Suite("Static member conformance", .timeLimit(.minutes(5)), .serialized)
struct StaticMemberConformanceTests {
    private static func first(_ session: Session) async throws -> GroupSession {
        var member = try await session.newGroup().with { $0.instanceId = "one" }
        #expect(try await member.enter().words == "1 worker range leads [one: range of new]")
        #expect(member.memberId.hasPrefix("one-"))
        let synced = try await member.sync([member.memberId: "all"], type: "worker", name: "range")
        #expect(synced.words == "NONE worker range 'all'")
        return member
    }

    @Test(arguments: ConformanceCluster.all)
    func `who comes back takes the place and fences the one before`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let topic = try await session.newTopic("static")
            var member = try await Self.first(session)
            for version: Int16 in [5, 8, 9] {
                let old = member
                let answer = try await session.group(old).with { $0.instanceId = "one" }.join(version: version)
                let type = version < 7 ? "nil" : "worker"
                if version < 9 {
                    #expect(answer.words == "1 \(type) range follows []")
                    #expect(answer.leader == old.memberId)
                } else {
                    #expect(answer.words == "1 worker range leads [one: range of new] skip")
                }
                #expect(answer.memberId != old.memberId)
                #expect(try await old.heartbeat() == .fencedInstanceId)
                #expect(
                    try await old.sync(type: "worker", name: "range").words == "FENCED_INSTANCE_ID nil nil ''")
                #expect(try await old.join().words == "FENCED_INSTANCE_ID -1 nil nil '' 0")
                #expect(try await old.commit(1, of: topic) == .fencedInstanceId)
                #expect(try await old.leave([(old.memberId, "one")]) == [.noError, .fencedInstanceId])
                #expect(try await old.with { $0.instanceId = nil }.heartbeat() == .unknownMemberId)
                member.memberId = answer.memberId
                #expect(try await member.heartbeat() == .noError)
                #expect(try await member.sync(type: "worker", name: "range").words == "NONE worker range 'all'")
                #expect(try await member.commit(7, of: topic) == .noError)
            }
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `unknown instances are unknown members, and other protocols a rebalance`(
        _ cluster: ConformanceCluster
    ) async throws {
        try await cluster.withSession { session in
            let member = try await Self.first(session)
            let stranger = member.with { $0.instanceId = "two" }
            #expect(try await stranger.heartbeat() == .unknownMemberId)
            #expect(try await stranger.join().words == "UNKNOWN_MEMBER_ID -1 nil nil '' 0")
            #expect(try await member.leave([("", "two")]) == [.noError, .unknownMemberId])
            #expect(try await member.leave([(member.memberId, "two")]) == [.noError, .unknownMemberId])
            let changed = session.group(member).with {
                $0.instanceId = "one"
                $0.protocols = ["sticky", "range"]
            }
            #expect(try await changed.join().words == "2 worker sticky leads [one: sticky of new]")
            #expect(
                try await member.describe().words
                    == "CompletingRebalance 'worker' '' [one conformance /127.0.0.1 '' 'all']")
            #expect(try await member.leave([("", "one")]) == [.noError, .noError])
            #expect(try await member.describe().words == "Empty 'worker' '' []")
        }
    }
}
