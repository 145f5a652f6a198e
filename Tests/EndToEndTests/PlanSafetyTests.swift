import TestSupport
import Testing

extension EndToEnd {
    /// What plans and applies must leave alone.
    @Suite("Safety of plans", .serialized, .timeLimit(.minutes(5)))
    struct PlanSafetyTests: SharedSiteSuite {
        let site: SharedSite

        init() async throws {
            site = try await SharedSite()
        }

        @Test func `a topic that is not ours is blocked and untouched`() async throws {
            let topic = uniqueName("theirs")
            try await probe.createTopic(topic, on: source.bootstrapServers, partitions: 2)
            try await probe.createTopic(topic, on: destination.bootstrapServers, partitions: 1)
            let before = try await probe.describeTopic(topic, on: destination.bootstrapServers)
            try link.declare([.init(name: topic)])
            let plan = try await link.run("plan")
            #expect(plan.output.contains("cannot turn a writable topic into a mirror"), "\(plan.output)")
            let apply = try await link.run("apply", "--auto-approve")
            #expect(apply.exitCode == 3, "\(apply.output)\(apply.errorOutput)")
            #expect(try await probe.describeTopic(topic, on: destination.bootstrapServers) == before)
        }

        @Test func `a wrong cluster id stops everything`() async throws {
            let topic = uniqueName("elsewhere")
            try await probe.createTopic(topic, on: source.bootstrapServers, partitions: 1)
            try link.declare([.init(name: topic)], clusterId: "AAAAAAAAAAAAAAAAAAAAAA")
            let apply = try await link.run("apply", "--auto-approve")
            #expect(apply.exitCode == 1 || apply.exitCode == 3, "\(apply.exit)")
            #expect((apply.output + apply.errorOutput).contains("AAAAAAAAAAAAAAAAAAAAAA"))
            let names = try await probe.describeCluster(destination.bootstrapServers).topics
            #expect(!names.contains { "\($0)".contains(topic) })
        }

        /// The second apply begins a little later in each round.
        @Test func `of two applies at once one wins and the other changes nothing`() async throws {
            for round in 0..<8 {
                let topics = (0..<3).map { _ in uniqueName("race") }
                for topic in topics {
                    try await probe.createTopic(topic, on: source.bootstrapServers, partitions: 1)
                }
                try link.declare(topics.map { LinkFixture.Topic(name: $0) })
                async let one = link.run("apply", "--auto-approve")
                async let two = apply(after: .milliseconds(round * 20))
                let ends = try await [one, two].map { ($0.exitCode ?? -1, $0.output + $0.errorOutput) }
                // One after the other is allowed too: then the second finds nothing to do.
                let codes = ends.map(\.0).sorted()
                #expect(codes == [0, 5] || codes == [0, 0], "round \(round): \(ends)")
                let winners = ends.filter { end in
                    end.1.split(separator: "\n").contains {
                        $0.contains("mirror topic race") && $0.contains(". done ") && !$0.hasSuffix("already")
                    }
                }
                #expect(winners.count == 1, "round \(round): \(ends)")
                let plan = try await link.run("plan", "--detailed-exitcode")
                #expect(plan.exitCode == 0, "\(plan.output)")
            }
        }

        @Test func `a plan beside an apply takes nothing for somebody else's`() async throws {
            for round in 0..<6 {
                let topics = (0..<3).map { _ in uniqueName("beside") }
                for topic in topics {
                    try await probe.createTopic(topic, on: source.bootstrapServers, partitions: 1)
                }
                try link.declare(topics.map { LinkFixture.Topic(name: $0) })
                async let applying = link.run("apply", "--auto-approve")
                async let planning = plan(after: .milliseconds(20 + round * 25))
                let (applied, planned) = try await (applying, planning)
                #expect(applied.exitCode == 0, "\(applied.output)\(applied.errorOutput)")
                #expect(
                    planned.exitCode == 0 || planned.exitCode == 2, "\(planned.output)\(planned.errorOutput)")
            }
        }

        private func apply(after delay: Duration) async throws -> CommandRun {
            try await pause(delay)
            return try await link.run("apply", "--auto-approve")
        }

        private func plan(after delay: Duration) async throws -> CommandRun {
            try await pause(delay)
            return try await link.run("plan", "--detailed-exitcode")
        }

        private func pause(_ time: Duration) async throws {
            let end = ContinuousClock.now + time
            try await waitUntil("it is time", every: .milliseconds(2)) { .now >= end }
        }
    }
}
