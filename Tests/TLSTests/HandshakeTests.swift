import Credentials
import EventLoop
import Glibc
import TestSupport
import Testing

@testable import TLS

/// Whom a client accepts, and what is said about those that it does not.
@Suite(.timeLimit(.minutes(2))) struct HandshakeTests {
    @Test(arguments: ["localhost", "LOCALHOST", "localhost.", "127.0.0.1"])
    func `accepts the hosts that the certificate is for`(_ host: String) async throws {
        let certificates = try await Certificates.shared()
        let pair = try TLSPair(certificates.options(), host: host, server: certificates.localhost.server())
        let outcome = pair.shakeHands()
        #expect(outcome.client == nil && outcome.server == nil, "\(outcome)")
        #expect(pair.client.version == "TLSv1.3")
        #expect(pair.client.peer?.subject == "CN=localhost")
    }

    @Test(arguments: ["other.example", "127.0.0.2", "::1", "localhost.example"])
    func `refuses another host, and names those of the certificate`(_ host: String) async throws {
        let certificates = try await Certificates.shared()
        let pair = try TLSPair(certificates.options(), host: host, server: certificates.localhost.server())
        let error = try #require(pair.shakeHands().client)
        #expect(
            "\(error)"
                == "its certificate is for localhost, 127.0.0.1, not for \(host). Connect by a name that it has, set "
                + "tls.serverName to one (there is no client property for it), or have it issued for \(host) as well.")
        #expect(!error.isRetriable)
    }

    @Test func `takes the declared name instead of the host, or none`() async throws {
        let certificates = try await Certificates.shared()
        var options = try certificates.options()
        options.serverName = "localhost"
        let named = try TLSPair(options, host: "other.example", server: certificates.localhost.server())
        #expect(named.shakeHands().client == nil)
        options.serverName = nil
        options.verifiesHostName = false
        let unverified = try TLSPair(options, host: "other.example", server: certificates.localhost.server())
        #expect(unverified.shakeHands().client == nil)
        let stranger = try await certificates.stranger.issue(commonName: "localhost")
        let strange = try TLSPair(options, host: "other.example", server: stranger.server())
        #expect(strange.shakeHands().client != nil, "who issued it counts all the same")
    }

    @Test func `refuses an expired certificate and says since when`() async throws {
        let certificates = try await Certificates.shared()
        let expired = try await certificates.authority.issue(commonName: "localhost", flaw: .expired)
        let pair = try TLSPair(certificates.options(), server: expired.server())
        let error = try #require(pair.shakeHands().client)
        let text = "\(error)"
        #expect(text.hasPrefix("its certificate (CN=localhost) expired on 20"), "\(text)")
        #expect(text.hasSuffix(" UTC. Renew it on the broker."), "\(text)")
    }

    @Test func `refuses a certificate of somebody else's, and says whose`() async throws {
        let certificates = try await Certificates.shared()
        let strange = try await certificates.stranger.issue(commonName: "localhost")
        for options in [try certificates.options(), TLSOptions()] {
            let error = try #require(try TLSPair(options, server: strange.server()).shakeHands().client)
            #expect(
                "\(error)"
                    == "its certificate (CN=localhost) is issued by CN=Strange authority, which is not trusted. Set "
                    + "tls.caFile (with client properties: ssl.truststore.location) to the certificate of the authority "
                    + "that issues the broker's certificates.")
        }
    }

    @Test func `trusts a certificate that is declared itself`() async throws {
        let certificates = try await Certificates.shared()
        let options = TLSOptions(trustedCertificates: try read(certificates.localhost.certificateFile))
        #expect(try TLSPair(options, server: certificates.localhost.server()).shakeHands().client == nil)
    }

    @Test func `a server that wants a client certificate tells so at the first read`() async throws {
        let certificates = try await Certificates.shared()
        let authority = try read(certificates.authority.certificateFile)
        let server = try certificates.localhost.server(clients: .required(authorities: authority))
        let pair = try TLSPair(certificates.options(), server: server)
        let outcome = pair.shakeHands()
        #expect(outcome.client == nil && outcome.server != nil, "TLS 1.3: the client is done before the server looks")
        guard case .failed = readOnce(pair.clientSocket) else { throw HarnessError("it read something") }
        #expect(pair.client.failure == .certificateWanted)
    }

    @Test func `a server refuses the certificate of a stranger`() async throws {
        let certificates = try await Certificates.shared()
        let authority = try read(certificates.authority.certificateFile)
        let server = try certificates.localhost.server(clients: .required(authorities: authority))
        let strange = try await certificates.stranger.issue(commonName: "alice").identity()
        let pair = try TLSPair(certificates.options(strange), server: server)
        #expect(pair.shakeHands().server != nil)
        _ = readOnce(pair.clientSocket)
        guard case .certificateRefused(let alert)? = pair.client.failure else {
            throw HarnessError("\(String(describing: pair.client.failure))")
        }
        #expect("\(TLSError.certificateRefused(alert))".contains("TLS alert \"unknown CA\""))
    }

    @Test func `a server knows a client by its certificate`() async throws {
        let certificates = try await Certificates.shared()
        let authority = try read(certificates.authority.certificateFile)
        let server = try certificates.localhost.server(clients: .required(authorities: authority))
        let alice = try await certificates.authority.issue(commonName: "alice", names: "DNS:alice")
        let pair = try TLSPair(certificates.options(alice.identity()), server: server)
        let outcome = pair.shakeHands()
        #expect(outcome.client == nil && outcome.server == nil)
        #expect(pair.server.peer?.subject == "CN=alice")
    }

    @Test(arguments: [
        ("HTTP/1.1 400 Bad Request\r\n", "speaks HTTP, not Kafka over TLS. Is the port right?"),
        (
            "SSH-2.0-OpenSSH_9.2\r\n",
            "does not speak TLS on this port: its first bytes are \"SSH-2.0-\". Is the port right, and is TLS enabled on "
                + "this listener?"
        ),
        (
            "\0\0\0\u{10}\0\0\0\u{1}",
            "does not speak TLS on this port: its first bytes are \"........\". Is the port right, and is TLS enabled "
                + "on this listener?"
        ),
    ])
    func `what speaks no TLS is named`(_ sent: String, _ said: String) async throws {
        let certificates = try await Certificates.shared()
        let ends = try TLSPair.sockets()
        defer { close(ends.0); close(ends.1) }
        let session = try TLSSession.client(certificates.options(), host: "localhost", descriptor: ends.0)
        guard case .waits = session.handshake() else { throw HarnessError("nothing was answered yet") }
        _ = sent.withCString { send(ends.1, $0, sent.utf8.count, Int32(MSG_NOSIGNAL)) }
        guard case .failed(let error) = session.handshake() else { throw HarnessError("it went on") }
        #expect("\(error)" == said)
    }

    @Test func `a peer that goes is told from one that does not speak TLS`() async throws {
        let certificates = try await Certificates.shared()
        let ends = try TLSPair.sockets()
        defer { close(ends.0) }
        let session = try TLSSession.client(certificates.options(), host: "localhost", descriptor: ends.0)
        _ = session.handshake()
        close(ends.1)
        guard case .failed(let error) = session.handshake() else { throw HarnessError("it went on") }
        #expect("\(error)".hasPrefix("closed the connection during the TLS handshake"))
        #expect(error.isRetriable)
    }

    private func readOnce(_ socket: StreamSocket) -> TransferResult {
        withUnsafeTemporaryAllocation(byteCount: 100, alignment: 1) { buffer in
            guard let base = buffer.baseAddress else { return .wouldBlock }
            return socket.read(into: base, capacity: 100)
        }
    }
}
