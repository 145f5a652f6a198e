import EventLoop
import KafkaProtocol

extension Connection {
    /// Looks the name up, connects to the first address that answers, and agrees on versions.
    ///
    /// - Parameters:
    ///   - host: host name or address.
    ///   - port: TCP port.
    ///   - options: limits and names.
    ///   - loop: the loop that the connection will live on.
    package static func open(
        host: String, port: UInt16, options: ConnectionOptions, on loop: EventLoop
    ) async throws(ConnectionError) -> Connection {
        let peer = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        let addresses: [SocketAddress]
        do throws(ResolutionError) {
            addresses = try await NameResolution.addresses(
                host: host, port: port, within: .milliseconds(options.connectTimeoutMs), on: loop)
        } catch {
            throw ConnectionError(.unresolved(error), peer: peer)
        }
        var failure = ConnectionError(
            .unresolved(ResolutionError(host: host, meaning: "the name has no address")), peer: peer)
        for address in addresses {
            do throws(ConnectionError) {
                return try await open(address, peer: peer, options: options, on: loop)
            } catch {
                failure = error
                guard case .unreachable = error.code else { throw error }
            }
        }
        throw failure
    }

    private static func open(
        _ address: SocketAddress, peer: String, options: ConnectionOptions, on loop: EventLoop
    ) async throws(ConnectionError) -> Connection {
        let socket: StreamSocket
        do throws(SystemError) {
            socket = try StreamSocket.connecting(to: address)
        } catch {
            throw ConnectionError(.unreachable(error), peer: peer)
        }
        let connection = Connection(socket: socket, loop: loop, options: options, peer: peer)
        try await connection.connect()
        do throws(ConnectionError) {
            try await connection.negotiateVersions()
        } catch {
            await connection.close()
            throw error
        }
        return connection
    }

    /// Asks for the broker's versions; a broker that does not know our version says so in version 0 (KIP-511).
    private func negotiateVersions() async throws(ConnectionError) {
        var request = ApiVersionsRequest()
        request.clientSoftwareName = "lockstep"
        request.clientSoftwareVersion = "0.1.0"
        let response: ApiVersionsResponse
        do throws(ConnectionError) {
            response = try await send(request, version: 3, timeoutMs: options.connectTimeoutMs)
        } catch {
            guard case .wire = error.code else { throw error }
            response = try await send(request, version: 0, timeoutMs: options.connectTimeoutMs)
        }
        guard response.errorCode == 0 else {
            throw ConnectionError(.noVersions(ErrorCode(response.errorCode)), peer: peer)
        }
        var versions: [Int16: ClosedRange<Int16>] = [:]
        for entry in response.apiKeys where entry.minVersion <= entry.maxVersion {
            versions[entry.apiKey] = entry.minVersion...entry.maxVersion
        }
        setBrokerVersions(versions)
    }
}
