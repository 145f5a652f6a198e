import Credentials
import EventLoop
import KafkaClient
import KafkaConnection
import KafkaModel
import TestSupport
import Testing

extension SecuredKafkaTests {
    private static let operations: [AclOperation] = [.read, .write, .create, .alter, .describeConfigs, .alterConfigs]

    /// A user of whom no ACL says anything yet; tokens without signature name any.
    private func client(_ user: String, _ secured: SecuredCluster) throws -> ClusterClient {
        let token = SASLCredentials.oauthBearer(token: Secret(SecuredCluster.unsecuredToken(user)))
        return try secured.client(.secure, ConnectionSecurity(tls: try secured.tls(), sasl: token))
    }

    /// Each right is told apart from all others, and asking makes no topic.
    @Test(arguments: releases)
    func `tells what is permitted on topics that do not exist`(_ installation: KafkaInstallation) async throws {
        let secured = try await Self.cluster(installation)
        let servers = secured.cluster.bootstrapServers
        let probe = try await KafkaProbe.shared()
        let (user, topic) = (uniqueName("user"), uniqueName("absent"))
        let client = try client(user, secured)
        for operation in Self.operations {
            #expect(try await client.permits(operation, onAbsent: [topic]) == [topic: false], "\(operation)")
        }
        #expect(try await client.mayWrite(transactionalId: topic) == false)
        for right in Self.operations {
            let acl = "TOPIC \(topic) LITERAL User:\(user) * \(right.kafkaName) ALLOW"
            try await probe.addAcls(acl, on: servers)
            try await waitUntil("\(right.kafkaName) counts", within: .seconds(10)) {
                try await client.permits(right, onAbsent: [topic]) == [topic: true]
            }
            for other in Self.operations {
                let expected = right.allows(other)
                #expect(
                    try await client.permits(other, onAbsent: [topic]) == [topic: expected],
                    "\(other) with \(right)")
            }
            try await probe.removeAcls(acl, on: servers)
            try await waitUntil("\(right.kafkaName) is gone", within: .seconds(10)) {
                try await client.permits(right, onAbsent: [topic]) == [topic: false]
            }
        }
        let several = "TOPIC \(topic)- PREFIXED User:\(user) * WRITE ALLOW"
        try await probe.addAcls(several, "TRANSACTIONAL_ID \(topic) LITERAL User:\(user) * WRITE ALLOW", on: servers)
        try await waitUntil("a prefix counts", within: .seconds(10)) {
            try await client.permits(.write, onAbsent: ["\(topic)-1", "\(topic)-2", topic])
                == ["\(topic)-1": true, "\(topic)-2": true, topic: false]
        }
        #expect(try await client.mayWrite(transactionalId: topic) == true)
        let admin = try secured.client(
            .secure, ConnectionSecurity(tls: try secured.tls(), sasl: SecuredCluster.credentials("PLAIN")))
        #expect(try await !admin.listTopicNames().contains { $0.hasPrefix(topic) })
        for client in [client, admin] {
            await client.close()
            client.loop.stop()
        }
    }

    /// What an existing topic holds stays as it is when it is asked about as if it did not exist.
    @Test func `asking changes nothing about a topic that exists`() async throws {
        let secured = try await Self.cluster(KafkaInstallation.required("4."))
        let servers = secured.cluster.bootstrapServers
        let probe = try await KafkaProbe.shared()
        let (user, topic) = (uniqueName("user"), uniqueName("there"))
        try await probe.createTopic(topic, on: servers)
        let before = try await probe.describeTopic(topic, on: servers)
        try await probe.addAcls("TOPIC \(topic) LITERAL User:\(user) * ALL ALLOW", on: servers)
        let client = try client(user, secured)
        for operation in Self.operations {
            try await waitUntil("\(operation) is told", within: .seconds(10)) {
                try await client.permits(operation, onAbsent: [topic]) == [topic: true]
            }
        }
        let after = try await probe.describeTopic(topic, on: servers)
        #expect(after.configs == before.configs)
        #expect(try await probe.offsets(of: topic, on: servers).ends == [0: 0])
        await client.close()
        client.loop.stop()
    }
}
