import TestSupport
import Testing

extension EndToEnd {
    /// What plans and applies must leave alone.
    @Suite("Safety of plans", .serialized, .timeLimit(.minutes(5)))
    struct PlanSafetyTests {
        let kafka: KafkaInstallation
        let source: RealCluster
        let destination: RealCluster
        let probe: KafkaProbe
        let link: LinkFixture

        init() async throws {
            kafka = try KafkaInstallation.required()
            source = try await SharedClusters.cluster(kafka, .source)
            destination = try await SharedClusters.cluster(kafka, .destination)
            probe = try await KafkaProbe.shared(kafka)
            link = try LinkFixture(source: source, destination: destination)
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

        @Test func `a plan writes nothing`() async throws {
            let topic = uniqueName("planned")
            try await probe.createTopic(topic, on: source.bootstrapServers, partitions: 2)
            try link.declare([.init(name: topic)])
            let before = try await (
                probe.describeCluster(source.bootstrapServers), probe.describeCluster(destination.bootstrapServers)
            )
            let plan = try await link.run("plan", "--detailed-exitcode")
            #expect(plan.exitCode == 2, "\(plan.output)\(plan.errorOutput)")
            let after = try await (
                probe.describeCluster(source.bootstrapServers), probe.describeCluster(destination.bootstrapServers)
            )
            #expect(before.0 == after.0)
            #expect(before.1 == after.1)
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

        @Test func `of two applies at once one wins and the other changes nothing`() async throws {
            let first = uniqueName("race")
            try await probe.createTopic(first, on: source.bootstrapServers, partitions: 1)
            try link.declare([.init(name: first)])
            async let one = link.run("apply", "--auto-approve")
            async let two = link.run("apply", "--auto-approve")
            let codes = try await [one, two].map { ($0.exitCode ?? -1, $0.output + $0.errorOutput) }
            // One after the other is allowed too: then the second finds nothing to do.
            let sorted = codes.map(\.0).sorted()
            #expect(sorted == [0, 5] || sorted == [0, 0], "\(codes)")
            let plan = try await link.run("plan", "--detailed-exitcode")
            #expect(plan.exitCode == 0, "\(plan.output)")
        }
    }
}
