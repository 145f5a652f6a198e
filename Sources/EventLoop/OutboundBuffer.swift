import Bytes
import Glibc

/// What waits to be written to one socket: frames are collected here and leave with one gathered write a turn.
package struct OutboundBuffer: Sendable {
    /// Where frames are encoded to.
    package var writer = WireWriter()
    /// Bytes of `writer` that the socket already took.
    private var sent = 0

    /// Most parts handed to the kernel in one call (Linux: `UIO_MAXIOV` is 1024).
    private static let maximumParts = 512

    /// An empty buffer.
    package init() {}

    /// Bytes that still wait.
    package var waiting: Int { writer.count - sent }

    /// Bytes that are kept: those that wait, and those written before them since the buffer was last empty.
    package var kept: Int { writer.count }

    /// Writes as much as the socket takes; `.moved` means everything is written.
    package mutating func flush(to socket: StreamSocket) -> TransferResult {
        let total = waiting
        while waiting > 0 {
            let result = withParts { socket.write($0) }
            guard case .moved(let count) = result else { return result }
            sent += count
        }
        writer.reset()
        sent = 0
        return .moved(total)
    }

    /// Names the bytes not yet sent as parts of a gathered write.
    private func withParts<Result>(_ body: (UnsafeMutableBufferPointer<iovec>) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: iovec.self, capacity: Self.maximumParts) { parts in
            writer.bytes.withUnsafeBytes { bytes in
                var used = 0
                var skip = sent
                func add(_ base: UnsafeRawPointer?, _ count: Int) {
                    guard used < parts.count, let base, count > skip else {
                        skip = Swift.max(skip - count, 0)
                        return
                    }
                    parts[used] = iovec(iov_base: UnsafeMutableRawPointer(mutating: base + skip), iov_len: count - skip)
                    used += 1
                    skip = 0
                }
                var from = 0
                for splice in writer.splices {
                    add(bytes.baseAddress.map { $0 + from }, splice.position - from)
                    add(UnsafeRawPointer(splice.slice.start), splice.slice.count)
                    from = splice.position
                }
                add(bytes.baseAddress.map { $0 + from }, bytes.count - from)
                return body(UnsafeMutableBufferPointer(rebasing: parts[..<used]))
            }
        }
    }
}
