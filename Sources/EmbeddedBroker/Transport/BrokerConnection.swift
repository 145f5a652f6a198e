import Bytes
import EventLoop
import TLS

/// The broker's end of one client connection: TLS, then frames in, one answer at a time out.
///
/// Like a real broker it does not read a client's next request before the last one is answered and written, so a client
/// that does not read cannot make the broker keep more than one answer.
///
/// Sound as `@unchecked Sendable`: everything is touched on the loop's thread only, where the broker actor and the
/// readiness of descriptors live.
final class BrokerConnection: ReadinessHandler, @unchecked Sendable {
    /// Chosen by the broker.
    let id: UInt64
    /// Whom the connection belongs to, and whether that is proven.
    var authentication: Authentication
    private let socket: StreamSocket
    private let tls: TLSSession?
    private let loop: EventLoop
    private let maximumFrameBytes: Int
    private var registration: Registration?
    private var frames: FrameReader
    private var outbound = OutboundBuffer()
    private var waiting: UnsafeContinuation<Void, Never>?
    /// Whether the socket became ready since it was last read; edges are told once.
    private var isReady = false
    /// Whether the connection is over.
    private(set) var isClosed = false

    /// Takes over an accepted socket, and the TLS that is to be agreed on.
    ///
    /// On the loop's thread only.
    ///
    /// - Parameter expectsSASL: whether clients must authenticate before anything else.
    init(
        id: UInt64, socket: StreamSocket, tls: TLSSession?, expectsSASL: Bool, loop: EventLoop, maximumFrameBytes: Int
    ) {
        self.id = id
        self.socket = tls.map { socket.behind($0) } ?? socket
        self.tls = tls
        self.loop = loop
        self.maximumFrameBytes = maximumFrameBytes
        authentication = Authentication(expectsSASL: expectsSASL)
        frames = FrameReader(maximumFrameBytes: maximumFrameBytes)
    }

    /// Begins to watch the socket.
    func open() throws(SystemError) {
        registration = try loop.watch(socket.descriptor, self)
    }

    /// Agrees on TLS, if there is to be any; on whatever else the client speaks the connection is closed.
    func secure() async {
        guard let tls else { return }
        while !isClosed {
            isReady = false
            switch tls.handshake() {
            case .done:
                if let name = tls.peerName { authentication.showed(certificateOf: name) }
                return
            case .waits: await readiness()
            case .failed: close()
            }
        }
    }

    /// The next request; nil when the connection is over.
    func nextFrame() async -> ByteSlice? {
        frames.maximumFrameBytes =
            authentication.isOpen ? maximumFrameBytes : min(maximumFrameBytes, Authentication.maximumRequestBytes)
        while !isClosed {
            isReady = false
            flush()
            if outbound.waiting == 0 {
                switch frames.next(from: socket) {
                case .frame(let frame): return frame
                case .wouldBlock: break
                case .ended, .badSize, .failed:
                    close()
                    return nil
                }
            }
            await readiness()
        }
        return nil
    }

    private func readiness() async {
        await withUnsafeContinuation { continuation in
            if isReady || isClosed { continuation.resume() } else { waiting = continuation }
        }
    }

    /// Sends an answer: its size, then the bytes.
    func send(_ answer: WireWriter) {
        guard !isClosed else { return }
        outbound.writer.integer(Int32(clamping: answer.count))
        outbound.writer.append(answer)
        flush()
    }

    private func flush() {
        guard outbound.waiting > 0, !isClosed else { return }
        switch outbound.flush(to: socket) {
        case .moved, .wouldBlock: break
        case .ended, .failed: close()
        }
    }

    func ready(_ readiness: Readiness) {
        wake()
    }

    private func wake() {
        isReady = true
        let continuation = waiting
        waiting = nil
        continuation?.resume()
    }

    /// Closes the socket; whoever waits for a frame gets nil.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        if let registration { loop.unwatch(registration) }
        socket.close()
        wake()
    }
}
