import CLinux
import EventLoop
import Glibc
import Synchronization
import TestSupport
import Testing

/// What a socket leaves behind when it is closed.
@Suite(.timeLimit(.minutes(1))) struct StreamSocketTests {
    /// Writes to a peer that does not read until the kernel takes no more, closes, and lets the peer read to the end.
    private func closeUnread(discarding: Bool) async throws -> (written: Int, read: Int, end: TransferResult) {
        let loop = try EventLoop()
        defer { loop.stop() }
        let accepted = Mutex<StreamSocket?>(nil)
        let listener = try Listener(port: 0, loop: loop) { peer in accepted.withLock { $0 = peer } }
        let registration = Mutex<Registration?>(nil)
        loop.submit { registration.withLock { $0 = try? listener.start() } }
        let near = try StreamSocket.connecting(to: .loopback(port: listener.port))
        try await waitUntil("the connection is accepted") { accepted.withLock { $0 != nil } }
        let far = try #require(accepted.withLock { $0 })
        if discarding { near.discardUnsentOnClose() }
        var block = [UInt8](repeating: 7, count: 1 << 16)
        let written = block.withUnsafeMutableBytes { bytes in
            moved(near) { socket in
                var part = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
                return withUnsafeMutablePointer(to: &part) {
                    socket.write(UnsafeMutableBufferPointer(start: $0, count: 1))
                }
            }
        }
        near.close()
        var total = 0
        var end = TransferResult.wouldBlock
        try await waitUntil("the peer read to the end") {
            let read = block.withUnsafeMutableBytes { bytes in
                moved(far) { $0.read(into: bytes.baseAddress.unsafelyUnwrapped, capacity: bytes.count) }
            }
            total += read.bytes
            end = read.end
            return end != .wouldBlock
        }
        far.close()
        loop.submit { if let watch = registration.withLock({ $0.take() }) { listener.stop(watch) } }
        return (written.bytes, total, end)
    }

    /// Repeats a transfer until nothing moves.
    private func moved(
        _ socket: StreamSocket, _ transfer: (StreamSocket) -> TransferResult
    ) -> (bytes: Int, end: TransferResult) {
        var bytes = 0
        while true {
            let result = transfer(socket)
            guard case .moved(let count) = result else { return (bytes, result) }
            bytes += count
        }
    }

    @Test func `the kernel sends what is left when a socket is closed`() async throws {
        let outcome = try await closeUnread(discarding: false)
        #expect(outcome.read == outcome.written)
        #expect(outcome.end == .ended)
    }

    @Test func `a socket that discards on closing leaves nothing to arrive later`() async throws {
        let outcome = try await closeUnread(discarding: true)
        #expect(outcome.read < outcome.written)
        #expect(outcome.end == .failed(SystemError("recv", ECONNRESET)))
    }
}
