import Foundation
import Synchronization

/// A TCP server on loopback that does what a script says, good or bad: one thread a connection, plain blocking sockets.
///
/// It shares no code with what it tests. A script ends when it returns or throws; its connection is then closed.
package final class ScriptedPeer: Sendable {
    private struct State {
        var open: [ObjectIdentifier: PeerConnection] = [:]
        var accepted = 0
    }

    /// The port it listens on.
    package let port: UInt16
    private let listener: Int32
    private let state = Mutex(State())

    /// Listens on `127.0.0.1`, and runs `script` for each connection.
    ///
    /// - Parameter port: listen on `127.0.0.2` at this port instead, as the second address of a host.
    package init(
        secondAt port: UInt16? = nil, _ script: @escaping @Sendable (PeerConnection) throws -> Void
    ) throws {
        (listener, self.port) = try LoopbackListener.open(backlog: 128, secondAt: port)
        Thread.detachNewThread { [self] in
            while true {
                let descriptor = accept(listener, nil, nil)
                if descriptor < 0 && errno == EINTR { continue }
                if descriptor < 0 { break }
                run(PeerConnection(descriptor), script)
            }
            close(listener)
        }
    }

    /// Connections accepted so far.
    package var accepted: Int { state.withLock { $0.accepted } }

    /// Stops accepting and ends every script that waits for its peer; call once.
    package func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        for connection in state.withLock({ Array($0.open.values) }) { connection.interrupt() }
    }

    private func run(_ connection: PeerConnection, _ script: @escaping @Sendable (PeerConnection) throws -> Void) {
        state.withLock { state in
            state.open[ObjectIdentifier(connection)] = connection
            state.accepted += 1
        }
        Thread.detachNewThread { [self] in
            // A script that fails has met a peer that went away; the test looks at that peer.
            try? script(connection)
            state.withLock { $0.open[ObjectIdentifier(connection)] = nil }
            connection.close()
        }
    }
}

/// One connection of a scripted peer.
package final class PeerConnection: Sendable {
    private let descriptor: Int32

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Waits for exactly `count` bytes.
    package func read(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let moved = bytes[filled...].withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
            guard moved > 0 else { throw HarnessError("the connection ended after \(filled) of \(count) bytes") }
            filled += moved
        }
        return bytes
    }

    /// Waits for one request.
    package func readRequest() throws -> PeerRequest {
        let size = try read(4).reduce(0) { $0 << 8 | Int($1) }
        return PeerRequest(try read(size))
    }

    /// Reads and drops what comes until the other side closes.
    package func readToEnd() {
        while (try? read(1)) != nil {}
    }

    /// Sends bytes as they are.
    package func write(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let moved = bytes[sent...].withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard moved > 0 else { throw HarnessError("the connection ended after \(sent) of \(bytes.count) bytes") }
            sent += moved
        }
    }

    /// Sends text as it is.
    package func write(_ text: String) throws {
        try write(Array(text.utf8))
    }

    /// Answers `request` with `body`, whose response header has no tagged fields.
    package func answer(_ request: PeerRequest, _ body: [UInt8]) throws {
        try write(PeerRequest.frame(request.correlationId, body))
    }

    /// Waits for ApiVersions and says that these APIs are spoken.
    package func greet(_ apis: [(key: Int16, versions: ClosedRange<Int16>)]) throws {
        let request = try readRequest()
        var body: [UInt8] = [0, 0, UInt8(apis.count + 1)]
        for api in apis {
            for number in [api.key, api.versions.lowerBound, api.versions.upperBound] { body += bigEndian(number) }
            body.append(0)
        }
        try answer(request, body + [0, 0, 0, 0, 0])
    }

    /// Closes the sending side only.
    package func closeWriting() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Makes the close that follows a reset.
    package func resetOnClose() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    }

    func interrupt() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    func close() {
        Foundation.close(descriptor)
    }
}

/// A request as a scripted peer sees it.
package struct PeerRequest: Sendable {
    /// Key of the API.
    package let key: Int16
    /// Version of the request.
    package let version: Int16
    /// What its answer must begin with.
    package let correlationId: Int32
    /// Everything behind the size.
    package let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        func number(_ range: Range<Int>) -> Int { bytes[range].reduce(0) { $0 << 8 | Int($1) } }
        key = Int16(truncatingIfNeeded: number(0..<2))
        version = Int16(truncatingIfNeeded: number(2..<4))
        correlationId = Int32(truncatingIfNeeded: number(4..<8))
    }

    /// An answer as it goes over the wire.
    package static func frame(_ correlationId: Int32, _ body: [UInt8]) -> [UInt8] {
        bigEndian(Int32(body.count + 4)) + bigEndian(correlationId) + body
    }
}

/// The bytes of a number as Kafka sends them.
package func bigEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
}
