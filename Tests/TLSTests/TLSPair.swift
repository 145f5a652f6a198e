import Bytes
import Credentials
import EventLoop
import Foundation
import Glibc
import TestSupport

@testable import TLS

/// Two ends of one socket, both speaking TLS on the thread of the test, without a loop.
final class TLSPair {
    let client: TLSSession
    let server: TLSSession
    let clientSocket: StreamSocket
    let serverSocket: StreamSocket
    private(set) var openDescriptors: [Int32]

    /// Nothing is sent yet.
    init(
        _ options: TLSOptions, host: String = "localhost", server context: TLSContext, bufferBytes: Int32? = nil
    ) throws {
        let ends = try Self.sockets(bufferBytes)
        openDescriptors = [ends.0, ends.1]
        client = try TLSSession.client(options, host: host, descriptor: ends.0)
        server = try TLSSession.server(context, descriptor: ends.1)
        clientSocket = StreamSocket(descriptor: ends.0).behind(client)
        serverSocket = StreamSocket(descriptor: ends.1).behind(server)
    }

    deinit { for descriptor in openDescriptors { close(descriptor) } }

    static func sockets(_ bufferBytes: Int32? = nil) throws -> (Int32, Int32) {
        var ends: [Int32] = [0, 0]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw HarnessError("socketpair: \(errno)") }
        if var bytes = bufferBytes {
            for end in ends {
                setsockopt(end, SOL_SOCKET, SO_SNDBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
            }
        }
        return (ends[0], ends[1])
    }

    /// Closes the server's side and forgets it.
    func closeServer() {
        serverSocket.close()
        openDescriptors.removeAll { $0 == serverSocket.descriptor }
    }

    /// What the handshake came to on both sides.
    func shakeHands() -> (client: TLSError?, server: TLSError?) {
        var outcome: (client: TLSSession.Progress, server: TLSSession.Progress) = (.waits, .waits)
        for _ in 0..<50 {
            if case .waits = outcome.client { outcome.client = client.handshake() }
            if case .waits = outcome.server { outcome.server = server.handshake() }
        }
        func failure(_ progress: TLSSession.Progress) -> TLSError? {
            switch progress {
            case .done: nil
            case .waits: .failed("the handshake stands still")
            case .failed(let error): error
            }
        }
        return (failure(outcome.client), failure(outcome.server))
    }
}

/// Certificates of the suite, made once.
struct Certificates: Sendable {
    let authority: CertificateAuthority
    let stranger: CertificateAuthority
    let localhost: IssuedCertificate

    static func shared() async throws -> Certificates { try await Cache.shared.certificates() }

    private actor Cache {
        static let shared = Cache()
        private var task: Task<Certificates, any Error>?

        func certificates() async throws -> Certificates {
            let task =
                task
                ?? Task {
                    let authority = try await CertificateAuthority("Good authority")
                    return Certificates(
                        authority: authority, stranger: try await CertificateAuthority("Strange authority"),
                        localhost: try await authority.issue(commonName: "localhost"))
                }
            self.task = task
            return try await task.value
        }
    }

    /// Trusts the good authority.
    func options(_ identity: TLSIdentity? = nil) throws -> TLSOptions {
        TLSOptions(trustedCertificates: try read(authority.certificateFile), identity: identity)
    }
}

func read(_ file: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: file)))
}

extension IssuedCertificate {
    /// The certificate with its plain key.
    func identity() throws -> TLSIdentity {
        .pem(
            certificateChain: try read(certificateFile),
            key: Secret(String(decoding: try read(keyFile), as: UTF8.self)), password: nil)
    }

    /// A server that shows it.
    func server(clients: TLSContext.ClientCertificates = .none) throws -> TLSContext {
        try TLSContext.server(try identity(), clients: clients)
    }
}
