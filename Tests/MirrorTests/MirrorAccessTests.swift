import Credentials
import EmbeddedBroker
import KafkaClient
import KafkaConnection
import KafkaModel
import Synchronization
import TestSupport
import Testing

@testable import Mirror

/// The ways to both clusters change, or are shut for a while.
@Suite("Mirror engine and access", .timeLimit(.minutes(1)))
struct MirrorAccessTests {
    /// Lets connections through or not, and counts.
    private final class Gate: SecurityProvider {
        private let state = Mutex<(isOpen: Bool, asked: Int)>((true, 0))

        var asked: Int { state.withLock { $0.asked } }

        func set(isOpen: Bool) { state.withLock { $0 = (isOpen, 0) } }

        func current() async throws(SecurityError) -> ConnectionSecurity {
            let isOpen = state.withLock {
                $0.asked += 1
                return $0.isOpen
            }
            // A password that would be sent unencrypted is refused for good, until somebody mends it.
            return ConnectionSecurity(sasl: isOpen ? nil : .plain(username: "u", password: Secret("p")))
        }
    }

    private static func reconfigure(_ client: ClusterClient, _ broker: EmbeddedBroker, _ gate: Gate = Gate()) async {
        await client.reconfigure(
            bootstrapServers: [HostAndPort(host: broker.host, port: broker.port)], options: client.options,
            security: gate)
    }

    @Test func `goes over to other ways in the middle of the work, without loss or duplicate`() async throws {
        try await MirrorPair.run { pair in
            await pair.engine.setTargets(await pair.createTopic(partitions: 2))
            for round in 0..<6 {
                await pair.write(30, to: "orders", 0)
                await pair.write(30, to: "orders", 1)
                if round % 2 == 0 { await Self.reconfigure(pair.paris, pair.source) }
                if round % 3 == 0 { await Self.reconfigure(pair.dublin, pair.destination) }
            }
            try await pair.waitUntilCopied(partitions: 2)
            await pair.expectEqualLogs(partitions: 2)
        }
    }

    @Test(arguments: [true, false])
    func `goes on when what was wrong with the credentials is mended`(_ isSource: Bool) async throws {
        try await MirrorPair.run { pair in
            let gate = Gate()
            let (client, broker) = isSource ? (pair.paris, pair.source) : (pair.dublin, pair.destination)
            await Self.reconfigure(client, broker, gate)
            await pair.engine.setTargets(await pair.createTopic(partitions: 2))
            await pair.write(5, to: "orders", 0)
            await pair.write(5, to: "orders", 1)
            try await pair.waitUntilCopied(partitions: 2)
            gate.set(isOpen: false)
            await broker.dropConnections()
            await pair.write(20, to: "orders", 0)
            await pair.write(1, to: "orders", 1)
            try await waitUntil("it has tried several times in vain") { gate.asked > 5 }
            gate.set(isOpen: true)
            try await pair.waitUntilCopied(partitions: 2)
            await pair.expectEqualLogs(partitions: 2)
        }
    }
}
