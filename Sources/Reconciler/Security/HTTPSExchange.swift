import Credentials
import EventLoop
import Glibc
import TLS

/// One request to a web server and its answer, on the loop of connections: nothing blocks, everything has an end.
///
/// The machine's own library for this takes no certificates but the system's, and token endpoints often have others.
actor HTTPSExchange: ReadinessHandler {
    /// Why there is no answer, in words that continue the endpoint's address.
    struct Failure: Error, Hashable {
        var words: String
        var isRetriable: Bool
        /// What to do; nil when the words say it.
        var advice: String? = "Check tokenEndpoint, and whether it is up."
        /// Why the address could not be connected to; nil when another one would do no better.
        var obstacle: Obstacle?
    }

    /// Why an address cannot be connected to.
    enum Obstacle {
        /// This machine has no way to addresses of that kind.
        case noRoute
        /// Nobody is there, or nobody is heard of.
        case unreachable
    }

    /// How long one exchange may take, looking the name up included.
    static let limit = Duration.seconds(8)

    private let loop: EventLoop
    private var socket: StreamSocket
    private let tls: TLSSession?
    private var unsent: ArraySlice<UInt8>
    private var received: [UInt8] = []
    private var registration: Registration?
    private var progress = Progress.connecting
    private var waiter: UnsafeContinuation<Result<HTTPResponse, Failure>, Never>?
    private var timer: TimerToken?
    private var deadline = ContinuousClock.now

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private enum Progress { case connecting, securing, open, ended }

    private init(socket: StreamSocket, tls: TLSSession?, request: [UInt8], loop: EventLoop) {
        self.socket = tls.map { socket.behind($0) } ?? socket
        self.tls = tls
        self.loop = loop
        unsent = request[...]
    }

    /// Sends a request to the first address that can be connected to and waits for the answer.
    static func perform(
        _ request: TokenRequest, _ loop: EventLoop, names: NameResolution = .system, within limit: Duration = limit
    ) async throws(Failure) -> HTTPResponse {
        guard let address = request.address, let bytes = request.bytes else {
            throw Failure(words: "is no address", isRetriable: false)
        }
        let deadline = ContinuousClock.now + limit
        let addresses: [SocketAddress]
        do throws(ResolutionError) {
            addresses = try await names.addresses(host: address.host, port: address.port, within: limit, on: loop)
        } catch {
            throw Failure(words: "is not found: \(error)", isRetriable: true)
        }
        let options = address.isSecure ? TLSOptions(trustedCertificates: request.trustedCertificates) : nil
        var failure: Failure?
        for (index, one) in addresses.enumerated() {
            do throws(Failure) {
                let exchange = try begin(one, host: address.host, options, bytes, loop)
                let share = ContinuousClock.now.duration(to: deadline) / (addresses.count - index)
                return try await exchange.run(connectingWithin: share, until: deadline)
            } catch {
                guard let obstacle = error.obstacle else { throw error }
                // The first one says most, except that this machine has no way to such an address.
                if failure == nil || (failure?.obstacle == .noRoute && obstacle != .noRoute) { failure = error }
            }
        }
        throw failure ?? Failure(words: "has no address", isRetriable: true)
    }

    private static func begin(
        _ address: SocketAddress, host: String, _ options: TLSOptions?, _ request: [UInt8], _ loop: EventLoop
    ) throws(Failure) -> HTTPSExchange {
        let socket: StreamSocket
        do throws(SystemError) {
            socket = try StreamSocket.connecting(to: address)
        } catch {
            throw unreachable(error)
        }
        guard let options else { return HTTPSExchange(socket: socket, tls: nil, request: request, loop: loop) }
        do throws(TLSError) {
            let tls = try TLSSession.client(options, host: host, descriptor: socket.descriptor)
            return HTTPSExchange(socket: socket, tls: tls, request: request, loop: loop)
        } catch {
            socket.close()
            throw insecure(error)
        }
    }

    private static func unreachable(_ error: SystemError) -> Failure {
        Failure(
            words: "cannot be reached: \(error)", isRetriable: true, obstacle: error.isNoRoute ? .noRoute : .unreachable
        )
    }

    private static func insecure(_ error: TLSError) -> Failure {
        Failure(
            words: "cannot be asked over TLS: \(error.words(about: .tokenEndpoint))", isRetriable: error.isRetriable,
            advice: nil)
    }

    /// Connects within one time and has the answer before another.
    private func run(
        connectingWithin share: Duration, until deadline: ContinuousClock.Instant
    ) async throws(Failure) -> HTTPResponse {
        let result = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                waiter = continuation
                self.deadline = deadline
                let late = Failure(
                    words: "cannot be reached: it does not answer", isRetriable: true, obstacle: .unreachable)
                end(after: share, late)
                do throws(SystemError) {
                    registration = try loop.watch(socket.descriptor, self)
                } catch {
                    end(.failure(Self.unreachable(error)))
                }
                if Task.isCancelled { fail("was not asked to the end", isRetriable: true) }
            }
        } onCancel: {
            loop.submit { self.assumeIsolated { $0.fail("was not asked to the end", isRetriable: true) } }
        }
        return try result.get()
    }

    private func end(after limit: Duration, _ failure: Failure) {
        if let timer { loop.cancel(timer) }
        timer = loop.schedule(after: max(limit, .zero), holdsLoop: true) { [weak self] in
            self?.assumeIsolated { $0.end(.failure(failure)) }
        }
    }

    private func fail(_ words: String, isRetriable: Bool) {
        end(.failure(Failure(words: words, isRetriable: isRetriable)))
    }

    private func end(_ result: Result<HTTPResponse, Failure>) {
        guard progress != .ended else { return }
        progress = .ended
        if let timer { loop.cancel(timer) }
        if let registration { loop.unwatch(registration) }
        registration = nil
        socket.close()
        waiter.take()?.resume(returning: result)
    }

    nonisolated func ready(_ readiness: Readiness) {
        assumeIsolated { $0.handle(readiness) }
    }

    private func handle(_ readiness: Readiness) {
        var readiness = readiness
        if progress == .connecting {
            guard readiness.canWrite else { return }
            if let error = socket.connectError { return end(.failure(Self.unreachable(error))) }
            progress = .securing
            // From here on nobody else is asked, so that all of the time is for this one.
            end(
                after: ContinuousClock.now.duration(to: deadline),
                Failure(words: "did not answer in time", isRetriable: true))
        }
        if progress == .securing {
            switch tls?.handshake() {
            case .waits: return
            case .failed(let error): return end(.failure(Self.insecure(error)))
            case .done, nil:
                progress = .open
                readiness = .all
            }
        }
        readiness = socket.effective(readiness)
        if progress == .open, readiness.canWrite { write() }
        if progress == .open, readiness.canRead { read() }
    }

    private func write() {
        while !unsent.isEmpty {
            let result = unsent.withUnsafeBytes { bytes in
                // Writing leaves the bytes as they are.
                var part = iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
                return withUnsafeMutablePointer(to: &part) {
                    socket.write(UnsafeMutableBufferPointer(start: $0, count: 1))
                }
            }
            switch result {
            case .moved(let count): unsent = unsent.dropFirst(count)
            case .wouldBlock: return
            case .ended: return fail("closed the connection", isRetriable: true)
            case .failed(let error): return fail("broke the connection: \(error)", isRetriable: true)
            }
        }
    }

    private func read() {
        while progress == .open {
            var result = TransferResult.wouldBlock
            let chunk = [UInt8](unsafeUninitializedCapacity: 16_384) { buffer, count in
                count = 0
                guard let memory = buffer.baseAddress else { return }
                result = socket.read(into: UnsafeMutableRawPointer(memory), capacity: buffer.count)
                if case .moved(let moved) = result { count = moved }
            }
            received += chunk
            switch result {
            case .moved: take(isEnd: false)
            case .ended: take(isEnd: true)
            case .wouldBlock: return
            case .failed(let error): fail("broke the connection: \(error)", isRetriable: true)
            }
        }
    }

    private func take(isEnd: Bool) {
        do throws(HTTPResponse.Problem) {
            if let response = try HTTPResponse(received, isEnd: isEnd) { end(.success(response)) }
        } catch {
            switch error {
            case .notHTTP: fail("does not speak HTTP", isRetriable: false)
            case .malformed: fail("gave an answer that is not valid", isRetriable: false)
            case .tooLong: fail("gave an answer of more than \(HTTPResponse.byteLimit) bytes", isRetriable: false)
            case .cutOff: fail("closed the connection before its answer ended", isRetriable: true)
            }
        }
    }
}
