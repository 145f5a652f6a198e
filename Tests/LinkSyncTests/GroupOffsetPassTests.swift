import EmbeddedBroker
import KafkaClient
import KafkaModel
import KafkaProtocol
import LinkStore
import Synchronization
import Testing

@testable import LinkSync

/// Passes between two embedded clusters.
@Suite(.timeLimit(.minutes(1))) struct GroupOffsetPassTests {
    @Test func `numbers and text are carried over, epochs are not, and nothing is written twice`() async throws {
        try await GroupSite.run { site in
            try await site.commit("a", [3, 10], on: site.paris)
            try await site.commit("b", [7], on: site.paris)
            let first = await site.pass()
            #expect(first.summary == "2 groups, 3 offsets, 3 committed" && first.problems.isEmpty)
            #expect(try await site.committed("a", on: site.paris) == [0: "3 5 m3", 1: "10 5 m10"])
            #expect(try await site.committed("a", on: site.dublin) == [0: "3 -1 m3", 1: "10 -1 m10"])
            #expect(try await site.committed("b", on: site.dublin) == [0: "7 -1 m7"])
            let requests = await site.destination.requestCount(.offsetCommit)
            #expect(await site.pass().summary == "2 groups, 3 offsets, 0 committed")
            #expect(await site.destination.requestCount(.offsetCommit) == requests)
            #expect(await site.source.requestCount(.offsetCommit) == 2)
            try await site.commit("b", [8], on: site.paris)
            #expect(await site.pass().summary == "2 groups, 3 offsets, 1 committed")
            #expect(await site.pass(refreshing: true).refreshed == ["a", "b"])
            #expect(await site.destination.requestCount(.offsetCommit) == requests + 3)
        }
    }

    @Test func `a source without groups is not made to have any`() async throws {
        try await GroupSite.run { site in
            let named = TopicFilters([TopicFilter(name: "a", patternType: .literal, filterType: .include)])
            #expect(await site.pass(site.record(named)).summary == "0 groups, 0 offsets, 0 committed")
            #expect(await site.source.topicId("__consumer_offsets") == nil)
        }
    }

    @Test func `an offset beyond the mirror stands at its end and follows it`() async throws {
        try await GroupSite.run { site in
            try await site.commit("a", [12, 9], on: site.paris)
            #expect(
                await site.pass().summary == "1 group, 2 offsets, 2 committed, 1 at the mirror's end until it has them")
            #expect(try await site.committed("a", on: site.dublin) == [0: "10 -1 ", 1: "9 -1 m9"])
            await site.destination.appendRecord(value: "10", to: "orders", 0)
            _ = await site.pass()
            #expect(try await site.committed("a", on: site.dublin)[0] == "11 -1 ")
            await site.destination.holdReplication("orders", 0, true)
            await site.destination.appendRecord(value: "11", to: "orders", 0)
            #expect(await site.pass().committed == 0)
            await site.destination.holdReplication("orders", 0, false)
            #expect(await site.pass().summary == "1 group, 2 offsets, 1 committed")
            #expect(try await site.committed("a", on: site.dublin)[0] == "12 -1 m12")
        }
    }

    @Test func `a mirror in front of the source's first record waits`() async throws {
        try await GroupSite.run { site in
            for _ in 0..<20 { await site.source.appendRecord(value: "x", to: "orders", 0) }
            await site.source.moveLogStart("orders", 0, to: 20)
            try await site.commit("a", [25], on: site.paris)
            #expect(await site.pass().summary == "1 group, 1 offset, 0 committed, 1 waiting for the mirror")
            #expect(try await site.committed("a", on: site.dublin) == [:])
        }
    }

    @Test func `a group in use on the destination is left alone and picked up afterwards`() async throws {
        try await GroupSite.run { site in
            try await site.commit("a", [3], on: site.paris)
            try await site.commit("b", [4], on: site.paris)
            let member = try await site.join("a", on: site.dublin)
            let outcome = await site.pass()
            #expect(outcome.summary == "1 group, 1 offset, 1 committed")
            #expect(outcome.problems.map(\.code) == ["CONSUMER_GROUP_IN_USE_ERROR"])
            #expect(outcome.problems.map(\.kind) == [.skipped] && outcome.problems[0].subject == "a")
            #expect(outcome.problems[0].text.hasPrefix("it has members on dublin (Stable)"))
            #expect(try await site.committed("a", on: site.dublin) == [:])
            try await member.leave()
            #expect(await site.pass().problems.isEmpty)
            #expect(try await site.committed("a", on: site.dublin) == [0: "3 -1 m3"])
        }
    }

    @Test func `a member that comes between the look and the commit keeps its group`() async throws {
        try await GroupSite.run { site in
            try await site.commit("a", [3], on: site.paris)
            let joined = Mutex<GroupMembership?>(nil)
            let outcome = await site.pass(mayCommit: {
                let membership = try? await site.join("a", on: site.dublin)
                joined.withLock { $0 = membership }
                return true
            })
            #expect(outcome.committed == 0)
            #expect(outcome.problems.map(\.code) == ["CONSUMER_GROUP_IN_USE_ERROR"])
            #expect(try await site.committed("a", on: site.dublin) == [:])
            try await joined.withLock { $0 }?.leave()
        }
    }

    @Test func `an idle group that is ahead is put back, as Cluster Linking does`() async throws {
        try await GroupSite.run { site in
            try await site.commit("a", [3], on: site.paris)
            try await site.commit("a", [9], on: site.dublin)
            #expect(await site.pass().committed == 1)
            #expect(try await site.committed("a", on: site.dublin) == [0: "3 -1 m3"])
        }
    }

    @Test func `only mirrors, and only what the filters select; what left them stays`() async throws {
        try await GroupSite.run { site in
            for broker in [site.source, site.destination] {
                await broker.createTopic("other")
                await broker.appendRecord(value: "0", to: "other")
            }
            try await site.commit("a", [3], on: site.paris)
            try await site.commit("b", [3], on: site.paris)
            try await site.commit("a", [1], on: site.paris, topic: "other")
            #expect(await site.pass().summary == "2 groups, 2 offsets, 2 committed")
            try await site.commit("b", [4], on: site.paris)
            let filters = TopicFilters([
                TopicFilter(name: "*", patternType: .literal, filterType: .include),
                TopicFilter(name: "b", patternType: .literal, filterType: .exclude),
            ])
            #expect(await site.pass(site.record(filters)).summary == "1 group, 1 offset, 0 committed")
            #expect(try await site.committed("b", on: site.dublin) == [0: "3 -1 m3"])
            #expect(await site.pass(mirrors: []).summary == "0 groups, 0 offsets, 0 committed")
        }
    }

    @Test func `groups get the prefix where that is enabled`() async throws {
        try await GroupSite.run { site in
            try await site.commit("a", [3], on: site.paris)
            let link = site.record(prefix: "eu.", configs: ["consumer.group.prefix.enable": "true"])
            #expect(await site.pass(link).committed == 1)
            #expect(try await site.committed("eu.a", on: site.dublin) == [0: "3 -1 m3"])
            #expect(try await site.committed("a", on: site.dublin) == [:])
        }
    }

    @Test func `a topic that was made again and a failed partition are left out`() async throws {
        try await GroupSite.run { site in
            try await site.commit("a", [3, 4], on: site.paris)
            let outcome = await site.pass(failed: ["orders": [0]])
            #expect(outcome.summary == "1 group, 2 offsets, 1 committed, 1 waiting for the mirror")
            #expect(outcome.problems.map(\.subject) == ["orders"])
            var mirror = await site.mirror()
            mirror.sourceTopicId = "AAAAAAAAAAAAAAAAAAAAAQ"
            let again = await site.pass(mirrors: [mirror])
            #expect(again.committed == 0)
            #expect(again.problems.map(\.text).joined().contains("was deleted and made again"))
        }
    }

    // MARK: Trouble

    @Test func `nothing is sent once the task is another worker's`() async throws {
        try await GroupSite.run { site in
            for name in ["a", "b", "c"] { try await site.commit(name, [3], on: site.paris) }
            let asked = Mutex(0)
            let outcome = await site.pass(mayCommit: {
                asked.withLock { asked in
                    asked += 1
                    return asked < 2
                }
            })
            #expect(outcome.committed == 1)
            #expect(await site.destination.requestCount(.offsetCommit) == 1)
        }
    }

    @Test func `a coordinator that is not ready is asked again`() async throws {
        try await GroupSite.run { site in
            try await site.commit("a", [3], on: site.paris)
            await site.source.intercept(.offsetFetch, .once) { _ in .fail(.coordinatorLoadInProgress) }
            await site.destination.intercept(.offsetCommit, .times(2)) { _ in .fail(.notCoordinator) }
            let outcome = await site.pass()
            #expect(outcome.committed == 1 && outcome.problems.isEmpty)
        }
    }

    /// Each question waits for its answer as long as a request may take: one after the other that is hours.
    @Test func `a coordinator that hangs is not asked about every group`() async throws {
        try await GroupSite.run { site in
            let groups = (10..<50).map { "g\($0)" }
            for group in groups { try await site.commit(group, [3], on: site.paris) }
            let gate = RequestGate()
            await site.destination.intercept(.offsetCommit, .always) { _ in .hold(until: gate) }
            let outcome = await site.pass()
            gate.open()
            // One for each connection.
            #expect(await site.destination.requestCount(.offsetCommit) == 4)
            #expect(outcome.committed == 0)
            #expect(Set(outcome.problems.compactMap(\.subject)) == Set(groups))
            await site.destination.stopIntercepting(.offsetCommit)
            #expect(await site.pass().problems.isEmpty)
        }
    }

    @Test func `a refusal is told with the right that is missing, and does not hold others up`() async throws {
        try await GroupSite.run { site in
            try await site.commit("a", [3], on: site.paris)
            try await site.commit("b", [3], on: site.paris)
            await site.destination.intercept(.offsetCommit, .always) { request in
                request.decoded(as: OffsetCommitRequest.self)?.groupId == "a" ? .fail(.groupAuthorizationFailed) : .pass
            }
            let outcome = await site.pass()
            #expect(outcome.committed == 1)
            #expect(outcome.failure?.code == "AUTHORIZATION_ERROR")
            #expect(outcome.failure?.text.contains("Allow the link's principal READ on group a on dublin.") == true)
            await site.source.intercept(.offsetFetch, .always) { _ in .fail(.groupAuthorizationFailed) }
            let blind = await site.pass()
            #expect(blind.problems.map(\.subject) == ["a", "b"])
            #expect(
                blind.problems[0].text.contains(
                    "allow Lockstep's principal DESCRIBE, or READ where offsets are committed, on group a ("))
        }
    }

    /// A cluster lists only groups that the principal may describe; one that a filter names is asked about anyway.
    @Test func `a group that a filter names and that may not be seen is told`() async throws {
        try await GroupSite.run { site in
            try await site.commit("a", [3], on: site.paris)
            let filters = TopicFilters(
                ["a", "hidden"].map { TopicFilter(name: $0, patternType: .literal, filterType: .include) })
            #expect(await site.pass(site.record(filters)).problems.isEmpty)
            await site.source.intercept(.offsetFetch, .always) { request in
                guard let asked = request.decoded(as: OffsetFetchRequest.self) else { return .pass }
                let isHidden = asked.groupId == "hidden" || asked.groups.contains { $0.groupId == "hidden" }
                return isHidden ? .fail(.groupAuthorizationFailed) : .pass
            }
            let outcome = await site.pass(site.record(filters))
            let hidden = outcome.problems.first { $0.subject == "hidden" }
            #expect(hidden?.kind == .error && hidden?.code == "AUTHORIZATION_ERROR")
            #expect(hidden?.text.contains("allow Lockstep's principal DESCRIBE, or READ") == true)
        }
    }

    @Test func `a cluster that is down is one problem`() async throws {
        try await GroupSite.run { site in
            try await site.commit("a", [3], on: site.paris)
            await site.source.goDown()
            let outcome = await site.pass()
            #expect(outcome.problems.map(\.code) == ["TIMEOUT_ERROR"])
            #expect(outcome.problems[0].text.contains("paris"))
        }
    }

    @Test func `text that is too long for the destination is told`() async throws {
        try await GroupSite.run { site in
            try await site.commit("a", [3, 4], on: site.paris)
            await site.destination.intercept(.offsetCommit, .always) { _ in .fail(.offsetMetadataTooLarge) }
            #expect(await site.pass().failure?.text.contains("raise offset.metadata.max.bytes") == true)
        }
    }

    // MARK: The task and the clamp

    @Test func `the task syncs active mirrors only, at its interval, and commits everything at first sight`()
        async throws
    {
        try await GroupSite.run { site in
            try await site.commit("a", [3], on: site.paris)
            try await site.commit("a", [3], on: site.dublin)
            let task = ConsumerOffsetSync(
                source: site.paris, destination: site.dublin, store: StoreReader(site.dublin))
            #expect(await task.run(TaskPass(link: site.record(), contents: StoreContents()) { true }).isInError)
            try await site.store(site.record())
            #expect(task.intervalMs(LinkSettings()) == nil)
            let on = LinkSettings(configs: ["consumer.offset.sync.enable": "true", "consumer.offset.sync.ms": "1500"])
            #expect(task.intervalMs(on) == 1_500)
            func run(_ state: MirrorTopicState) async -> String {
                var contents = StoreContents()
                contents.mirrors[.init(link: "l", topic: "orders")] = await site.mirror("orders", state)
                return await task.run(TaskPass(link: site.record(), contents: contents) { true }).summary
            }
            for state in [MirrorTopicState.paused, .pendingMirror, .pendingStopped, .stopped] {
                #expect(await run(state) == "0 groups, 0 offsets, 0 committed", "\(state)")
            }
            #expect(await run(.active) == "1 group, 1 offset, 1 committed")
            #expect(await run(.active) == "1 group, 1 offset, 0 committed")
            // What a worker reports meanwhile counts, although the pass begins with older contents.
            try await site.commit("a", [2], on: site.paris)
            try await site.report(partition: 0, .failed)
            #expect(await run(.active).contains("1 waiting for the mirror"))
            try await site.report(partition: 0, .active)
            #expect(await run(.active) == "1 group, 1 offset, 1 committed")
        }
    }

    /// A source before 2.8 has no topic ids that would tell.
    @Test func `another cluster behind the address of the source says nothing about offsets`() async throws {
        try await GroupSite.run { site in
            try await site.commit("a", [3, 4], on: site.paris)
            try await site.commit("a", [5, 6], on: site.dublin)
            var link = site.record()
            link.sourceClusterId = "rome"
            var mirror = await site.mirror()
            mirror.sourceTopicId = nil
            let outcome = await site.pass(link, mirrors: [mirror])
            #expect(outcome.problems.map(\.code) == ["MISCONFIGURATION_ERROR"])
            #expect(outcome.failure?.text.contains("made for cluster id rome, but paris is paris") == true)
            #expect(outcome.committed == 0)
            #expect(try await site.committed("a", on: site.dublin) == [0: "5 5 m5", 1: "6 5 m6"])
            try await site.store(link)
            let task = ConsumerOffsetSync(
                source: site.paris, destination: site.dublin, store: StoreReader(site.dublin))
            // Also when nothing is found there.
            let told = await task.run(TaskPass(link: link, contents: StoreContents()) { true })
            #expect(told.problems.map(\.code) == ["MISCONFIGURATION_ERROR"])
        }
    }

    @Test func `a failover lowers what lies behind the end, of synced groups without members`() async throws {
        try await GroupSite.run { site in
            try await site.commit("a", [12, 9], on: site.dublin)
            try await site.commit("b", [12], on: site.dublin)
            try await site.commit("x", [12], on: site.dublin)
            let member = try await site.join("b", on: site.dublin)
            await site.source.goDown()
            let filters = TopicFilters([
                TopicFilter(name: "*", patternType: .literal, filterType: .include),
                TopicFilter(name: "x", patternType: .literal, filterType: .exclude),
            ])
            let outcome = await GroupOffsetClamp(
                destination: site.dublin, link: site.record(filters), topic: "orders", ends: [10, 10]
            ).run()
            #expect(outcome.lowered == 1)
            #expect(outcome.problems.map(\.code) == ["CONSUMER_GROUP_IN_USE_ERROR"])
            #expect(try await site.committed("a", on: site.dublin) == [0: "10 -1 ", 1: "9 5 m9"])
            #expect(try await site.committed("b", on: site.dublin) == [0: "12 5 m12"])
            #expect(try await site.committed("x", on: site.dublin) == [0: "12 5 m12"])
            try await member.leave()
        }
    }
}
