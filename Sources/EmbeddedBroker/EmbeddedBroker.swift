import Bytes
import EventLoop
import KafkaProtocol
import Synchronization
import TLS

/// A single-node Kafka cluster in this process: it speaks the protocol over TCP on loopback to any client.
///
/// All state belongs to this actor, which lives on one event loop. Logs are in memory. What it leaves out is listed in
/// `NotSupported`. Tests intercept requests and reach behind the protocol with the functions in
/// `EmbeddedBroker+Controls`.
package actor EmbeddedBroker {
    /// The loop that the broker lives on.
    package nonisolated let loop: EventLoop
    /// Behaviour and limits.
    package nonisolated let options: BrokerOptions
    /// The port it listens on, also after it was down.
    package nonisolated let port: UInt16

    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// The advertised host.
    package nonisolated var host: String { options.advertisedHost }
    /// `host:port`, for clients.
    package nonisolated var bootstrap: String { "\(options.advertisedHost):\(port)" }

    // State of the cluster; handlers change it.
    var topics = TopicCatalog()
    var groups = GroupCoordinator()
    var transactions = TransactionCoordinator()
    var authorizer: Authorizer
    var clock = BrokerClock()
    /// How new connections are protected; nil for plaintext.
    var tls: TLSContext?
    /// Who is let in on new connections, and how; nil for everybody.
    var sasl: SASLOptions?

    // Requests that wait.
    var purgatory = Purgatory()
    var joins: [GroupTicket: UnsafeContinuation<JoinGroupResponse, Never>] = [:]
    var syncs: [GroupTicket: UnsafeContinuation<SyncGroupResponse, Never>] = [:]
    var gates: [ObjectIdentifier: RequestGate] = [:]
    private var numbers: UInt64 = 0
    private var random = SystemRandomNumberGenerator()

    // Tests.
    var interceptions = Interceptions()
    var requestCounts: [APIKey: Int] = [:]

    // Transport.
    private let acceptor: Acceptor
    private var listener: (listener: Listener, registration: Registration)?
    /// Keeps the port while the broker is down.
    private var refusedPort: RefusedPort?
    private var connections: [UInt64: (connection: BrokerConnection, task: Task<Void, Never>)] = [:]
    private(set) var isStopped = false
    private var tickDeadline: Int64?

    /// Starts a broker with the defaults of a 4.x one.
    package static func start(
        clusterId: String, port: UInt16 = 0, loop: EventLoop
    ) async throws(SystemError) -> EmbeddedBroker {
        var options = BrokerOptions(clusterId: clusterId)
        options.port = port
        return try await start(options, loop: loop)
    }

    /// Starts a broker.
    ///
    /// It must be stopped.
    package static func start(_ options: BrokerOptions, loop: EventLoop) async throws(SystemError) -> EmbeddedBroker {
        let acceptor = Acceptor()
        let listener = try Listener(port: options.port, loop: loop) { acceptor.accept($0) }
        let broker = EmbeddedBroker(options, loop, listener.port, acceptor)
        acceptor.broker.withLock { $0 = broker }
        try await broker.listen(with: listener)
        await broker.armProducerExpiry()
        return broker
    }

    private init(_ options: BrokerOptions, _ loop: EventLoop, _ port: UInt16, _ acceptor: Acceptor) {
        self.options = options
        self.loop = loop
        self.port = port
        self.acceptor = acceptor
        authorizer = Authorizer(options.authorizer)
        tls = options.tls
        sasl = options.sasl
        groups.initialRebalanceDelayMs = options.initialRebalanceDelayMs
    }

    /// Stops listening, drops every connection and waits until no request is being handled.
    package func stop() async {
        isStopped = true
        goDown()
        acceptor.broker.withLock { $0 = nil }
        for gate in gates.values { gate.open() }
        let tasks = connections.values.map(\.task)
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }

    // MARK: Up and down

    /// Takes the broker down: it stops listening and drops every connection; logs, groups and transactions stay.
    package func goDown() {
        if let (listener, registration) = listener {
            listener.stop(registration)
            // Nobody else may be taken for this broker while it is down; without the hold it is only likely.
            refusedPort = isStopped ? nil : try? RefusedPort(port)
        }
        listener = nil
        for (connection, _) in connections.values { connection.close() }
        attempt(purgatory.all, isLast: true)
        perform(groups.releaseAll())
    }

    /// Takes the broker up again on the same port.
    package func comeUp() throws(SystemError) {
        guard listener == nil, !isStopped else { return }
        let acceptor = acceptor
        refusedPort = nil
        try listen(with: Listener(port: port, loop: loop) { acceptor.accept($0) })
    }

    private func listen(with listener: Listener) throws(SystemError) {
        self.listener = (listener, try listener.start())
    }

    /// Drops every connection and goes on listening.
    package func dropConnections() {
        for (connection, _) in connections.values { connection.close() }
    }

    // MARK: Connections

    fileprivate func accept(_ socket: StreamSocket) {
        guard listener != nil, connections.count < options.maximumConnections else { return socket.close() }
        guard let connection = try? connection(socket) else { return socket.close() }
        // One task per connection: it ends with the connection, and `stop` waits for it.
        let task = Task { await serve(connection) }
        connections[connection.id] = (connection, task)
    }

    private func connection(_ socket: StreamSocket) throws -> BrokerConnection {
        let session = try tls.map { try TLSSession.server($0, descriptor: socket.descriptor) }
        let connection = BrokerConnection(
            id: nextNumber(), socket: socket, tls: session, expectsSASL: sasl != nil, loop: loop,
            maximumFrameBytes: options.maximumFrameBytes)
        try connection.open()
        return connection
    }

    private func serve(_ connection: BrokerConnection) async {
        await connection.secure()
        while let frame = await connection.nextFrame() {
            let outcome = await outcome(of: frame, connection)
            let hasFailed = connection.authentication.hasFailed
            // Who tries passwords is slowed down.
            if hasFailed { await loop.pause(.milliseconds(sasl?.failureDelayMs ?? 0)) }
            switch outcome {
            case .answer(let answer): connection.send(answer)
            case .silence: break
            case .close: connection.close()
            }
            if hasFailed { connection.close() }
        }
        connections[connection.id] = nil
    }

    /// The connections that there are.
    var openConnections: [BrokerConnection] { connections.values.map(\.connection) }

    /// A number that was not used before.
    func nextNumber() -> UInt64 {
        numbers += 1
        return numbers
    }

    /// A random id: version 4, as brokers make them for topics and members.
    func randomId() -> KafkaUUID {
        let high: UInt64 = random.next()
        let low: UInt64 = random.next()
        return KafkaUUID(high: high & ~0xf000 | 0x4000, low: low & ~(3 << 62) | 2 << 62)
    }

    // MARK: Time

    /// Makes sure that `tick` runs when the next session, rebalance or transaction is due.
    func armTick() {
        let due = [groups.nextDeadline, transactions.nextDeadline].compactMap(\.self).min()
        guard let due, !isStopped, tickDeadline.map({ due < $0 }) ?? true else { return }
        tickDeadline = due
        loop.schedule(after: .milliseconds(max(due - clock.monotonic, 0))) { [weak self] in
            self?.assumeIsolated { $0.tick() }
        }
    }

    /// Ends what is due.
    func tick() {
        tickDeadline = nil
        perform(groups.tick(clock.monotonic))
        write(transactions.tick(clock.monotonic))
        armTick()
    }

    private func armProducerExpiry() {
        loop.schedule(after: .milliseconds(options.producerIdExpirationCheckMs)) { [weak self] in
            self?.assumeIsolated { broker in
                guard !broker.isStopped else { return }
                broker.expireProducers()
                broker.armProducerExpiry()
            }
        }
    }
}

/// Hands accepted sockets to the broker; between the two there would otherwise be a circle of initialisers.
private final class Acceptor: Sendable {
    let broker = Mutex<EmbeddedBroker?>(nil)

    /// Called on the loop's thread, where the broker lives.
    func accept(_ socket: StreamSocket) {
        guard let broker = broker.withLock({ $0 }) else { return socket.close() }
        broker.assumeIsolated { $0.accept(socket) }
    }
}
