import Credentials
import EventLoop
import KafkaProtocol
import TLS

extension Connection {
    /// Looks the name up, connects to the first address that answers, agrees on TLS and versions, says who we are.
    ///
    /// All of it together takes `connectTimeoutMs` at most; every address gets its share of what is left.
    ///
    /// - Parameters:
    ///   - host: host name or address.
    ///   - port: TCP port.
    ///   - options: limits and names.
    ///   - security: how the connection is protected.
    ///   - loop: the loop that the connection will live on.
    ///   - names: who looks the name up.
    package static func open(
        host: String, port: UInt16, options: ConnectionOptions, security: any SecurityProvider = FixedSecurity(),
        on loop: EventLoop, names: NameResolution = .system
    ) async throws(ConnectionError) -> Connection {
        try await Opening(host: host, port: port, options: options, security: security, loop: loop).open(names: names)
    }

    /// Asks for the broker's versions; a broker that does not know our version says so in version 0 (KIP-511).
    fileprivate func negotiateVersions(until deadline: Deadline) async throws(ConnectionError) {
        var request = ApiVersionsRequest()
        request.clientSoftwareName = "lockstep"
        request.clientSoftwareVersion = "0.1.0"
        var response: ApiVersionsResponse?
        do throws(ConnectionError) {
            response = try await send(request, version: 3, until: deadline)
        } catch {
            guard case .wire = error.code else { throw error }
        }
        if response == nil || response?.errorCode == ErrorCode.unsupportedVersion.rawValue {
            response = try await send(ApiVersionsRequest(), version: 0, until: deadline)
        }
        guard let response, response.errorCode == 0 else {
            throw ConnectionError(.refused(.apiVersions, ErrorCode(response?.errorCode ?? 0)), peer: peer)
        }
        var versions: [Int16: ClosedRange<Int16>] = [:]
        for entry in response.apiKeys where entry.minVersion <= entry.maxVersion {
            versions[entry.apiKey] = entry.minVersion...entry.maxVersion
        }
        setBrokerVersions(versions)
    }

    /// Sends a request at once, with what is left until a deadline; a failure names all of the time.
    func send<Request: RequestMessage>(
        _ request: Request, version: Int16, until deadline: Deadline
    ) async throws(ConnectionError) -> Request.Response {
        do throws(ConnectionError) {
            return try await send(
                request, version: version, timeoutMs: Int64(deadline.left / .milliseconds(1)), isUrgent: true)
        } catch {
            guard case .requestTimeout(let key, _) = error.code else { throw error }
            throw ConnectionError(.requestTimeout(key, deadline.limitMs), peer: peer)
        }
    }
}

/// An end to several steps together.
struct Deadline: Sendable {
    /// The whole time, in milliseconds.
    let limitMs: Int64
    private let instant: ContinuousClock.Instant

    /// Ends in so many milliseconds.
    init(inMs limitMs: Int64) {
        self.limitMs = limitMs
        instant = .now + .milliseconds(limitMs)
    }

    /// What is left, never negative.
    var left: Duration { max(ContinuousClock.now.duration(to: instant), .zero) }
}

/// The way to one connection, step by step on its loop: whoever asks for it, busy or not, the deadline is kept.
private actor Opening {
    private let loop: EventLoop
    private let options: ConnectionOptions
    private let security: any SecurityProvider
    private let host: String
    private let port: UInt16
    private let peer: String

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(
        host: String, port: UInt16, options: ConnectionOptions, security: any SecurityProvider, loop: EventLoop
    ) {
        self.loop = loop
        self.options = options
        self.security = security
        self.host = host
        self.port = port
        peer = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    func open(names: NameResolution) async throws(ConnectionError) -> Connection {
        let deadline = Deadline(inMs: options.connectTimeoutMs)
        let protection = try await protection()
        let addresses: [SocketAddress]
        do throws(ResolutionError) {
            addresses = try await names.addresses(host: host, port: port, within: deadline.left, on: loop)
        } catch {
            if Task.isCancelled { throw ConnectionError(.cancelled, peer: peer) }
            // No answer in time names all of the time.
            let isLate = error.meaning.hasPrefix("no answer within")
            let meaning = isLate ? "no answer within \(deadline.limitMs) ms" : error.meaning
            throw ConnectionError(.unresolved(ResolutionError(host: host, meaning: meaning)), peer: peer)
        }
        var failure: ConnectionError?
        for (index, address) in addresses.enumerated() {
            do throws(ConnectionError) {
                let share = deadline.left / (addresses.count - index)
                return try await open(address, protection, within: share, until: deadline)
            } catch {
                switch error.code {
                case .unreachable, .connectTimeout:
                    // The first one says most, except that this machine has no way to such an address.
                    if failure?.hasNoRoute ?? true { failure = error }
                default: throw error
                }
            }
        }
        throw failure
            ?? ConnectionError(.unresolved(ResolutionError(host: host, meaning: "the name has no address")), peer: peer)
    }

    /// How this connection is to be protected, asked within the time there is.
    private func protection() async throws(ConnectionError) -> ConnectionSecurity {
        let limit = options.connectTimeoutMs
        let result = await security.current(within: .milliseconds(limit), on: loop)
        let protection: ConnectionSecurity
        do throws(SecurityError) {
            protection = try result.get()
        } catch {
            throw ConnectionError(Task.isCancelled ? .cancelled : .security(error), peer: peer)
        }
        if protection.exposesSecret, let mechanism = protection.sasl?.mechanism {
            throw ConnectionError(.secretWithoutTLS(mechanism: mechanism), peer: peer)
        }
        return protection
    }

    private func open(
        _ address: SocketAddress, _ protection: ConnectionSecurity, within share: Duration,
        until deadline: Deadline
    ) async throws(ConnectionError) -> Connection {
        let (socket, tls) = try begin(address, protection.tls)
        let connection = Connection(socket: socket, tls: tls, loop: loop, options: options, peer: peer)
        try await connection.connect(within: share, until: deadline)
        do throws(ConnectionError) {
            try await connection.negotiateVersions(until: deadline)
            if let sasl = protection.sasl {
                try await connection.authenticate(sasl, from: security, until: deadline)
            }
        } catch {
            await connection.close()
            throw error
        }
        return connection
    }

    private func begin(
        _ address: SocketAddress, _ options: TLSOptions?
    ) throws(ConnectionError) -> (StreamSocket, TLSSession?) {
        let socket: StreamSocket
        do throws(SystemError) {
            socket = try StreamSocket.connecting(to: address)
        } catch {
            throw ConnectionError(.unreachable(error), peer: peer)
        }
        guard let options else { return (socket, nil) }
        do throws(TLSError) {
            return (socket, try TLSSession.client(options, host: host, descriptor: socket.descriptor))
        } catch {
            socket.close()
            throw ConnectionError(.tls(error), peer: peer)
        }
    }
}

extension ConnectionError {
    /// Whether this machine has no way to the address.
    fileprivate var hasNoRoute: Bool {
        if case .unreachable(let error) = code { error.isNoRoute } else { false }
    }
}
