import Bytes
import EventLoop
import Glibc
import KafkaProtocol
import TLS

/// One connection to one broker: frames, correlation, version negotiation, deadlines.
///
/// Pinned to its event loop. Requests are encoded into one buffer and written together at the end of the loop's turn;
/// answers arrive in blocks of their own and are decoded without copying what they carry. When the peer does not read,
/// requests beyond a limit are held, in their order, until it took the others. When the connection ends, every waiting
/// request ends with the same reason.
package actor Connection: ReadinessHandler {
    /// The loop that this connection lives on.
    package nonisolated let loop: EventLoop
    /// Limits and names.
    package nonisolated let options: ConnectionOptions
    /// The broker's address, `host:port`.
    package nonisolated let peer: String

    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private var socket: StreamSocket
    private let tls: TLSSession?
    private var registration: Registration?
    private var frames: FrameReader
    private var outbound = OutboundBuffer()
    private var scratch = WireWriter()
    private var inFlight = InFlightRequests()
    private var held: [HeldRequest] = []
    private var isFlushScheduled = false
    private var isReadScheduled = false
    private var discardsUnsent = false
    private var nextCorrelationId: Int32 = 1
    private var progress = ConnectionProgress.connecting
    private var connecting: UnsafeContinuation<ConnectionError?, Never>?
    private var connectingTimer: TimerToken?
    private var handshakeDeadline = Deadline(inMs: 0)
    /// Whether new requests are held until the session is authenticated again (KIP-368).
    private var isReauthenticating = false
    /// Who we said we are; nil without SASL.
    var session: AuthenticatedSession?
    /// Ranges of versions the broker speaks, by API key; empty until negotiated.
    private var brokerVersions: [Int16: ClosedRange<Int16>] = [:]
    /// Why the connection ended; nil while it is open.
    package private(set) var ended: ConnectionError?

    /// Frames read in one go before others on the loop get their turn.
    private static let framesPerTurn = 32

    /// Takes over a socket that is connecting, and the TLS on it.
    init(socket: StreamSocket, tls: TLSSession? = nil, loop: EventLoop, options: ConnectionOptions, peer: String) {
        self.socket = tls.map { socket.behind($0) } ?? socket
        self.tls = tls
        self.loop = loop
        self.options = options
        self.peer = peer
        frames = FrameReader(maximumFrameBytes: options.maximumFrameBytes)
    }

    /// Requests that wait for their answer, those included whose answer nobody wants any more.
    package var waitingRequests: Int { inFlight.count + held.count }

    /// Bytes of requests kept because the peer did not take them yet; bounded by the options' `maximumOutboundBytes`
    /// and one request.
    package var keptOutboundBytes: Int { outbound.kept }

    // MARK: Requests

    /// Sends a request and waits for its answer.
    ///
    /// - Parameters:
    ///   - request: what to send, at the highest version that both sides speak.
    ///   - maximumVersion: speak at most this version, for behaviour that a newer one changes.
    ///   - timeoutMs: how long the answer may take; the options' default when nil.
    package func send<Request: RequestMessage>(
        _ request: Request, maximumVersion: Int16 = .max, timeoutMs: Int64? = nil
    ) async throws(ConnectionError) -> Request.Response {
        let version = try negotiated(Request.api, maximumVersion)
        return try await send(request, version: version, timeoutMs: timeoutMs ?? options.requestTimeoutMs)
    }

    /// Sends a request in exactly `version`.
    ///
    /// - Parameter isUrgent: whether it is sent at once, although others are held.
    func send<Request: RequestMessage>(
        _ request: Request, version: Int16, timeoutMs: Int64, isUrgent: Bool = false
    ) async throws(ConnectionError) -> Request.Response {
        let api = Request.api
        let frame = try await answer(to: request, version: version, timeoutMs: timeoutMs, isUrgent: isUrgent).get()
        do throws(WireError) {
            let body = try ResponseHeader.decode(frame, version: api.responseHeaderVersion(version))
            return try Request.Response.decode(body, version: version, isFlexible: api.isFlexible(version))
        } catch {
            throw ConnectionError(.wire(api.key, error), peer: peer)
        }
    }

    /// Highest version that both sides speak, at most `maximum`.
    package func negotiated(_ api: APIDescription, _ maximum: Int16 = .max) throws(ConnectionError) -> Int16 {
        if let ended { throw ended }
        let theirs = brokerVersions[api.key.rawValue]
        let highest = min(theirs?.upperBound ?? -1, api.versions.upperBound, maximum)
        guard let theirs, highest >= max(theirs.lowerBound, api.versions.lowerBound) else {
            throw ConnectionError(.unsupportedVersion(api.key, theirs: theirs), peer: peer)
        }
        return highest
    }

    /// Remembers what the broker speaks.
    func setBrokerVersions(_ versions: [Int16: ClosedRange<Int16>]) {
        brokerVersions = versions
    }

    private func enqueue(
        _ request: some RequestMessage, _ version: Int16, _ correlationId: Int32
    ) throws(ConnectionError) {
        if let ended { throw ended }
        let api = type(of: request).api
        let header = RequestHeader(
            apiKey: api.key.rawValue, apiVersion: version, correlationId: correlationId, clientId: options.clientId)
        // Emptied at once: the batches in it would stay in memory for as long as nothing else is sent.
        defer { scratch.reset() }
        do throws(WireError) {
            try header.encode(into: &scratch, version: api.requestHeaderVersion(version))
            try request.encode(into: &scratch, version: version, isFlexible: api.isFlexible(version))
        } catch {
            throw ConnectionError(.notEncodable(api.key, error), peer: peer)
        }
        outbound.writer.integer(Int32(clamping: scratch.count))
        outbound.writer.append(scratch)
        scheduleFlush()
    }

    private func answer<Request: RequestMessage>(
        to request: Request, version: Int16, timeoutMs: Int64, isUrgent: Bool
    ) async -> InFlightRequests.Answer {
        let key = Request.api.key
        let correlationId = nextCorrelationId
        nextCorrelationId &+= 1
        return await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                if let ended { return continuation.resume(returning: .failure(ended)) }
                let timer = loop.schedule(after: .milliseconds(timeoutMs), holdsLoop: true) { [weak self] in
                    self?.assumeIsolated { $0.giveUp(correlationId, .requestTimeout(key, timeoutMs)) }
                }
                let entry = InFlightRequests.Request(
                    correlationId: correlationId, key: key, timer: timer, continuation: continuation)
                if isUrgent || (held.isEmpty && mayBegin) {
                    begin(entry) { () throws(ConnectionError) in try self.enqueue(request, version, correlationId) }
                } else {
                    let write = { () throws(ConnectionError) in try self.enqueue(request, version, correlationId) }
                    held.append(HeldRequest(request: entry, write: write))
                }
                if Task.isCancelled { giveUp(correlationId, .cancelled) }
            }
        } onCancel: {
            loop.submit { self.assumeIsolated { $0.giveUp(correlationId, .cancelled) } }
        }
    }

    /// Encodes a request and notes that it waits, in one go: answers come in the order of the bytes.
    private func begin(_ request: InFlightRequests.Request, _ write: () throws(ConnectionError) -> Void) {
        do throws(ConnectionError) {
            try write()
            inFlight.append(request)
        } catch {
            if let timer = request.timer { loop.cancel(timer) }
            request.continuation?.resume(returning: .failure(error))
        }
    }

    /// Whether a request may be encoded now.
    private var mayBegin: Bool { !isReauthenticating && outbound.kept <= options.maximumOutboundBytes }

    /// Holds new requests, or lets them go on.
    func hold(_ isHeld: Bool) {
        isReauthenticating = isHeld
        if !isHeld { release() }
    }

    /// Begins what was held, as far as there is room now.
    private func release() {
        var count = 0
        while count < held.count, mayBegin {
            begin(held[count].request, held[count].write)
            count += 1
        }
        held.removeFirst(count)
    }

    /// Takes a request from those that wait; its place in the order stays where its bytes are written.
    private func abandon(_ correlationId: Int32) -> InFlightRequests.Request? {
        guard let place = held.firstIndex(where: { $0.request.correlationId == correlationId }) else {
            return inFlight.abandon(correlationId)
        }
        return held.remove(at: place).request
    }

    private func giveUp(_ correlationId: Int32, _ code: ConnectionError.Code) {
        guard let request = abandon(correlationId), let continuation = request.continuation else { return }
        if let timer = request.timer { loop.cancel(timer) }
        continuation.resume(returning: .failure(ConnectionError(code, peer: peer)))
        // A broker answers in order: behind an answer that does not come, none will.
        if case .requestTimeout = code { end(code) }
    }

    // MARK: Life

    /// Watches the socket and waits until it is connected, at most `limit`, and TLS is agreed on, before `deadline`.
    ///
    /// Ends early when the task is cancelled.
    func connect(within limit: Duration, until deadline: Deadline) async throws(ConnectionError) {
        let timeoutMs = options.connectTimeoutMs
        endConnecting(after: limit, .connectTimeout(timeoutMs))
        let failure = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                // The waiter first: readiness is told once, and it may be told in the very next turn.
                connecting = continuation
                handshakeDeadline = deadline
                do throws(SystemError) {
                    registration = try loop.watch(socket.descriptor, self)
                } catch {
                    end(.unreachable(error))
                }
                if Task.isCancelled { end(.cancelled) }
            }
        } onCancel: {
            loop.submit { self.assumeIsolated { if $0.connecting != nil { $0.end(.cancelled) } } }
        }
        if let timer = connectingTimer.take() { loop.cancel(timer) }
        if let failure { throw failure }
    }

    private func endConnecting(after limit: Duration, _ code: ConnectionError.Code) {
        if let timer = connectingTimer.take() { loop.cancel(timer) }
        connectingTimer = loop.schedule(after: limit, holdsLoop: true) { [weak self] in
            self?.assumeIsolated { if $0.connecting != nil { $0.end(code) } }
        }
    }

    /// Goes on with connecting and TLS; false as long as requests cannot be sent.
    private func goOn(_ readiness: Readiness) -> Bool {
        if progress == .connecting {
            guard readiness.canWrite else { return false }
            if let error = socket.connectError {
                end(.unreachable(error))
                return false
            }
            progress = .securing
            if tls != nil {
                endConnecting(after: handshakeDeadline.left, .handshakeTimeout(handshakeDeadline.limitMs))
            }
        }
        switch tls?.handshake() {
        case .waits: return false
        case .failed(let error):
            end(.tls(error))
            return false
        case .done, nil:
            progress = .open
            connecting.take()?.resume(returning: nil)
            return true
        }
    }

    /// From now on the connection's end, also that of the process, discards what the peer has not taken: nothing of it
    /// arrives later.
    package func discardUnsentOnClose() {
        guard ended == nil, !discardsUnsent else { return }
        discardsUnsent = true
        socket.discardUnsentOnClose()
    }

    /// Ends the connection; every waiting request fails with "closed".
    package func close() {
        end(.closed)
    }

    func end(_ code: ConnectionError.Code) {
        guard ended == nil else { return }
        let error = ConnectionError(code, peer: peer)
        ended = error
        if let registration { loop.unwatch(registration) }
        registration = nil
        if let timer = session?.timer { loop.cancel(timer) }
        session = nil
        socket.close()
        connecting.take()?.resume(returning: error)
        while let request = inFlight.removeFirst() {
            if let timer = request.timer { loop.cancel(timer) }
            request.continuation?.resume(returning: .failure(error))
        }
        let unsent = held
        held = []
        for entry in unsent {
            if let timer = entry.request.timer { loop.cancel(timer) }
            entry.request.continuation?.resume(returning: .failure(error))
        }
        outbound = OutboundBuffer()
    }

    // MARK: Input and output

    package nonisolated func ready(_ readiness: Readiness) {
        assumeIsolated { $0.handle(readiness) }
    }

    private func handle(_ readiness: Readiness) {
        var readiness = readiness
        if progress < .open {
            guard goOn(readiness) else { return }
            // Readiness is told once: what came along with it, bytes or the peer's end, is dealt with now.
            if tls != nil { readiness = .all }
        }
        readiness = socket.effective(readiness)
        if readiness.canWrite { flush() }
        if readiness.canRead { readFrames() }
    }

    private func scheduleFlush() {
        guard !isFlushScheduled else { return }
        isFlushScheduled = true
        loop.atEndOfTurn { [weak self] in
            self?.assumeIsolated { connection in
                connection.isFlushScheduled = false
                connection.flush()
            }
        }
    }

    private func flush() {
        guard ended == nil, outbound.waiting > 0 else { return }
        switch outbound.flush(to: socket) {
        case .failed(let error):
            // What the peer said before it went says more than that it is gone.
            readFrames()
            end(broken(error))
        case .moved: release()
        case .wouldBlock, .ended: break
        }
    }

    private func readFrames() {
        for _ in 0..<Self.framesPerTurn {
            guard ended == nil else { return }
            switch frames.next(from: socket) {
            case .frame(let frame): deliver(frame)
            case .wouldBlock: return
            case .ended(inFrame: true): return end(.closedByPeer(.withinAnswer))
            case .ended(inFrame: false): return end(.closedByPeer(momentOfEnd))
            case .badSize(let size): return end(.notKafka(size, limit: options.maximumFrameBytes))
            case .failed(let error): return end(broken(error))
            }
        }
        // Readiness is edge-triggered: what is left would not be announced again.
        guard !isReadScheduled else { return }
        isReadScheduled = true
        loop.submit { [weak self] in
            self?.assumeIsolated { connection in
                connection.isReadScheduled = false
                connection.readFrames()
            }
        }
    }

    /// A peer that closes with our bytes unread resets the connection.
    private func broken(_ error: SystemError) -> ConnectionError.Code {
        if let failure = tls?.failure { return .tls(failure) }
        let isReset = error.number == ECONNRESET || error.number == EPIPE
        return isReset && progress < .letIn ? .closedByPeer(momentOfEnd) : .broken(error)
    }

    private var momentOfEnd: ConnectionError.Moment { progress.momentOfEnd(overTLS: tls != nil) }

    /// Notes how far the connection has come; it never goes back.
    func advance(to progress: ConnectionProgress) {
        self.progress = max(self.progress, progress)
    }

    private func deliver(_ frame: ByteSlice) {
        guard let request = inFlight.removeFirst() else { return end(.unsolicited(frame.count)) }
        let correlationId: Int32 = UnsafeRawPointer(frame.start).loadBigEndian(at: 0)
        if progress < .letIn { advance(to: ConnectionProgress(afterAnswerTo: request.key)) }
        if let timer = request.timer { loop.cancel(timer) }
        guard correlationId == request.correlationId else {
            let code = ConnectionError.Code.correlation(expected: request.correlationId, actual: correlationId)
            request.continuation?.resume(returning: .failure(ConnectionError(code, peer: peer)))
            return end(code)
        }
        request.continuation?.resume(returning: .success(frame))
    }
}
