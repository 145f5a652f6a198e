import Foundation

/// Listening sockets of the tests.
enum LoopbackListener {
    /// A socket on `127.0.0.1` at a port of the system's choice, or with `port` on `127.0.0.2` at that one; it listens
    /// where there is a backlog.
    static func open(backlog: Int32?, secondAt port: UInt16? = nil) throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw HarnessError("no socket: error \(errno)") }
        var address = loopback(port: port ?? 0)
        if port != nil { address.sin_addr.s_addr = UInt32(0x7f00_0002).bigEndian }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && backlog.map { listen(descriptor, $0) } ?? 0 == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        guard result else {
            close(descriptor)
            throw HarnessError("cannot listen: error \(errno)")
        }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    /// `127.0.0.1` with a port.
    static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }
}

/// A port that swallows whoever connects, as a firewall does: its queue is full and nobody accepts.
package final class SwallowingPort: Sendable {
    /// The port.
    package let port: UInt16
    private let descriptors: [Int32]

    /// Listens and fills the queue.
    package init() throws {
        let (listener, port) = try LoopbackListener.open(backlog: 0)
        var descriptors = [listener]
        for _ in 0..<3 {
            let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            let descriptor = socket(AF_INET, type, 0)
            var address = LoopbackListener.loopback(port: port)
            _ = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            descriptors.append(descriptor)
        }
        self.port = port
        self.descriptors = descriptors
    }

    deinit {
        for descriptor in descriptors { close(descriptor) }
    }
}

/// A port where nobody listens, and which nobody is given meanwhile.
package final class DeadPort: Sendable {
    /// The port.
    package let port: UInt16
    private let descriptor: Int32

    /// Takes a port.
    package init() throws {
        (descriptor, port) = try LoopbackListener.open(backlog: nil)
    }

    deinit { close(descriptor) }
}
