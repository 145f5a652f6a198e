import Bytes
import Glibc

/// What one attempt to read or write came to.
package enum TransferResult: Hashable, Sendable {
    /// So many bytes were moved; at least one.
    case moved(Int)
    /// Nothing can be moved now; wait for readiness.
    case wouldBlock
    /// The peer closed its side.
    case ended
    /// The connection broke.
    case failed(SystemError)
}

/// What stands between a socket and the bytes of its owner, such as TLS; on the owner's loop only.
package protocol StreamLayer: AnyObject, Sendable {
    /// Reads up to `capacity` bytes.
    func read(into memory: UnsafeMutableRawPointer, capacity: Int) -> TransferResult

    /// Writes the parts, as far as the socket takes them; what was not taken is given again, unchanged.
    func write(_ parts: UnsafeMutableBufferPointer<iovec>) -> TransferResult

    /// Whether reading, which would block, goes on only once the socket can be written.
    var readWaitsForWriting: Bool { get }

    /// Whether writing, which would block, goes on only once the socket can be read.
    var writeWaitsForReading: Bool { get }

    /// Says goodbye to the peer, as far as the socket takes it; the socket is closed afterwards.
    func close()
}

/// A connected or connecting, non-blocking TCP socket, plain or with a layer such as TLS behind the same calls.
///
/// Its owner closes it once.
package struct StreamSocket: Sendable {
    /// The descriptor.
    package let descriptor: Int32
    private var layer: (any StreamLayer)?

    /// Takes over a non-blocking descriptor and switches Nagle's delay off: frames are gathered before they are sent.
    package init(descriptor: Int32) {
        self.descriptor = descriptor
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Begins to connect to `address`; completion shows as writability, the outcome as `connectError`.
    package static func connecting(to address: SocketAddress) throws(SystemError) -> StreamSocket {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.family, type, 0)
        guard descriptor >= 0 else { throw .last("socket") }
        let result = address.withPointer { connect(descriptor, $0, $1) }
        if result != 0 && errno != EINPROGRESS {
            let error = SystemError.last("connect")
            Glibc.close(descriptor)
            throw error
        }
        return StreamSocket(descriptor: descriptor)
    }

    /// Why connecting failed, once the socket is writable; nil when it is connected.
    package var connectError: SystemError? {
        var number: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &size) == 0 else { return .last("getsockopt") }
        return number == 0 ? nil : SystemError("connect", number)
    }

    /// The same socket behind `layer`.
    package func behind(_ layer: any StreamLayer) -> StreamSocket {
        var socket = self
        socket.layer = layer
        return socket
    }

    /// What a readiness of the descriptor means for reading and writing through the layer.
    package func effective(_ readiness: Readiness) -> Readiness {
        guard let layer else { return readiness }
        return Readiness(
            canRead: readiness.canRead || (readiness.canWrite && layer.readWaitsForWriting),
            canWrite: readiness.canWrite || (readiness.canRead && layer.writeWaitsForReading))
    }

    /// Reads up to `capacity` bytes.
    package func read(into memory: UnsafeMutableRawPointer, capacity: Int) -> TransferResult {
        if let layer { return layer.read(into: memory, capacity: capacity) }
        while true {
            let moved = recv(descriptor, memory, capacity, 0)
            if moved < 0 && errno == EINTR { continue }
            return result(of: moved, call: "recv")
        }
    }

    /// Writes the parts in one call, as far as the socket takes them.
    package func write(_ parts: UnsafeMutableBufferPointer<iovec>) -> TransferResult {
        if let layer { return layer.write(parts) }
        var message = msghdr()
        message.msg_iov = parts.baseAddress
        message.msg_iovlen = parts.count
        while true {
            let moved = sendmsg(descriptor, &message, Int32(MSG_NOSIGNAL))
            if moved < 0 && errno == EINTR { continue }
            return result(of: moved, call: "sendmsg")
        }
    }

    /// Makes closing, also by the end of the process, reset the connection: the kernel sends nothing of what is left.
    package func discardUnsentOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// Closes the descriptor.
    ///
    /// Call once, after `unwatch`.
    package func close() {
        layer?.close()
        Glibc.close(descriptor)
    }

    private func result(of moved: Int, call: String) -> TransferResult {
        if moved > 0 { return .moved(moved) }
        if moved == 0 { return .ended }
        return errno == EAGAIN ? .wouldBlock : .failed(.last(call))
    }
}
