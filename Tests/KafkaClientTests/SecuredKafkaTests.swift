import Bytes
import Credentials
import EventLoop
import KafkaClient
import KafkaConnection
import KafkaModel
import KafkaRecords
import Synchronization
import TLS
import TestSupport
import Testing

/// What is spoken with brokers that demand TLS and SASL.
@Suite("Secured Kafka", .enabled(if: KafkaInstallation.release("4.") != nil), .serialized, .timeLimit(.minutes(10)))
struct SecuredKafkaTests {
    static let releases = KafkaInstallation.all.filter { !$0.usesZooKeeper }

    static func cluster(_ installation: KafkaInstallation) async throws -> SecuredCluster {
        try await SharedClusters.secured(installation, .source)
    }

    /// Writes a record and reads it again.
    private static func exchange(_ client: ClusterClient, _ topic: String, _ value: String) async throws {
        let partition = TopicPartition(topic: topic, partition: 0)
        let appended = try await client.retrying { (client) async throws(ClientError) in
            try await client.produceOnce(partition, batch([value]))
        }
        let fetched = try await client.fetchOnce(
            partition, from: appended.baseOffset, maximumBytes: 1 << 20, isolation: .readUncommitted,
            maximumWaitMs: 5_000)
        #expect(fetched.records.array.contains(Array(value.utf8)), "\(value)")
        await client.close()
        client.loop.stop()
    }

    @Test(arguments: releases)
    func `every way in carries records`(_ installation: KafkaInstallation) async throws {
        let secured = try await Self.cluster(installation)
        let topic = uniqueName("ways")
        try await KafkaProbe.shared().createTopic(topic, on: secured.cluster.bootstrapServers)
        for mechanism in SecuredListener.secure.mechanisms {
            let security = ConnectionSecurity(tls: try secured.tls(), sasl: SecuredCluster.credentials(mechanism))
            try await Self.exchange(secured.client(.secure, security), topic, "over \(mechanism)")
        }
        let mutual = ConnectionSecurity(tls: try secured.tls(identity: try await secured.identity("admin")))
        try await Self.exchange(secured.client(.mutual, mutual), topic, "over mutual TLS")
        let scram = ConnectionSecurity(sasl: SecuredCluster.credentials("SCRAM-SHA-512"))
        try await Self.exchange(secured.client(.bare, scram), topic, "over SCRAM without TLS")
        let plain = ConnectionSecurity(sasl: SecuredCluster.credentials("PLAIN"), allowsPlainWithoutTLS: true)
        try await Self.exchange(secured.client(.bare, plain), topic, "over PLAIN without TLS, as permitted")
        let address = "127.0.0.1:\(secured.ports(.secure)[0])"
        let byAddress = ConnectionSecurity(tls: try secured.tls(), sasl: SecuredCluster.credentials("PLAIN"))
        try await Self.exchange(secured.client(address, FixedSecurity(byAddress)), topic, "to an address")
    }

    @Test(arguments: releases)
    func `a large record arrives over TLS, and is read`(_ installation: KafkaInstallation) async throws {
        let secured = try await Self.cluster(installation)
        let topic = uniqueName("large")
        try await KafkaProbe.shared().createTopic(topic, on: secured.cluster.bootstrapServers)
        let security = ConnectionSecurity(tls: try secured.tls(), sasl: SecuredCluster.credentials("SCRAM-SHA-256"))
        let client = try secured.client(.secure, security)
        let value = String(repeating: "0123456789abcdef", count: 60_000)
        let partition = TopicPartition(topic: topic, partition: 0)
        for offset in 0..<20 {
            let appended = try await client.retrying { (client) async throws(ClientError) in
                try await client.produceOnce(partition, batch([value]))
            }
            #expect(appended.baseOffset == Int64(offset))
        }
        let fetched = try await client.fetchOnce(
            partition, from: 0, maximumBytes: 32 << 20, isolation: .readUncommitted, maximumWaitMs: 5_000)
        #expect(fetched.records.count > 20 * value.utf8.count)
        await client.close()
        client.loop.stop()
    }

    @Test(arguments: releases)
    func `a password travels as it is, whatever it is made of`(_ installation: KafkaInstallation) async throws {
        let secured = try await Self.cluster(installation)
        let user = uniqueName("zoe")
        let password = "pässwörd;x™"
        try await secured.changePassword(of: user, to: password)
        for hash in SCRAMHash.allCases {
            let security = ConnectionSecurity(
                tls: try secured.tls(), sasl: .scram(hash, username: user, password: Secret(password)))
            let client = try secured.client(.secure, security)
            // The broker learns of a new user after the controller has acknowledged it.
            try await waitUntil("\(user) is let in") {
                do throws(ClientError) {
                    return try await !client.metadata([]).brokers.isEmpty
                } catch {
                    guard error.isRetriable || "\(error)".contains("Authentication failed") else { throw error }
                    return false
                }
            }
            await client.close()
            client.loop.stop()
        }
    }

    @Test(arguments: releases)
    func `sessions that end soon are authenticated again under load, and nothing is lost`(
        _ installation: KafkaInstallation
    ) async throws {
        let secured = try await Self.cluster(installation)
        let topic = uniqueName("sessions")
        try await KafkaProbe.shared().createTopic(topic, on: secured.cluster.bootstrapServers)
        for mechanism in ["SCRAM-SHA-512", "OAUTHBEARER"] {
            // A session is renewed some 0.3 s before its end: a busy machine may miss that now and then.
            var problems: [String] = []
            repeat {
                let provider = ChangingSecurity(
                    ConnectionSecurity(tls: try secured.tls(), sasl: SecuredCluster.credentials(mechanism)))
                let client = try secured.client(secured.servers(.brief), provider)
                do {
                    try await Self.load(client, TopicPartition(topic: topic, partition: 0), for: .seconds(8))
                    // One more for the bootstrap server, and every session of three seconds twice or more.
                    guard provider.asked >= 3 + 2 * 2 else { throw HarnessError("asked \(provider.asked) times") }
                    problems = []
                } catch {
                    problems.append("\(error)")
                }
                await client.close()
                client.loop.stop()
            } while !problems.isEmpty && problems.count < 3
            #expect(problems.isEmpty, "\(mechanism)")
        }
    }

    private final class Count: Sendable {
        private let state: Mutex<Int64>

        init(_ start: Int64) { state = Mutex(start) }

        var value: Int64 { state.withLock { $0 } }

        func add() { state.withLock { $0 += 1 } }
    }

    /// Appends records and waits for more at the end of the log at the same time; neither ever fails.
    private static func load(
        _ client: ClusterClient, _ partition: TopicPartition, for time: Duration
    ) async throws {
        let broker = try await client.retrying { (client) async throws(ClientError) in
            try await client.leader(of: partition).broker
        }
        let start = try await client.listOffsets([partition], .latest(.readUncommitted))[partition]?.get().offset ?? 0
        let produce = try await client.connection(to: broker, lane: .produce(0))
        let fetch = try await client.connection(to: broker, lane: .fetch(0))
        let end = ContinuousClock.now + time
        let appended = Count(start)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while ContinuousClock.now < end {
                    let expected = appended.value
                    let batch = try await client.produceOnce(partition, batch(["record \(expected)"]))
                    guard batch.baseOffset == expected else {
                        throw HarnessError("appended at \(batch.baseOffset), not \(expected)")
                    }
                    appended.add()
                }
            }
            group.addTask {
                // Longer than the margin before the session ends: the broker answers it first.
                while ContinuousClock.now < end {
                    _ = try await client.fetchOnce(
                        partition, from: appended.value, maximumBytes: 1 << 20, isolation: .readUncommitted,
                        maximumWaitMs: 700,
                        lane: .fetch(0))
                }
            }
            try await group.waitForAll()
        }
        guard appended.value > start + 100 else { throw HarnessError("appended \(appended.value - start) only") }
        // All of it went over the connections that were opened first.
        let ends = [await produce.ended, await fetch.ended]
        guard ends.allSatisfy({ $0 == nil }), try await client.connection(to: broker, lane: .produce(0)) === produce,
            try await client.connection(to: broker, lane: .fetch(0)) === fetch
        else { throw HarnessError("other connections: \(ends)") }
        let last = try await client.listOffsets([partition], .latest(.readUncommitted))[partition]?.get().offset
        #expect(last == appended.value)
    }

    @Test(arguments: releases)
    func `a client goes over to other servers and credentials`(_ installation: KafkaInstallation) async throws {
        let secured = try await Self.cluster(installation)
        let wrong = ConnectionSecurity(
            tls: try secured.tls(), sasl: .plain(username: "admin", password: Secret("former")))
        let client = try secured.client(secured.servers(.secure), FixedSecurity(wrong))
        await #expect(throws: ClientError.self) { _ = try await client.metadata([]) }
        let right = ConnectionSecurity(sasl: SecuredCluster.credentials("SCRAM-SHA-512"))
        let servers = secured.servers(.bare).split(separator: ",").compactMap { HostAndPort(String($0)) }
        await client.reconfigure(
            bootstrapServers: servers, options: ConnectionOptions(clientId: "renamed"), security: FixedSecurity(right))
        let metadata = try await client.metadata([])
        #expect(metadata.brokers.values.map(\.port) == secured.ports(.bare))
        #expect(client.options.clientId == "renamed")
        await client.close()
        client.loop.stop()
    }
}
