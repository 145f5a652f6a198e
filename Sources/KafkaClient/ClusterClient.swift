import EventLoop
import KafkaConnection
import KafkaModel
import KafkaProtocol
import Synchronization

/// A client of one cluster: finds its brokers, keeps connections to them, routes requests to leaders, tries again.
///
/// Pinned to its event loop. Connections are kept per broker and lane: a broker works on one request per connection at
/// a time, so a long poll must not share a connection with anything else.
package actor ClusterClient {
    /// What a connection is used for.
    package enum Lane: Hashable, Sendable {
        /// Short questions and admin requests.
        case control
        /// Membership of one group: a heartbeat must not wait behind anything, such as another group's rebalance.
        case group(String)
        /// Listings of groups, and committed offsets of groups that this client is no member of.
        case offsets(Int)
        /// Fetches that may be held by the broker.
        case fetch(Int)
        /// Appends.
        case produce(Int)
    }

    /// Where a connection is kept.
    private enum Place: Hashable {
        /// To whichever bootstrap server answered.
        case bootstrap
        /// To one broker.
        case broker(Int32, Lane)
    }

    /// What became of a connection that another caller opened.
    private enum Opening: Sendable {
        /// It is there, or what happened concerns its opener alone: look again.
        case over
        case failed(ClientError)
        case cancelled
    }

    /// The loop that this client and its connections live on.
    package nonisolated let loop: EventLoop
    /// Name of the cluster in the manifests.
    package nonisolated let name: String
    /// How requests are tried again.
    package nonisolated let retry: RetryPolicy

    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let access: Mutex<ClusterAccess>
    private let expectedClusterId: String?
    private var connections: [Place: Connection] = [:]
    /// Callers that wait for a connection that is being opened.
    private var openings: [Place: [OneAnswer<Opening>]] = [:]
    /// How often the client was closed: a connection that was being opened meanwhile is not kept.
    private var closings = 0
    private var brokers: [Int32: HostAndPort] = [:]
    /// What the last metadata said of topics asked for by name.
    private(set) var topics: [String: ClusterMetadata.Topic] = [:]

    /// A client; nothing is connected before the first request.
    ///
    /// - Parameters:
    ///   - expectedClusterId: refuse any other cluster.
    ///   - security: tells how connections are protected, anew for each one.
    package init(
        name: String, bootstrapServers: [HostAndPort], expectedClusterId: String? = nil,
        options: ConnectionOptions = ConnectionOptions(), security: any SecurityProvider = FixedSecurity(),
        retry: RetryPolicy = RetryPolicy(), loop: EventLoop
    ) {
        self.name = name
        access = Mutex(ClusterAccess(bootstrapServers: bootstrapServers, options: options, security: security))
        self.expectedClusterId = expectedClusterId
        self.retry = retry
        self.loop = loop
    }

    /// Limits and names of connections.
    package nonisolated var options: ConnectionOptions { access.withLock { $0.options } }
    /// Where to begin, and how.
    nonisolated var currentAccess: ClusterAccess { access.withLock { $0 } }

    /// Goes over to other servers, limits and credentials of the same cluster.
    ///
    /// Closes every connection, forgets what was known of brokers and topics, and begins anew with the next request.
    package func reconfigure(
        bootstrapServers: [HostAndPort], options: ConnectionOptions, security: any SecurityProvider
    ) async {
        access.withLock {
            $0 = ClusterAccess(bootstrapServers: bootstrapServers, options: options, security: security)
        }
        brokers = [:]
        topics = [:]
        await close()
    }

    /// Closes every connection.
    package func close() async {
        closings += 1
        let open = Array(connections.values)
        connections = [:]
        for connection in open { await connection.close() }
    }

    nonisolated func error(_ code: ClientError.Code) -> ClientError {
        ClientError(code, cluster: name)
    }

    // MARK: Metadata

    /// Asks for brokers and topics.
    ///
    /// - Parameter names: the topics; nil for all that the principal may see.
    package func metadata(_ names: [String]?) async throws(ClientError) -> ClusterMetadata {
        var request = MetadataRequest()
        request.allowAutoTopicCreation = false
        request.topics = names.map { names in
            names.map { name in
                var topic = MetadataRequest.MetadataRequestTopic()
                topic.name = name
                return topic
            }
        }
        let ask = request
        return try await retrying { (client: isolated ClusterClient) async throws(ClientError) in
            let connection = try await client.anyConnection()
            return try await client.ask(ask, on: connection)
        }
    }

    /// Asks for metadata and remembers it; refuses a cluster that is not the expected one.
    func ask(
        _ request: MetadataRequest, on connection: Connection
    ) async throws(ClientError) -> ClusterMetadata {
        let closings = closings
        let response: MetadataResponse
        do throws(ConnectionError) {
            response = try await connection.send(request)
        } catch {
            throw self.error(.connection(error, brokerId: nil))
        }
        // Another way to the cluster may have been set meanwhile: this one's addresses count no more.
        guard closings == self.closings else {
            throw error(.connection(ConnectionError(.closed, peer: connection.peer), brokerId: nil))
        }
        let metadata = ClusterMetadata(response)
        if let expectedClusterId, metadata.clusterId != expectedClusterId {
            throw self.error(.wrongCluster(expected: expectedClusterId, actual: metadata.clusterId))
        }
        brokers = metadata.brokers
        for (name, topic) in metadata.topics { topics[name] = topic }
        return metadata
    }

    /// Forgets what is known of a topic, after an error that says it is out of date.
    package func forget(_ topic: String) {
        topics[topic] = nil
    }

    /// A topic's partitions from memory, or from the cluster.
    package func topic(_ name: String) async throws(ClientError) -> ClusterMetadata.Topic {
        if let known = topics[name], known.error.isSuccess, !known.partitions.contains(where: { $0.leaderId < 0 }) {
            return known
        }
        guard let topic = try await metadata([name]).topics[name] else {
            throw error(.incomplete(.metadata, subject: "topic \(name)"))
        }
        guard topic.error.isSuccess else {
            topics[name] = nil
            throw error(.refused(topic.error, .metadata, subject: "topic \(name)", message: nil))
        }
        return topic
    }

    /// The leader of a partition, with its epoch.
    package func leader(
        of partition: TopicPartition
    ) async throws(ClientError) -> (broker: Int32, epoch: Int32) {
        let known = try await topic(partition.topic)
        guard known.partitions.indices.contains(Int(partition.partition)),
            known.partitions[Int(partition.partition)].leaderId >= 0
        else {
            topics[partition.topic] = nil
            throw error(.noLeader(partition))
        }
        let found = known.partitions[Int(partition.partition)]
        return (found.leaderId, found.leaderEpoch)
    }

    // MARK: Connections

    /// A connection to whichever broker answers: a known one, else a bootstrap server of the expected cluster.
    package func anyConnection() async throws(ClientError) -> Connection {
        for case (.broker(_, .control), let connection) in connections {
            if await connection.ended == nil { return connection }
        }
        return try await connection(at: .bootstrap) { (client) async throws(ClientError) in
            try await client.firstBootstrapServer()
        }
    }

    /// A connection to one broker, opened when there is none.
    package func connection(to broker: Int32, lane: Lane = .control) async throws(ClientError) -> Connection {
        try await connection(at: .broker(broker, lane)) { (client) async throws(ClientError) in
            try await client.open(broker)
        }
    }

    private func open(_ broker: Int32) async throws(ClientError) -> Connection {
        if brokers[broker] == nil { _ = try await metadata([]) }
        guard let address = brokers[broker] else { throw error(.unknownBroker(broker)) }
        do throws(ConnectionError) {
            return try await open(address)
        } catch {
            // The broker may have moved: ask again before the next attempt.
            brokers[broker] = nil
            throw self.error(.connection(error, brokerId: broker))
        }
    }

    /// Opens a connection to a server, as it is to be done now.
    nonisolated func open(_ server: HostAndPort) async throws(ConnectionError) -> Connection {
        let access = currentAccess
        return try await Connection.open(
            host: server.host, port: server.port, options: access.options, security: access.security, on: loop)
    }

    /// The connection kept at a place, or a new one: of callers that want the same, the first opens it for all.
    ///
    /// When a broker restarts, each of a thousand partitions wants a connection to it at the same moment.
    private func connection(
        at place: Place, _ open: (isolated ClusterClient) async throws(ClientError) -> Connection
    ) async throws(ClientError) -> Connection {
        let closings = closings
        while true {
            if let kept = connections[place] {
                if await kept.ended == nil { return kept }
                if connections[place] === kept { connections[place] = nil }
            } else if openings[place] != nil {
                let answer = OneAnswer<Opening>()
                openings[place]?.append(answer)
                switch await answer.wait(cancelled: .cancelled) {
                case .over where closings == self.closings: continue
                case .over: throw error(.connection(ConnectionError(.closed, peer: name), brokerId: nil))
                case .failed(let error): throw error
                case .cancelled: throw error(.connection(ConnectionError(.cancelled, peer: name), brokerId: nil))
                }
            } else {
                return try await openForAll(place, open)
            }
        }
    }

    private func openForAll(
        _ place: Place, _ open: (isolated ClusterClient) async throws(ClientError) -> Connection
    ) async throws(ClientError) -> Connection {
        openings[place] = []
        let closings = closings
        do throws(ClientError) {
            let connection = try await open(self)
            // A client that was closed meanwhile keeps nothing.
            guard closings == self.closings else {
                await connection.close()
                throw error(.connection(ConnectionError(.closed, peer: connection.peer), brokerId: nil))
            }
            connections[place] = connection
            tell(place, .over)
            return connection
        } catch {
            // What ended this opener alone ends none of those that wait.
            tell(place, Task.isCancelled || closings != self.closings ? .over : .failed(error))
            throw error
        }
    }

    private func tell(_ place: Place, _ outcome: Opening) {
        for answer in openings.removeValue(forKey: place) ?? [] { answer.give(outcome) }
    }

    /// Closes the connection of one lane, so that the next request there begins on a new one.
    package func drop(_ broker: Int32, lane: Lane) async {
        await connections.removeValue(forKey: .broker(broker, lane))?.close()
    }

    /// Ids of all known brokers, ascending; never none.
    ///
    /// A broker that has just started, or is fenced, may know of no broker at all: what "every broker" says would then
    /// be nothing, and be taken for proof that there is nothing.
    package func brokerIds() async throws(ClientError) -> [Int32] {
        let ids = try await metadata([]).brokers.keys.sorted()
        guard !ids.isEmpty else { throw error(.incomplete(.metadata, subject: "brokers")) }
        return ids
    }

    // MARK: Requests

    /// Sends a request to one broker.
    package func send<Request: RequestMessage>(
        _ request: Request, to broker: Int32, lane: Lane = .control, maximumVersion: Int16 = .max,
        timeoutMs: Int64? = nil
    ) async throws(ClientError) -> Request.Response {
        let connection = try await connection(to: broker, lane: lane)
        do throws(ConnectionError) {
            return try await connection.send(request, maximumVersion: maximumVersion, timeoutMs: timeoutMs)
        } catch {
            throw self.error(.connection(error, brokerId: broker))
        }
    }

    /// Sends a request to any broker.
    package func sendToAny<Request: RequestMessage>(
        _ request: Request, maximumVersion: Int16 = .max, timeoutMs: Int64? = nil
    ) async throws(ClientError) -> Request.Response {
        let connection = try await anyConnection()
        do throws(ConnectionError) {
            return try await connection.send(request, maximumVersion: maximumVersion, timeoutMs: timeoutMs)
        } catch {
            throw self.error(.connection(error, brokerId: nil))
        }
    }

    /// Sends a request to the controller; a KRaft broker forwards it (KIP-590), with ZooKeeper it is the right one.
    package func sendToController<Request: RequestMessage>(
        _ request: Request, maximumVersion: Int16 = .max, timeoutMs: Int64? = nil
    ) async throws(ClientError) -> Request.Response {
        let controller = try await metadata([]).controllerId
        if controller < 0 {
            return try await sendToAny(request, maximumVersion: maximumVersion, timeoutMs: timeoutMs)
        }
        return try await send(request, to: controller, maximumVersion: maximumVersion, timeoutMs: timeoutMs)
    }

    /// Runs `operation` until it succeeds, fails for good, or the attempts or the time are used up.
    ///
    /// No attempt begins after twice the request timeout, as Kafka's `default.api.timeout.ms` is to its
    /// `request.timeout.ms`; and none after the connect timeout when no bootstrap server answers: a cluster that
    /// swallows packets is given up after one look at all its servers.
    package func retrying<Result: Sendable>(
        _ operation: @Sendable (isolated ClusterClient) async throws(ClientError) -> Result
    ) async throws(ClientError) -> Result {
        let start = ContinuousClock.now
        var attempt = 1
        while true {
            do throws(ClientError) {
                return try await operation(self)
            } catch {
                guard error.isRetriable, attempt < retry.attempts, !Task.isCancelled,
                    start.duration(to: .now) < patience(with: error)
                else { throw error }
                await loop.pause(.milliseconds(retry.pauseMs(after: attempt)))
                attempt += 1
            }
        }
    }

    private func patience(with error: ClientError) -> Duration {
        if case .noBootstrapServer = error.code { return .milliseconds(options.connectTimeoutMs) }
        return .milliseconds(options.requestTimeoutMs * 2)
    }
}
