import EventLoop
import Foundation
import KafkaClient
import KafkaConnection
import KafkaProtocol
import Synchronization
import TestSupport
import Testing

/// How a client finds its cluster, and what it says when it does not.
@Suite(.timeLimit(.minutes(1))) struct BootstrapTests {
    private static let alone = MetadataResponse.cluster(brokers: [])

    @Test func `a cluster that names no broker has said nothing about ACLs and groups`() async throws {
        let peer = try ScriptedPeer { try $0.serve(Self.alone) }
        let client = try scriptedClient([peer.port])
        let said = "cluster here: the answer to Metadata leaves out brokers."
        #expect(await failureText { _ = try await client.describeAclsOfEveryBroker() } == said)
        #expect(await failureText { _ = try await client.listGroups() } == said)
        await client.close()
        client.loop.stop()
        peer.stop()
    }

    @Test func `a dead server costs little while another one lives`() async throws {
        let dead = try SwallowingPort()
        let living = try ScriptedPeer { try $0.serve(Self.alone) }
        let client = try scriptedClient(
            [dead.port, dead.port, living.port], options: ConnectionOptions(connectTimeoutMs: 600_000))
        #expect(try await client.metadata([]).clusterId == "scripted")
        await client.close()
        client.loop.stop()
        living.stop()
    }

    @Test func `a server that is hung behind its port costs little while another one lives`() async throws {
        let hung = try ScriptedPeer { $0.readToEnd() }
        let living = try ScriptedPeer { try $0.serve(Self.alone) }
        let client = try scriptedClient(
            [hung.port, living.port], options: ConnectionOptions(connectTimeoutMs: 600_000))
        #expect(try await client.metadata([]).clusterId == "scripted")
        await client.close()
        client.loop.stop()
        hung.stop()
        living.stop()
    }

    @Test func `a single server that swallows packets is named after one connect timeout`() async throws {
        let dead = try SwallowingPort()
        let client = try scriptedClient([dead.port], options: ConnectionOptions(connectTimeoutMs: 300))
        let text = await failureText { _ = try await client.metadata([]) }
        #expect(
            text
                == "cluster here: no bootstrap server answers. broker 127.0.0.1:\(dead.port): no connection within "
                + "300 ms. Is the host up, and does a firewall between us drop packets?")
        client.loop.stop()
    }

    @Test func `a single server that is hung is looked at once`() async throws {
        // On a busy machine connecting alone may take the time now and then; that is said, too.
        let late = "no connection within 300 ms. Is the host up, and does a firewall between us drop packets?"
        let right = "connected, but no answer to ApiVersions within 300 ms. Is this a Kafka broker's port?"
        var said: [String] = []
        while said.count < 4, !said.contains(right) {
            let hung = try ScriptedPeer { $0.readToEnd() }
            let client = try scriptedClient([hung.port], options: ConnectionOptions(connectTimeoutMs: 300))
            let text = await failureText { _ = try await client.metadata([]) }
            let place = "cluster here: no bootstrap server answers. broker 127.0.0.1:\(hung.port): "
            said.append(text.replacing(place, with: ""))
            try await waitUntil("the server was looked at") { hung.accepted > 0 }
            #expect(hung.accepted == 1)
            client.loop.stop()
            hung.stop()
        }
        #expect(said.contains(right) && said.allSatisfy { [late, right].contains($0) }, "\(said)")
    }

    @Test func `every server is named, in the manifest's order, and no port that is wrong for good is tried again`()
        async throws
    {
        let web = try ScriptedPeer {
            _ = try $0.readRequest()
            try $0.write("HTTP/1.1 400 Bad Request\r\n\r\n")
            $0.readToEnd()
        }
        let secure = try ScriptedPeer {
            _ = try $0.readRequest()
            try $0.write([0x15, 3, 3, 0, 2, 2, 0x46])
            $0.readToEnd()
        }
        let client = try scriptedClient([web.port, secure.port])
        let text = await failureText { _ = try await client.metadata([]) }
        #expect(
            text
                == "cluster here: no bootstrap server answers. broker 127.0.0.1:\(web.port): speaks HTTP, not Kafka. "
                + "Is the port right? broker 127.0.0.1:\(secure.port): speaks TLS, but this manifest declares none. "
                + "Declare tls, or use the port of a plaintext listener.")
        #expect(web.accepted == 1)
        client.loop.stop()
        web.stop()
        secure.stop()
    }

    @Test func `another cluster is refused before anything is asked of it`() async throws {
        let peer = try ScriptedPeer { try $0.serve(Self.alone) }
        let client = try scriptedClient([peer.port], clusterId: "expected")
        #expect(
            await failureText { _ = try await client.anyConnection() }
                == "cluster here: its cluster id is scripted, but the manifest demands expected. Nothing was done. "
                + "Check bootstrapServers, or correct clusterId.")
        client.loop.stop()
        peer.stop()
    }

    @Test func `a connection that is opened while the client is closed is closed too`() async throws {
        let mayGreet = DispatchSemaphore(value: 0)
        let isConnected = DispatchSemaphore(value: 0)
        let isClosed = DispatchSemaphore(value: 0)
        let peer = try ScriptedPeer {
            isConnected.signal()
            mayGreet.wait()
            try? $0.serve(Self.alone)
            isClosed.signal()
        }
        let client = try scriptedClient([peer.port], retry: RetryPolicy(attempts: 1))
        try await withThrowingTaskGroup(of: String.self) { group in
            group.addTask { await failureText { _ = try await client.metadata([]) } }
            try await waitUntil("the client connects") { isConnected.wait(timeout: .now()) == .success }
            await client.close()
            mayGreet.signal()
            for try await text in group { #expect(text.hasSuffix("the connection was closed on this side.")) }
        }
        try await waitUntil("the connection is closed") { isClosed.wait(timeout: .now()) == .success }
        client.loop.stop()
        peer.stop()
    }

    // MARK: Brokers that metadata names

    @Test func `an advertised listener that does not resolve`() async throws {
        let host = "kafka-1..invalid"
        let peer = try ScriptedPeer { try $0.serve(.cluster(brokers: [(7, host, 9092)])) }
        let client = try scriptedClient([peer.port], retry: RetryPolicy(attempts: 1))
        var meaning = ""
        do throws(ResolutionError) {
            _ = try await NameResolution.system.addresses(
                host: host, port: 1, within: .seconds(50), on: client.loop)
        } catch {
            meaning = error.meaning
        }
        let text = await failureText { _ = try await client.connection(to: 7) }
        #expect(
            text
                == "cluster here: broker 7 advertises kafka-1..invalid:9092, which cannot be resolved here "
                + "(\(meaning)). Correct advertised.listeners on that broker, or make the name known to this machine.")
        await client.close()
        client.loop.stop()
        peer.stop()
    }

    @Test func `a broker that is down`() async throws {
        let gone = try DeadPort()
        let peer = try ScriptedPeer { try $0.serve(.cluster(brokers: [(7, "127.0.0.1", gone.port)])) }
        let client = try scriptedClient([peer.port])
        #expect(
            await failureText { _ = try await client.connection(to: 7) }
                == "cluster here: broker 127.0.0.1:\(gone.port): connect: Connection refused. Is the broker running, "
                + "and is the port right? Broker 7 advertises this address; if it is not for clients like this one, "
                + "correct advertised.listeners on that broker.")
        #expect(
            await failureText { _ = try await client.connection(to: 8) }
                == "cluster here: its metadata names no broker 8.")
        await client.close()
        client.loop.stop()
        peer.stop()
    }
}
