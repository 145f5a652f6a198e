import Credentials
import EmbeddedBroker
import KafkaConnection
import KafkaProtocol
import TestSupport
import Testing

/// Sessions that end and are renewed (KIP-368), asked of the embedded broker and of real ones.
@Suite("Session conformance", .timeLimit(.minutes(5)), .serialized)
struct SessionConformanceTests {
    /// A connection whose session is as old as the listener lets it become, with others beside it.
    private static func withExpired(
        _ cluster: ConformanceCluster, _ mechanism: String = "PLAIN",
        _ body: (ListenerSite, Connection) async throws -> Void
    ) async throws {
        try await ListenerSite.run(cluster, .brief) { site in
            let connection = try await site.connect()
            let answer = try await connection.exchange(ListenerSite.credentials("alice", mechanism))
            // What is left of a token of an hour is more.
            #expect(answer.sessionLifetimeMs == ListenerSite.briefMs)
            // Whoever began later is let go only when this session is over, too.
            let later = try await site.connect()
            #expect(try await later.exchange(ListenerSite.credentials("bob")).errorCode == 0)
            await site.broker?.advanceClock(byMs: ListenerSite.briefMs)
            try await waitUntil("the later session is over") {
                let isLetIn = await later.isLetIn()
                return !isLetIn
            }
            try await later.waitUntilClosed()
            try await body(site, connection)
            await connection.close()
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `a session that is over is renewed, by its user only, and not twice at once`(
        _ cluster: ConformanceCluster
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for mechanism in ["PLAIN", "SCRAM-SHA-512", "OAUTHBEARER"] {
                group.addTask { try await Self.renewTwice(cluster, mechanism) }
            }
            try await group.waitForAll()
        }
    }

    private static func renewTwice(_ cluster: ConformanceCluster, _ mechanism: String) async throws {
        try await withExpired(cluster, mechanism) { _, connection in
            let start = ContinuousClock.now
            let alice = ListenerSite.credentials("alice", mechanism)
            #expect(try await connection.exchange(alice).sessionLifetimeMs == ListenerSite.briefMs)
            let isLetIn = await connection.isLetIn()
            // The new session, too, lasts three seconds only.
            if start.duration(to: .now) < .milliseconds(2_500) { #expect(isLetIn) }
            let soon = try await connection.choose(mechanism)
            // On a machine that is busy with other things more than the second may have passed.
            guard start.duration(to: .now) < .seconds(1) else { return }
            #expect(ErrorCode(soon.errorCode) == .illegalSaslState)
            let isStillLetIn = await connection.isLetIn()
            if start.duration(to: .now) < .milliseconds(2_500) { #expect(isStillLetIn) }
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `a request on a session that is over closes the connection`(_ cluster: ConformanceCluster) async throws {
        try await Self.withExpired(cluster) { _, connection in
            await #expect(throws: ConnectionError.self) { _ = try await connection.send(MetadataRequest()) }
            try await connection.waitUntilClosed()
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `versions are not told within a renewal`(_ cluster: ConformanceCluster) async throws {
        try await ListenerSite.run(cluster, .brief) { site in
            let connection = try await site.connect()
            #expect(try await connection.exchange(ListenerSite.credentials("alice")).errorCode == 0)
            #expect(try await connection.choose("PLAIN").errorCode == 0)
            let answer = try await connection.send(ApiVersionsRequest(), maximumVersion: 0)
            #expect(ErrorCode(answer.errorCode) == .illegalSaslState)
            try await connection.waitUntilClosed()
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `who renews as another, or otherwise, has to go`(_ cluster: ConformanceCluster) async throws {
        try await ListenerSite.run(cluster, .brief) { site in
            let cases: [(SASLCredentials, String)] = [
                (
                    ListenerSite.credentials("bob"),
                    "Cannot change principals during re-authentication from User.alice: User.bob"
                ),
                (
                    .plain(username: "alice", password: Secret("wrong")),
                    "Authentication failed: Invalid username or password"
                ),
            ]
            for (credentials, said) in cases {
                let connection = try await site.connect()
                #expect(try await connection.exchange(ListenerSite.credentials("alice")).errorCode == 0)
                let answer = try await connection.exchange(credentials)
                #expect(ErrorCode(answer.errorCode) == .saslAuthenticationFailed)
                #expect(answer.errorMessage == said)
                try await connection.waitUntilClosed()
            }
            let scram = try await site.connect()
            #expect(try await scram.exchange(ListenerSite.credentials("alice", "SCRAM-SHA-256")).errorCode == 0)
            let wrong = try await scram.exchange(
                .scram(.sha256, username: "alice", password: Secret("wrong")))
            #expect(
                wrong.errorMessage
                    == "Authentication failed during re-authentication due to invalid credentials with SASL mechanism "
                    + "SCRAM-SHA-256")
            try await scram.waitUntilClosed()
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `a session stays with its mechanism`(_ cluster: ConformanceCluster) async throws {
        try await ListenerSite.run(cluster, .brief) { site in
            let connection = try await site.connect()
            #expect(try await connection.exchange(ListenerSite.credentials("alice")).errorCode == 0)
            // The mechanism is on, so that nothing is said against it until it is used.
            #expect(try await connection.choose("SCRAM-SHA-256").errorCode == 0)
            await #expect(throws: ConnectionError.self) {
                _ = try await connection.say(Array("n,,n=alice,r=abc".utf8))
            }
            try await connection.waitUntilClosed()
            let unknown = try await site.connect()
            #expect(try await unknown.exchange(ListenerSite.credentials("alice")).errorCode == 0)
            await #expect(throws: ConnectionError.self) { _ = try await unknown.choose("GSSAPI") }
            try await unknown.waitUntilClosed()
        }
    }
}
