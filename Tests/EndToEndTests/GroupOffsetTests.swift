import TestSupport
import Testing

extension EndToEnd {
    /// Consumers that move: their groups' offsets follow, and they read on at the exact next record.
    @Suite("Group offsets", .serialized, .timeLimit(.minutes(10)))
    struct GroupOffsetTests: SharedSiteSuite {
        let site: SharedSite

        init() async throws {
            site = try await SharedSite()
        }

        private func filters(_ prefix: String) -> String {
            """
              consumerGroupFilters: [{name: \(prefix), patternType: PREFIXED, filterType: INCLUDE}]
            """
        }

        private static let configs = "consumer.offset.sync.enable: true, consumer.offset.sync.ms: 1000"

        private func mirror(_ topic: String, partitions: Int, records: Int, groups prefix: String) async throws
            -> RunningCommand
        {
            try await probe.createTopic(topic, on: source.bootstrapServers, partitions: partitions)
            try await probe.produce(
                RecordMix(records: records, partitions: partitions, volume: records * 100, sizes: 10...200),
                to: topic, on: source.bootstrapServers)
            try link.declare([.init(name: topic)], more: filters(prefix), configs: Self.configs)
            try await link.apply()
            let worker = try link.startWorker("a")
            try await link.waitUntilLevel(topic, probe)
            return worker
        }

        private func waitUntilEqual(_ groups: ProbedGroups, offsets: Int) async throws {
            var seen: GroupComparison?
            do {
                try await waitUntil("the offsets are equal", within: .seconds(30), every: .milliseconds(100)) {
                    seen = try await probe.compareOffsets(
                        of: groups, on: source.bootstrapServers, with: destination.bootstrapServers)
                    return seen == GroupComparison(offsets: offsets, different: 0, epochs: 0)
                }
            } catch {
                throw HarnessError("\(error): \(String(describing: seen)) \(try await link.run("status").output)")
            }
        }

        @Test func `forty groups stay level while they commit, and read on after a promotion`() async throws {
            let topic = uniqueName("groups")
            let prefix = uniqueName("group")
            let partitions = 60
            let worker = try await mirror(topic, partitions: partitions, records: 9_000, groups: prefix)
            let groups = ProbedGroups((0..<40).map { "\(prefix)-\($0)" }, topic: topic, partitions: partitions)
            let (load, watch) = (uniqueName("load"), uniqueName("watch"))
            async let loading: Void = probe.commitOnAndOn(groups, on: source.bootstrapServers, job: load)
            try await waitUntil("every group has committed", within: .seconds(60)) {
                try await probe.progress(of: load).acknowledged > 0
            }
            async let watching = probe.watchOffsets(
                of: groups, on: source.bootstrapServers, reaching: destination.bootstrapServers, job: watch)
            try await waitUntil("it was looked six times", within: .seconds(120), every: .milliseconds(100)) {
                try await probe.progress(of: watch).acknowledged >= 6
            }
            try await probe.stopProduction(watch)
            let times = try await watching.sorted()
            let rounds = try await probe.progress(of: load).acknowledged
            try await probe.stopProduction(load)
            try await loading
            print("40 groups, 60 partitions: \(times) ms while \(rounds) rounds were committed")
            // One look may meet a moment at which the machine does something else; a sync without interest in its
            // interval would take 30 s.
            #expect(times.count >= 6 && times[times.count / 2] <= 1_000 + 2_000, "\(times)")
            #expect(times.allSatisfy { $0 <= 10_000 }, "\(times)")
            #expect(rounds >= 6)
            try await waitUntilEqual(groups, offsets: 2_400)

            // A last round right before the promotion, which the worker may or may not have seen.
            let positions = try await commitSpread(groups)
            try link.declare([.init(name: topic, state: "PROMOTED")], more: filters(prefix), configs: Self.configs)
            try await link.apply("--allow-irreversible")
            #expect(
                try await probe.compareOffsets(
                    of: groups, on: source.bootstrapServers, with: destination.bootstrapServers)
                    == GroupComparison(offsets: 2_400, different: 0, epochs: 0))
            for (groupProtocol, names) in [("classic", groups.names.prefix(30)), ("consumer", groups.names.suffix(10))]
            {
                let some = ProbedGroups(Array(names), topic: topic, partitions: partitions)
                let first = try await probe.resume(
                    some, on: destination.bootstrapServers, groupProtocol: groupProtocol)
                for name in names { #expect(first[name] == positions[name], "\(groupProtocol) \(name)") }
            }
            #expect(worker.exit == nil, "\(worker.errorOutput)")
            try await worker.stop()
        }

        /// Commits another offset for each group, and returns by group where a consumer has to read on.
        private func commitSpread(_ groups: ProbedGroups) async throws -> [String: [Int: Int64]] {
            let ends = try await probe.offsets(of: groups.topic, on: source.bootstrapServers).ends
            var positions: [String: [Int: Int64]] = [:]
            for (number, name) in groups.names.enumerated() {
                // Every group stands elsewhere; the first stands at the end, where nothing is left to read.
                let offsets = ends.mapValues { number == 0 ? $0 : $0 * Int64(number) / Int64(groups.names.count) }
                try await probe.commit(group: name, topic: groups.topic, on: source.bootstrapServers, offsets)
                positions[name] = offsets.filter { $0.value < ends[$0.key] ?? 0 }
            }
            return positions
        }

        @Test func `a failover lowers offsets that lie behind the mirror's end`() async throws {
            let topic = uniqueName("lowered")
            let group = uniqueName("group")
            let groups = ProbedGroups([group], topic: topic, partitions: 2)
            let worker = try await mirror(topic, partitions: 2, records: 200, groups: group)
            try await worker.stop()
            let ends = try await probe.offsets(of: topic, on: destination.bootstrapServers).ends
            let (first, second) = (ends[0] ?? -1, ends[1] ?? -1)
            try await probe.commit(
                group: group, topic: topic, on: destination.bootstrapServers, [0: first + 5, 1: second - 3])
            try link.declare([.init(name: topic, state: "FAILED_OVER")], more: filters(group), configs: Self.configs)
            try await link.apply("--allow-irreversible")
            #expect(
                try await probe.committed(group: group, topic: topic, on: destination.bootstrapServers)
                    == [0: first, 1: second - 3])
            let resumed = try await probe.resume(groups, on: destination.bootstrapServers, groupProtocol: "classic")
            #expect(resumed == [group: [1: second - 3]])
        }

        @Test(.enabled(if: KafkaInstallation.release("2.8") != nil && KafkaInstallation.release("3.9") != nil))
        func `groups of an old cluster move to a newer one`() async throws {
            let old = try await SharedClusters.cluster(try KafkaInstallation.required("2.8"), .source)
            let new = try await SharedClusters.cluster(try KafkaInstallation.required("3.9"), .destination)
            let link = try LinkFixture(source: old, destination: new)
            let topic = uniqueName("old")
            let prefix = uniqueName("group")
            let groups = ProbedGroups((0..<4).map { "\(prefix)-\($0)" }, topic: topic, partitions: 3)
            try await probe.createTopic(topic, on: link.source, partitions: 3)
            try await probe.produce(
                RecordMix(records: 300, partitions: 3, volume: 30_000, sizes: 10...200), to: topic, on: link.source)
            try link.declare([.init(name: topic)], more: filters(prefix), configs: Self.configs)
            try await link.apply()
            let worker = try link.startWorker("a")
            let offsets: [Int: Int64] = [0: 3, 1: 4, 2: 5]
            for name in groups.names { try await probe.commit(group: name, topic: topic, on: link.source, offsets) }
            try await link.waitUntilLevel(topic, probe)
            try link.declare([.init(name: topic, state: "PROMOTED")], more: filters(prefix), configs: Self.configs)
            try await link.apply("--allow-irreversible")
            let resumed = try await probe.resume(groups, on: link.destination, groupProtocol: "classic")
            #expect(resumed == Dictionary(uniqueKeysWithValues: groups.names.map { ($0, offsets) }))
            try await worker.stop()
        }

        @Test(arguments: ["classic", "consumer"])
        func `a group at work on the destination is left alone until it leaves`(_ groupProtocol: String) async throws {
            let topic = uniqueName("active")
            let group = uniqueName("group")
            let groups = ProbedGroups([group], topic: topic, partitions: 2)
            let other = ProbedGroups([group + "-other"], topic: topic, partitions: 2)
            let worker = try await mirror(topic, partitions: 2, records: 200, groups: group)
            let (here, there) = (uniqueName("here"), uniqueName("there"))
            // A consumer of the source, at work there, is synced as long as nobody works on the destination.
            async let consuming: Void = probe.holdMember(
                of: groups, on: source.bootstrapServers, groupProtocol: groupProtocol, commits: true, job: here)
            try await waitUntilEqual(groups, offsets: 2)

            async let holding: Void = probe.holdMember(
                of: groups, on: destination.bootstrapServers, groupProtocol: groupProtocol, job: there)
            try await waitUntil("the status tells that the group is in use", within: .seconds(60)) {
                let status = try await link.run("status", "-o", "json").output
                return status.contains("CONSUMER_GROUP_IN_USE_ERROR") && status.contains(group)
            }
            try await probe.stopProduction(here)
            try await consuming
            let before = try await probe.committed(group: group, topic: topic, on: destination.bootstrapServers)
            try await probe.commit(group: group, topic: topic, on: source.bootstrapServers, [0: 1, 1: 2])
            // One pass looks at all groups: when the other one's commit has come, this group was passed by.
            try await probe.commit(group: other.names[0], topic: topic, on: source.bootstrapServers, [0: 3, 1: 4])
            try await waitUntilEqual(other, offsets: 2)
            #expect(
                try await probe.committed(group: group, topic: topic, on: destination.bootstrapServers) == before)
            try await probe.stopProduction(there)
            try await holding
            try await waitUntilEqual(groups, offsets: 2)
            #expect(
                try await probe.committed(group: group, topic: topic, on: destination.bootstrapServers) == [0: 1, 1: 2])
            try await worker.stop()
        }
    }
}
