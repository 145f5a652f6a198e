import TestSupport
import Testing

@Suite("Kafka's tools", .enabled(if: KafkaInstallation.isGiven), .serialized, .timeLimit(.minutes(5)))
struct KafkaToolsTests {
    @Test(arguments: KafkaInstallation.all)
    func `write, read and describe records`(_ installation: KafkaInstallation) async throws {
        let cluster = try await SharedClusters.cluster(installation, .source)
        let servers = cluster.bootstrapServers
        let topic = uniqueName("tools")
        try await KafkaProbe.shared().createTopic(topic, on: servers)
        let tools = KafkaTools(installation)
        try await tools.produce(["a:1", "b:2", "c:3"], to: topic, on: servers, separator: ":")
        let lines = try await tools.consume(3, from: topic, on: servers)
        #expect(lines.count == 3)
        let last = lines.last ?? ""
        #expect(last.hasPrefix("CreateTime:") && last.hasSuffix("c\t3"), "\(last)")
        #expect(last.contains("Offset:2"), "\(last)")
        #expect(try await tools.topics(on: servers, "--list").split(separator: "\n").contains(topic[...]))
        let segment = await "\(cluster.dataFolder(broker: 1))/\(topic)-0/00000000000000000000.log"
        #expect(try await tools.dumpLog([segment]).contains("lastOffset: 2"))
    }

    @Test func `a groups tool that failed with code 0 has failed`() async throws {
        let installation = try KafkaInstallation.required()
        let cluster = try await SharedClusters.cluster(installation, .source)
        let nobody = uniqueName("nobody")
        let error = await #expect(throws: HarnessError.self) {
            try await KafkaTools(installation).consumerGroups(
                on: cluster.bootstrapServers, "--describe", "--group", nobody)
        }
        #expect(error?.description.contains("Error:") == true, "\(String(describing: error))")
    }
}
