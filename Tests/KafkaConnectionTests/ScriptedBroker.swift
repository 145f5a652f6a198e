import Bytes
import EventLoop
import Foundation
import KafkaConnection
import KafkaProtocol
import TestSupport

/// A scripted peer, a loop, and how they are connected.
final class ScriptedBroker: Sendable {
    /// What the scripts of the suites speak besides ApiVersions: small answers that carry a number, and large ones.
    static let spoken: [(key: Int16, versions: ClosedRange<Int16>)] = [
        (APIKey.heartbeat.rawValue, 0...0), (APIKey.syncGroup.rawValue, 0...0),
    ]

    let peer: ScriptedPeer
    let loop: EventLoop

    var name: String { "127.0.0.1:\(peer.port)" }

    private init(_ script: @escaping @Sendable (PeerConnection) throws -> Void) throws {
        peer = try ScriptedPeer(script)
        loop = try EventLoop()
    }

    /// Runs `body` with a peer that does what `script` says.
    static func with<Result>(
        _ script: @escaping @Sendable (PeerConnection) throws -> Void, _ body: (ScriptedBroker) async throws -> Result
    ) async throws -> Result {
        let broker = try ScriptedBroker(script)
        defer {
            broker.peer.stop()
            broker.loop.stop()
        }
        return try await body(broker)
    }

    /// Runs `body` with a connection whose versions are agreed on; `script` goes on from there.
    static func withConnection<Result>(
        _ script: @escaping @Sendable (PeerConnection) throws -> Void, options: ConnectionOptions = ConnectionOptions(),
        _ body: (ScriptedBroker, Connection) async throws -> Result
    ) async throws -> Result {
        try await with {
            try $0.greet(spoken)
            try script($0)
        } _: { broker in
            let connection = try await broker.open(options)
            let result = try await body(broker, connection)
            await connection.close()
            return result
        }
    }

    /// Opens a connection in a task of its own.
    ///
    /// A test's task goes on only in its turn among those of all other tests, which may take longer than a deadline.
    func open(_ options: ConnectionOptions = ConnectionOptions()) async throws(ConnectionError) -> Connection {
        let opening = Task { () -> Result<Connection, ConnectionError> in
            do throws(ConnectionError) {
                return .success(
                    try await Connection.open(host: "127.0.0.1", port: peer.port, options: options, on: loop))
            } catch {
                return .failure(error)
            }
        }
        return try await opening.value.get()
    }

    /// What is said when opening fails.
    func failureOfOpening(_ options: ConnectionOptions = ConnectionOptions()) async -> String {
        await failure { () async throws(ConnectionError) in try await open(options).close() }
    }
}

/// What is said when `body` fails.
func failure(_ body: () async throws(ConnectionError) -> Void) async -> String {
    do throws(ConnectionError) {
        try await body()
        return "no failure"
    } catch {
        return "\(error)"
    }
}

extension Connection {
    /// A request whose answer carries a number.
    @discardableResult
    func beat(timeoutMs: Int64? = nil) async throws(ConnectionError) -> Int16 {
        try await send(HeartbeatRequest(), timeoutMs: timeoutMs).errorCode
    }

    /// A request that carries `bytes` both ways.
    func exchange(_ bytes: ByteSlice, timeoutMs: Int64? = nil) async throws(ConnectionError) -> ByteSlice {
        var assignment = SyncGroupRequest.SyncGroupRequestAssignment()
        assignment.assignment = bytes
        var request = SyncGroupRequest()
        request.assignments = [assignment]
        return try await send(request, timeoutMs: timeoutMs).assignment
    }
}

extension PeerConnection {
    /// Answers a heartbeat with a number.
    func answer(_ request: PeerRequest, number: Int16) throws {
        try answer(request, bigEndian(number))
    }
}
