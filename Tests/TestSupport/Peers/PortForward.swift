import Foundation
import Synchronization

/// Another port for a server: passes bytes on in both directions, as a load balancer in front of brokers does.
package final class PortForward: Sendable {
    /// The port it listens on, on `127.0.0.1`.
    package let port: UInt16
    private let listener: Int32
    private let count = Mutex(0)

    /// Passes connections on to `127.0.0.1` at `target`.
    package init(to target: UInt16) throws {
        (listener, port) = try LoopbackListener.open(backlog: 128)
        Thread.detachNewThread { [self] in
            while true {
                let near = accept(listener, nil, nil)
                if near < 0 && errno == EINTR { continue }
                if near < 0 { break }
                count.withLock { $0 += 1 }
                let far = Self.connected(to: target)
                // Each direction ends by itself; the descriptors are closed when both have.
                let open = Counter()
                for (from, into) in [(near, far), (far, near)] {
                    Thread.detachNewThread {
                        Self.pump(from, into)
                        if open.countDown() == 0 {
                            close(near)
                            close(far)
                        }
                    }
                }
            }
            close(listener)
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    /// Connections accepted so far.
    package var accepted: Int { count.withLock { $0 } }

    /// Refuses connections from now on; those that are open stay.
    package func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    private final class Counter: Sendable {
        private let left = Mutex(2)
        func countDown() -> Int {
            left.withLock {
                $0 -= 1
                return $0
            }
        }
    }

    private static func connected(to port: UInt16) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = LoopbackListener.loopback(port: port)
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return descriptor
    }

    private static func pump(_ from: Int32, _ into: Int32) {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(from, &chunk, chunk.count, 0)
            guard count > 0 else { break }
            var sent = 0
            while sent < count {
                let moved = chunk[sent..<count].withUnsafeBytes {
                    send(into, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard moved > 0 else { break }
                sent += moved
            }
            if sent < count { break }
        }
        shutdown(into, Int32(SHUT_WR))
        shutdown(from, Int32(SHUT_RD))
    }
}
