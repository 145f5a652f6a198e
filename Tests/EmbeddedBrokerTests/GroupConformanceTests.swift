import EmbeddedBroker
import KafkaConnection
import KafkaProtocol
import TestSupport
import Testing

/// Membership in groups, asked of the embedded broker and of real ones.
@Suite("Group conformance", .timeLimit(.minutes(5)), .serialized)
struct GroupConformanceTests {
    @Test(arguments: ConformanceCluster.all)
    func `a new member gets an id first, from version 4 on`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let group = try await session.newGroup()
            for version: Int16 in [4, 6, 7, 9] {
                let answer = try await group.join(version: version)
                let name = version < 7 ? "" : "nil"
                #expect(answer.words == "MEMBER_ID_REQUIRED -1 nil \(name) '' 0", "\(version)")
                #expect(answer.memberId.wholeMatch(of: /conformance-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/) != nil)
            }
            #expect(try await group.describe().words == "Empty '' '' []")
            #expect(try await group.listed()?.words == "'' 'Empty' 'classic'")
            #expect(try await group.delete() == .noError)
            for version: Int16 in [0, 1, 3] {
                var old = try await session.newGroup()
                let answer = try await old.join(version: version)
                #expect(answer.words == "1 nil range leads [nil: range of new]", "\(version)")
                old.memberId = answer.memberId
                #expect(try await old.join(version: version).words == "2 nil range leads [nil: range of old]")
            }
            let pending = try await group.join().memberId
            #expect(try await group.leave([(pending, nil)]) == [.noError, .noError])
            #expect(try await group.leave([(pending, nil)]) == [.noError, .unknownMemberId])
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `refuses members that cannot be`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let group = try await session.newGroup()
            func refused(_ group: GroupSession, _ code: ErrorCode) async throws {
                #expect(try await group.join().words == "\(code.name) -1 nil nil '' 0")
            }
            for timeoutMs: Int32 in [5_999, 1_800_001, 0, -1] {
                try await refused(group.with { $0.sessionTimeoutMs = timeoutMs }, .invalidSessionTimeout)
            }
            try await refused(GroupSession(session: session, groupId: ""), .invalidGroupId)
            try await refused(group.with { $0.protocolType = "" }, .inconsistentGroupProtocol)
            try await refused(group.with { $0.protocols = [] }, .inconsistentGroupProtocol)
            try await refused(group.with { $0.memberId = "x" }, .unknownMemberId)
            let other = group.with {
                $0.memberId = "x"
                $0.instanceId = "i"
            }
            try await refused(other, .unknownMemberId)
            var member = group
            _ = try await member.enter()
            try await refused(group.with { $0.protocolType = "connect" }, .inconsistentGroupProtocol)
            try await refused(group.with { $0.protocols = ["other"] }, .inconsistentGroupProtocol)
            try await refused(group.with { $0.protocols = [] }, .inconsistentGroupProtocol)
            try await refused(group.with { $0.memberId = "x" }, .unknownMemberId)
            try await refused(member.with { $0.protocolType = "connect" }, .inconsistentGroupProtocol)
            let nameless = GroupSession(session: session, groupId: "")
            #expect(try await nameless.heartbeat() == .invalidGroupId)
            #expect(try await nameless.sync(type: "worker", name: "range").words == "INVALID_GROUP_ID nil nil ''")
            #expect(try await nameless.leave([("x", nil)]) == [.invalidGroupId])
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `hands out assignments and knows stale members`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            var member = try await session.newGroup()
            #expect(try await member.enter().words == "1 worker range leads [nil: range of old]")
            #expect(
                try await member.describe().words
                    == "CompletingRebalance 'worker' '' [nil conformance /127.0.0.1 '' '']")
            #expect(try await member.listed()?.words == "'worker' 'CompletingRebalance' 'classic'")
            #expect(try await member.heartbeat() == .noError)
            func sync(
                _ group: GroupSession, _ type: String? = "worker", _ name: String? = "range", _ mine: String = "mine"
            ) async throws -> String {
                try await group.sync([member.memberId: mine, "nobody": "x"], type: type, name: name).words
            }
            #expect(try await sync(member.with { $0.generation = 7 }) == "ILLEGAL_GENERATION nil nil ''")
            #expect(try await sync(member, "connect") == "INCONSISTENT_GROUP_PROTOCOL nil nil ''")
            #expect(try await sync(member, "worker", "other") == "INCONSISTENT_GROUP_PROTOCOL nil nil ''")
            #expect(try await sync(member, nil, "range") == "INCONSISTENT_GROUP_PROTOCOL nil nil ''")
            #expect(try await sync(member, "worker", nil) == "INCONSISTENT_GROUP_PROTOCOL nil nil ''")
            #expect(try await sync(member.with { $0.memberId = "x" }) == "UNKNOWN_MEMBER_ID nil nil ''")
            #expect(try await sync(member) == "NONE worker range 'mine'")
            #expect(try await sync(member, "worker", "range", "other") == "NONE worker range 'mine'")
            for version: Int16 in [0, 3, 4] {
                #expect(try await member.sync(version: version).words == "NONE nil nil 'mine'")
            }
            #expect(try await member.heartbeat() == .noError)
            #expect(try await member.with { $0.generation = 9 }.heartbeat() == .illegalGeneration)
            #expect(try await member.with { $0.memberId = "x" }.heartbeat() == .unknownMemberId)
            #expect(try await member.with { $0.memberId = "" }.heartbeat() == .unknownMemberId)
            #expect(try await member.with { $0.instanceId = "i" }.heartbeat() == .unknownMemberId)
            #expect(try await member.delete() == .nonEmptyGroup)
            #expect(try await member.leave([("x", nil)]) == [.noError, .unknownMemberId])
            #expect(try await member.leave([("", "i")]) == [.noError, .unknownMemberId])
            let twice = [("x", nil), (member.memberId, nil), (member.memberId, nil)] as [(String, String?)]
            #expect(try await member.leave(twice) == [.noError, .unknownMemberId, .noError, .unknownMemberId])
            #expect(try await member.leave([(member.memberId, nil)], version: 0) == [.unknownMemberId])
            #expect(try await member.heartbeat() == .unknownMemberId)
            #expect(try await sync(member) == "UNKNOWN_MEMBER_ID nil nil ''")
            #expect(try await member.join().words == "UNKNOWN_MEMBER_ID -1 nil nil '' 0")
            #expect(try await member.describe().words == "Empty 'worker' '' []")
            let connect = member.with {
                $0.protocolType = "connect"
                $0.memberId = ""
            }
            #expect(try await connect.join(version: 3).words == "3 nil range leads [nil: range of new]")
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `describes and lists groups by version, state and kind`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            var member = try await session.newGroup()
            for version: Int16 in 0...6 {
                let unknown = try await member.describe(version: version)
                #expect(unknown.words == (version < 6 ? "Dead '' '' []" : "GROUP_ID_NOT_FOUND Dead '' '' []"))
                #expect(unknown.errorMessage == (version < 6 ? nil : "Group \(member.groupId) not found."))
                #expect(unknown.authorizedOperations == ((3...5).contains(version) ? 3_400 : .min))
            }
            #expect(try await member.delete() == .groupIdNotFound)
            #expect(try await member.listed() == nil)
            _ = try await member.enter()
            _ = try await member.sync([member.memberId: "all"], type: "worker", name: "range")
            for version: Int16 in 0...6 {
                let stable = try await member.describe(version: version)
                let one = "nil conformance /127.0.0.1 'range of old' 'all'"
                #expect(stable.words == "Stable 'worker' 'range' [\(one)]")
                #expect(stable.authorizedOperations == (version < 3 ? .min : 3_400))
            }
            let listed = ["'worker' '' ''", "'worker' '' ''", "'worker' 'Stable' ''", "'worker' 'Stable' 'classic'"]
            for (version, words) in zip([0, 3, 4, 5] as [Int16], listed) {
                #expect(try await member.listed(version: version)?.words == words)
            }
            for states in [["Stable"], ["stable"], ["Dead", "Stable"]] {
                #expect(try await member.listed(states: states) != nil)
            }
            #expect(try await member.listed(states: ["Empty", "nonsense"]) == nil)
            #expect(try await member.listed(types: ["Classic"]) != nil)
            #expect(try await member.listed(types: ["consumer"]) == nil)
            #expect(try await member.leave([(member.memberId, nil)]) == [.noError, .noError])
            #expect(try await member.delete() == .noError)
            #expect(try await member.describe().words == "Dead '' '' []")
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `a second member makes the first join again`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let other = try await session.another(clientId: "other")
            var first = try await session.newGroup()
            first.protocols = ["range", "sticky"]
            _ = try await first.enter()
            _ = try await first.sync([first.memberId: "all"], type: "worker", name: "range")
            var second = other.group(first).with { $0.protocols = ["sticky"] }
            second.memberId = try await second.join().memberId
            #expect(try await first.heartbeat() == .noError)
            #expect(try await second.with { $0.generation = 1 }.heartbeat() == .unknownMemberId)
            let newcomer = second
            async let joining = newcomer.join()
            let leader = first
            try await waitUntil("the first is told") { try await leader.heartbeat() == .rebalanceInProgress }
            let preparing = "[nil conformance /127.0.0.1 '' 'all', nil other /127.0.0.1 '' '']"
            #expect(try await first.describe().words == "PreparingRebalance 'worker' '' \(preparing)")
            #expect(
                try await first.sync(type: "worker", name: "range").words == "REBALANCE_IN_PROGRESS nil nil ''")
            #expect(try await first.with { $0.generation = 9 }.heartbeat() == .illegalGeneration)
            let again = try await first.join()
            #expect(again.words == "2 worker sticky leads [nil: sticky of old, nil: sticky of old]")
            #expect(try await joining.words == "2 worker sticky follows []")
            #expect(try await first.heartbeat() == .illegalGeneration)
            (first.generation, second.generation) = (2, 2)
            #expect(try await first.heartbeat() == .noError)
            #expect(try await first.describe().words == "CompletingRebalance 'worker' '' \(preparing)")
            let follower = second
            async let synced = follower.sync(type: "worker", name: "sticky")
            let assigned = try await first.sync(
                [first.memberId: "one", second.memberId: "two"], type: "worker", name: "sticky")
            #expect(assigned.words == "NONE worker sticky 'one'")
            #expect(try await synced.words == "NONE worker sticky 'two'")
            // A follower that joins again unchanged disturbs nobody.
            #expect(try await second.join().words == "2 worker sticky follows []")
            #expect(try await first.heartbeat() == .noError)
            #expect(try await second.leave([(second.memberId, nil)]) == [.noError, .noError])
            #expect(try await first.heartbeat() == .rebalanceInProgress)
            #expect(try await first.enter().words == "3 worker range leads [nil: range of old]")
            await other.connection.close()
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `members that do not join or ask in time are out`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let other = try await session.another()
            var first = try await session.newGroup()
            first.rebalanceTimeoutMs = 5_000
            _ = try await first.enter()
            _ = try await first.sync([first.memberId: "all"], type: "worker", name: "range")
            var second = other.group(first).with { $0.rebalanceTimeoutMs = 300 }
            #expect(try await second.enter().words == "2 worker range leads [nil: range of old]")
            #expect(try await first.heartbeat() == .unknownMemberId)
            // The second never asks for its assignment.
            let silent = second
            try await waitUntil("it is out") { try await silent.heartbeat() == .unknownMemberId }
            #expect(try await second.describe().words == "Empty 'worker' '' []")
            await other.connection.close()
        }
    }

    @Test func `a member that is silent is out when its session ends`() async throws {
        try await ConformanceCluster.withBroker { broker, session in
            let other = try await session.another()
            var silent = try await session.newGroup().with { $0.sessionTimeoutMs = 10_000 }
            _ = try await silent.enter()
            _ = try await silent.sync([silent.memberId: "all"], type: "worker", name: "range")
            await broker.advanceClock(byMs: 9_000)
            #expect(try await silent.heartbeat() == .noError)
            await broker.advanceClock(byMs: 9_000)
            #expect(
                try await silent.describe().words == "Stable 'worker' 'range' "
                    + "[nil conformance /127.0.0.1 'range of old' 'all']")
            await broker.advanceClock(byMs: 1_001)
            #expect(try await silent.heartbeat() == .unknownMemberId)
            var next = other.group(silent)
            #expect(try await next.enter().generationId == 3)
        }
    }
}
