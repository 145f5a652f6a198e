import Glibc
import TestSupport

/// A connection that sends whatever bytes it is told to, for what no client of ours would send.
struct RawConnection: ~Copyable {
    private let descriptor: Int32

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        guard result == 0 else { throw HarnessError("connect to port \(port): \(errno)") }
    }

    deinit {
        close(descriptor)
    }

    /// Sends a frame of these bytes, its size in front.
    func send(_ frame: [UInt8]) throws {
        let size = UInt32(frame.count)
        try send(bytes: [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) } + frame)
    }

    /// Sends these bytes as they are.
    func send(bytes: [UInt8]) throws {
        guard Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw HarnessError("send: \(errno)")
        }
    }

    /// Says that nothing more comes.
    func finish() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Reads until the other side has closed the connection.
    func readToEnd() throws {
        while try read(1) != nil {}
    }

    /// The next frame; nil when the other side has closed the connection.
    func receive() throws -> [UInt8]? {
        guard let size = try read(4) else { return nil }
        return try read(size.reduce(0) { $0 << 8 | Int($1) })
    }

    private func read(_ count: Int) throws -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let moved = bytes.withUnsafeMutableBytes { buffer in
                let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
                return recv(descriptor, rest.baseAddress, rest.count, 0)
            }
            if moved == 0 || (moved < 0 && errno == ECONNRESET) { return nil }
            guard moved > 0 else { throw HarnessError("recv: \(errno)") }
            filled += moved
        }
        return bytes
    }
}
