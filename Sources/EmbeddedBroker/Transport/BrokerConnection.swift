import Bytes
import EventLoop

/// The broker's end of one client connection: frames in, one answer at a time out.
///
/// Like a real broker it does not read a client's next request before the last one is answered and written, so a client
/// that does not read cannot make the broker keep more than one answer.
///
/// Sound as `@unchecked Sendable`: everything is touched on the loop's thread only, where the broker actor and the
/// readiness of descriptors live.
final class BrokerConnection: ReadinessHandler, @unchecked Sendable {
    /// The principal of clients that have not said who they are.
    static let anonymous = "User:ANONYMOUS"

    /// Chosen by the broker.
    let id: UInt64
    /// Whom the connection belongs to.
    var principal = BrokerConnection.anonymous
    private let socket: StreamSocket
    private let loop: EventLoop
    private var registration: Registration?
    private var frames: FrameReader
    private var outbound = OutboundBuffer()
    private var waiting: UnsafeContinuation<Void, Never>?
    /// Whether the socket became ready since it was last read; edges are told once.
    private var isReady = false
    /// Whether the connection is over.
    private(set) var isClosed = false

    /// Takes over an accepted socket.
    ///
    /// On the loop's thread only.
    init(id: UInt64, socket: StreamSocket, loop: EventLoop, maximumFrameBytes: Int) {
        self.id = id
        self.socket = socket
        self.loop = loop
        frames = FrameReader(maximumFrameBytes: maximumFrameBytes)
    }

    /// Begins to watch the socket.
    func open() throws(SystemError) {
        registration = try loop.watch(socket.descriptor, self)
    }

    /// The next request; nil when the connection is over.
    func nextFrame() async -> ByteSlice? {
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
            await withUnsafeContinuation { continuation in
                if isReady || isClosed { continuation.resume() } else { waiting = continuation }
            }
        }
        return nil
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
