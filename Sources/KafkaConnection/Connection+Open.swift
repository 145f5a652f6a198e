import EventLoop
import KafkaProtocol

extension Connection {
    /// Looks the name up, connects to the first address that answers, and agrees on versions.
    ///
    /// All of it together takes `connectTimeoutMs` at most; every address gets its share of what is left.
    ///
    /// - Parameters:
    ///   - host: host name or address.
    ///   - port: TCP port.
    ///   - options: limits and names.
    ///   - loop: the loop that the connection will live on.
    ///   - names: who looks the name up.
    package static func open(
        host: String, port: UInt16, options: ConnectionOptions, on loop: EventLoop, names: NameResolution = .system
    ) async throws(ConnectionError) -> Connection {
        try await Opening(loop: loop, options: options).open(host: host, port: port, names: names)
    }

    /// Asks for the broker's versions; a broker that does not know our version says so in version 0 (KIP-511).
    fileprivate func negotiateVersions(until deadline: ContinuousClock.Instant) async throws(ConnectionError) {
        var request = ApiVersionsRequest()
        request.clientSoftwareName = "lockstep"
        request.clientSoftwareVersion = "0.1.0"
        var response: ApiVersionsResponse?
        do throws(ConnectionError) {
            response = try await ask(request, version: 3, until: deadline)
        } catch {
            guard case .wire = error.code else { throw error }
        }
        if response == nil || response?.errorCode == ErrorCode.unsupportedVersion.rawValue {
            response = try await ask(ApiVersionsRequest(), version: 0, until: deadline)
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

    /// What opening has left of its time; a failure names all of it.
    private func ask(
        _ request: ApiVersionsRequest, version: Int16, until deadline: ContinuousClock.Instant
    ) async throws(ConnectionError) -> ApiVersionsResponse {
        let left = max(ContinuousClock.now.duration(to: deadline), .zero)
        do throws(ConnectionError) {
            return try await send(request, version: version, timeoutMs: Int64(left / .milliseconds(1)))
        } catch {
            guard case .requestTimeout(let key, _) = error.code else { throw error }
            throw ConnectionError(.requestTimeout(key, options.connectTimeoutMs), peer: peer)
        }
    }
}

/// The way to one connection, step by step on its loop: whoever asks for it, busy or not, the deadline is kept.
private actor Opening {
    private let loop: EventLoop
    private let options: ConnectionOptions

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(loop: EventLoop, options: ConnectionOptions) {
        self.loop = loop
        self.options = options
    }

    func open(host: String, port: UInt16, names: NameResolution) async throws(ConnectionError) -> Connection {
        let peer = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        let deadline = ContinuousClock.now + .milliseconds(options.connectTimeoutMs)
        let addresses: [SocketAddress]
        do throws(ResolutionError) {
            addresses = try await names.addresses(
                host: host, port: port, within: .milliseconds(options.connectTimeoutMs), on: loop)
        } catch {
            throw ConnectionError(Task.isCancelled ? .cancelled : .unresolved(error), peer: peer)
        }
        var failure = ConnectionError(
            .unresolved(ResolutionError(host: host, meaning: "the name has no address")), peer: peer)
        for (index, address) in addresses.enumerated() {
            do throws(ConnectionError) {
                let left = ContinuousClock.now.duration(to: deadline)
                let share = left / (addresses.count - index)
                return try await open(address, peer: peer, within: share, until: deadline)
            } catch {
                failure = error
                switch error.code {
                case .unreachable, .connectTimeout: continue
                default: throw error
                }
            }
        }
        throw failure
    }

    private func open(
        _ address: SocketAddress, peer: String, within share: Duration, until deadline: ContinuousClock.Instant
    ) async throws(ConnectionError) -> Connection {
        let socket: StreamSocket
        do throws(SystemError) {
            socket = try StreamSocket.connecting(to: address)
        } catch {
            throw ConnectionError(.unreachable(error), peer: peer)
        }
        let connection = Connection(socket: socket, loop: loop, options: options, peer: peer)
        try await connection.connect(within: share)
        do throws(ConnectionError) {
            try await connection.negotiateVersions(until: deadline)
        } catch {
            await connection.close()
            throw error
        }
        return connection
    }
}
