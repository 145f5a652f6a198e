import TestSupport
import Testing

@Suite("Secured clusters", .enabled(if: KafkaInstallation.release("4.") != nil), .serialized, .timeLimit(.minutes(5)))
struct SecuredClusterTests {
    private static let releases = KafkaInstallation.all.filter { !$0.usesZooKeeper }

    @Test(arguments: releases)
    func `let Kafka's own tools in over every listener, and nobody without rights`(
        _ installation: KafkaInstallation
    ) async throws {
        let secured = try await SharedClusters.secured(installation, .source)
        let topic = uniqueName("secured")
        try await KafkaProbe.shared().createTopic(topic, on: secured.cluster.bootstrapServers)
        let tools = KafkaTools(installation)
        func list(_ config: String, _ listener: SecuredListener) async throws -> CommandRun {
            try await tools.run(
                "kafka-topics.sh",
                ["--bootstrap-server", secured.servers(listener), "--command-config", config, "--list"])
        }
        for mechanism in SecuredListener.secure.mechanisms {
            let run = try await list(secured.commandConfig("admin", mechanism: mechanism), .secure)
            #expect(run.output.contains(topic), "\(mechanism): \(run.output)\(run.errorOutput)")
        }
        let mutual = try await list(secured.commandConfig("admin", .mutual), .mutual)
        #expect(mutual.output.contains(topic), "\(mutual.output)\(mutual.errorOutput)")
        let stranger = try await list(secured.commandConfig("bob", .bare), .bare)
        #expect(stranger.exit == .code(0) && !stranger.output.contains(topic))
        try await secured.allow("bob", ["--operation", "Describe", "--topic", topic])
        let known = try await list(secured.commandConfig("bob", .brief), .brief)
        #expect(known.output.contains(topic), "\(known.output)\(known.errorOutput)")
        let expired = try await list(secured.commandConfig("bob", .expired), .expired)
        #expect(expired.exit != .code(0) && (expired.output + expired.errorOutput).contains("expired"))
    }
}
