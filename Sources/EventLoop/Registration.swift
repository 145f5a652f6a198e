import CLinux
import Glibc

/// A watched descriptor.
///
/// The number tells it from an earlier use of the same descriptor.
package struct Registration: Hashable, Sendable {
    /// The watched descriptor.
    package let descriptor: Int32
    /// Which watch of the loop this is.
    let number: UInt32

    /// Both in one 64-bit word, as epoll carries it.
    var packed: UInt64 { UInt64(number) << 32 | UInt64(UInt32(bitPattern: descriptor)) }
}

/// What a descriptor is ready for.
package struct Readiness: Hashable, Sendable {
    /// Bytes, an end or an error can be read, or a connection accepted.
    package let canRead: Bool
    /// Bytes can be written, or a connection was made.
    package let canWrite: Bool

    /// Ready for both: to look at what may have come unannounced.
    package static let all = Readiness(canRead: true, canWrite: true)

    init(canRead: Bool, canWrite: Bool) {
        self.canRead = canRead
        self.canWrite = canWrite
    }

    init(events: UInt32) {
        let ends = EPOLLERR.rawValue | EPOLLHUP.rawValue | EPOLLRDHUP.rawValue
        canRead = events & (EPOLLIN.rawValue | ends) != 0
        canWrite = events & (EPOLLOUT.rawValue | EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0
    }
}

/// Receives the readiness of one descriptor, on the loop's thread, edge-triggered: drain until "would block".
package protocol ReadinessHandler: AnyObject, Sendable {
    /// The descriptor became ready.
    func ready(_ readiness: Readiness)
}
