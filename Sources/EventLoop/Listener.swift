import CLinux
import Glibc

/// A listening TCP socket on loopback that hands each accepted connection to a closure on the loop's thread.
package final class Listener: ReadinessHandler {
    /// The port it listens on.
    package let port: UInt16
    private let descriptor: Int32
    private let loop: EventLoop
    private let accepted: @Sendable (StreamSocket) -> Void

    /// Listens on `127.0.0.1:port`; 0 lets the system choose a port.
    package init(
        port: UInt16, loop: EventLoop, accepted: @escaping @Sendable (StreamSocket) -> Void
    ) throws(SystemError) {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        descriptor = socket(AF_INET, type, 0)
        self.loop = loop
        self.accepted = accepted
        guard descriptor >= 0 else {
            self.port = 0
            throw .last("socket")
        }
        do throws(SystemError) {
            self.port = try Self.bind(descriptor, port)
        } catch {
            self.port = 0
            Glibc.close(descriptor)
            throw error
        }
    }

    private static func bind(_ descriptor: Int32, _ port: UInt16) throws(SystemError) -> UInt16 {
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        let address = SocketAddress.loopback(port: port)
        guard address.withPointer({ Glibc.bind(descriptor, $0, $1) }) == 0 else { throw .last("bind") }
        guard listen(descriptor, 128) == 0 else { throw .last("listen") }
        var storage = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard result == 0 else { throw .last("getsockname") }
        return UInt16(bigEndian: storage.sin_port)
    }

    /// Begins to accept.
    ///
    /// On the loop's thread only.
    package func start() throws(SystemError) -> Registration {
        try loop.watch(descriptor, self)
    }

    /// Stops accepting and closes the socket.
    ///
    /// On the loop's thread only.
    package func stop(_ registration: Registration) {
        loop.unwatch(registration)
        Glibc.close(descriptor)
    }

    package func ready(_ readiness: Readiness) {
        while true {
            let peer = lockstep_accept(descriptor)
            if peer < 0 {
                if errno == EINTR || errno == ECONNABORTED { continue }
                return
            }
            accepted(StreamSocket(descriptor: peer))
        }
    }
}

/// A port on loopback that refuses whoever connects, and that nobody else is given meanwhile: bound, not listening.
package final class RefusedPort: Sendable {
    private let descriptor: Int32

    /// Takes `127.0.0.1:port`, which must be free.
    package init(_ port: UInt16) throws(SystemError) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .last("socket") }
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        guard SocketAddress.loopback(port: port).withPointer({ Glibc.bind(descriptor, $0, $1) }) == 0 else {
            throw .last("bind")
        }
    }

    deinit {
        if descriptor >= 0 { Glibc.close(descriptor) }
    }
}
