import Bytes
import Credentials
import EmbeddedBroker
import Foundation
import KafkaConnection
import KafkaProtocol
import KafkaRecords
import TLS
import TestSupport
import Testing

/// What tests can change on the embedded broker's listener while it runs, and bytes that are no TLS.
@Suite("Listener", .timeLimit(.minutes(2)))
struct ListenerTests {
    private func refusal(_ site: ListenerSite, _ credentials: SASLCredentials) async throws -> String {
        let error = await #expect(throws: ConnectionError.self) { try await site.connect(credentials) }
        return "\(try present(error))"
    }

    @Test func `a password that is changed holds for those who come`() async throws {
        try await ListenerSite.embedded(.secure) { site in
            let broker = try present(site.broker)
            let scram = SASLCredentials.scram(.sha512, username: "alice", password: Secret("another"))
            let plain = SASLCredentials.plain(username: "alice", password: Secret("another"))
            let early = try await site.connect(ListenerSite.credentials("alice"))
            for credentials in [scram, plain] {
                let refusal = try await refusal(site, credentials)
                #expect(refusal.contains("Authentication failed"), "\(refusal)")
            }
            try await broker.setPassword(Secret("another"), of: "alice")
            for credentials in [scram, plain] { try await site.connect(credentials).close() }
            #expect(try await refusal(site, ListenerSite.credentials("alice")).contains("Invalid username or password"))
            #expect(await early.isLetIn())
            try await broker.setPassword(nil, of: "alice")
            #expect(try await refusal(site, plain).contains("Invalid username or password"))
            await early.close()
        }
    }

    @Test func `large records go both ways over TLS`() async throws {
        try await ListenerSite.embedded(.secure) { site in
            let connection = try await site.connect(ListenerSite.credentials("admin"))
            let session = Session(connection: connection, port: site.port, loop: site.loop)
            let topic = try await session.newTopic("large", ["max.message.bytes": "4000000"])
            let values = (0..<6).map { number in
                String(repeating: "\(number)123456789abcdef", count: 200_000)
            }
            for value in values {
                var builder = RecordBatchBuilder()
                builder.append(timestamp: 1, key: nil, value: ByteSlice(Array(value.utf8)))
                #expect(try await session.produce(builder.build(), to: topic).errorCode == 0)
            }
            let stored = try present(await site.broker?.storedBatches(topic))
            #expect(stored.count == values.count)
            // More than a socket takes at once, for several at the same time.
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        let other = try await site.connect(ListenerSite.credentials("admin", "SCRAM-SHA-256"))
                        let fetched = try await Session(connection: other, port: site.port, loop: site.loop).fetch(
                            topic, maxBytes: 50_000_000, partitionMaxBytes: 50_000_000)
                        #expect(fetched.records?.array == stored.flatMap { $0.slice.array })
                        await other.close()
                    }
                }
                try await group.waitForAll()
            }
            await connection.close()
        }
    }

    @Test func `a mechanism that is switched off is not offered any more`() async throws {
        try await ListenerSite.embedded(.secure) { site in
            await site.broker?.setMechanisms([.oauthBearer, .scram(.sha256), .scram(.sha512)])
            #expect(
                try await refusal(site, ListenerSite.credentials("alice")).contains(
                    "does not offer the SASL mechanism PLAIN on this listener; it offers OAUTHBEARER, SCRAM-SHA-256, "
                        + "SCRAM-SHA-512."))
            try await site.connect(ListenerSite.credentials("alice", "SCRAM-SHA-256")).close()
        }
    }

    @Test func `sessions can be ended at any time`() async throws {
        try await ListenerSite.embedded(.bare) { site in
            let connection = try await site.connect(ListenerSite.credentials("alice"))
            #expect(await connection.isLetIn())
            await site.broker?.expireSessions()
            #expect(try await connection.exchange(ListenerSite.credentials("alice")).errorCode == 0)
            #expect(await connection.isLetIn())
            await site.broker?.expireSessions()
            #expect(await !connection.isLetIn())
            try await connection.waitUntilClosed()
        }
    }

    @Test func `a certificate that is replaced is shown to those who come`() async throws {
        try await ListenerSite.embedded(.secure) { site in
            let early = try await site.connect(ListenerSite.credentials("alice"))
            let other = try await site.authority.issue(commonName: "elsewhere", names: "DNS:elsewhere.example")
            await site.broker?.replaceTLS(try TLSContext.server(try other.identity()))
            #expect(
                try await refusal(site, ListenerSite.credentials("alice")).contains(
                    "its certificate is for elsewhere.example, not for 127.0.0.1."))
            #expect(await early.isLetIn())
            await early.close()
        }
    }

    @Test func `a certificate that is only asked for makes the principal of those who have one`() async throws {
        let authorities = try fileBytes(try await CertificateAuthority.shared().certificateFile)
        let own = try await CertificateAuthority.shared().issue(commonName: "localhost").identity()
        try await ListenerSite.embedded(
            .mutual,
            configure: { $0.tls = try TLSContext.server(own, clients: .requested(authorities: authorities)) }
        ) { site in
            let admin = try await site.authority.issue(commonName: "admin").identity()
            for (identity, code) in [(nil, ErrorCode.clusterAuthorizationFailed), (admin, ErrorCode(0))] {
                let connection = try await site.connect(identity: identity)
                let session = Session(connection: connection, port: site.port, loop: site.loop)
                let answer = try await session.createAcls([AclCodes(name: "any")])
                #expect(answer.map { $0.prefix { $0 != " " } } == ["\(code.rawValue)"])
                await connection.close()
            }
        }
    }

    @Test func `bytes that are no TLS end their connection and nothing else`() async throws {
        try await ListenerSite.embedded(.secure) { site in
            let early = try await site.connect(ListenerSite.credentials("alice"))
            let seed = testSeed(1)
            var generator = SeededGenerator(seed: seed)
            // A ClientHello begins like this; of what follows nothing fits.
            let beginnings: [[UInt8]] = [
                Array("GET / HTTP/1.1\r\n\r\n".utf8), [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3], [],
            ]
            for turn in 0..<60 {
                let raw = try RawConnection(port: site.port)
                let noise = (0..<600).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
                try? raw.send(bytes: beginnings[turn % beginnings.count] + noise)
                raw.finish()
                try raw.readToEnd()
            }
            #expect(await early.isLetIn())
            try await site.connect(ListenerSite.credentials("alice")).close()
            await early.close()
        }
    }
}
