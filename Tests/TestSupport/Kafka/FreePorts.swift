import Glibc
import Synchronization

/// Loopback ports nobody listens on, each handed out once per process.
///
/// They lie below the range the kernel gives to connections going out (32768 and up), so that a broker that restarts
/// finds its port free again.
package enum FreePorts {
    private static let given = Mutex<Set<UInt16>>([])

    /// Takes `count` ports; another process may still take one before it is used.
    package static func take(_ count: Int) throws -> [UInt16] {
        try given.withLock { given in
            var ports: [UInt16] = []
            for _ in 0..<10_000 where ports.count < count {
                let port = UInt16.random(in: 20_000..<32_000)
                if isFree(port), given.insert(port).inserted { ports.append(port) }
            }
            guard ports.count == count else { throw HarnessError("no \(count) free ports on loopback") }
            return ports
        }
    }

    /// Runs `body`, which takes ports and lets somebody listen on them; once more when another process was quicker.
    package static func withTaken<Result: Sendable>(
        isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
    ) async throws -> Result {
        do {
            return try await body()
        } catch let error where "\(error)".contains("Address already in use") {
            return try await body()
        }
    }

    private static func isFree(_ port: UInt16) -> Bool {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = loopback(port)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    /// Whether somebody accepts connections on this loopback port.
    package static func isListening(_ port: UInt16) -> Bool {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = loopback(port)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
