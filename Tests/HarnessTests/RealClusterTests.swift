import TestSupport
import Testing

@Suite("Real clusters", .enabled(if: KafkaInstallation.isGiven), .serialized, .timeLimit(.minutes(5)))
struct RealClusterTests {
    @Test(arguments: KafkaInstallation.all)
    func `a broker takes records, is killed, and still has them`(_ installation: KafkaInstallation) async throws {
        let cluster = try await RealCluster.start(installation)
        let probe = try await KafkaProbe.shared()
        let servers = cluster.bootstrapServers
        try await probe.createTopic("numbers", on: servers, partitions: 3, configs: ["retention.ms": "86400000"])
        let mix = RecordMix(records: 2000, partitions: 3, volume: 6_000_000)
        let written = try await probe.produce(mix, to: "numbers", on: servers)
        #expect(written.acknowledged == 2000)
        #expect(written.failure == "")
        let before = try await probe.dump("numbers", on: servers)
        #expect(before.records == 2000)
        #expect(Set(before.partitions.keys) == [0, 1, 2])

        let old = await cluster.processIDs
        try await cluster.kill(broker: 1)
        #expect(!isRunning(pid: old[0]))
        try await cluster.restart(broker: 1)
        let after = try await probe.dump("numbers", on: servers)
        #expect(after.partitions == before.partitions)
        #expect(try after.firstDifference(from: before) == nil)
        let topic = try await probe.describeTopic("numbers", on: servers)
        #expect(topic.leaders == [0: 1, 1: 1, 2: 1])
        #expect(topic.configs == ["retention.ms": "86400000"])

        let pids = await cluster.processIDs
        await cluster.stop()
        for pid in pids { #expect(!isRunning(pid: pid)) }
    }
}
