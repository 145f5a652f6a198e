import KafkaProtocol
import TLS

/// How an embedded broker behaves, and its limits.
package struct BrokerOptions: Sendable {
    /// The cluster's id, as DescribeCluster reports it.
    package var clusterId: String
    /// Port on loopback; 0 lets the system choose.
    package var port: UInt16 = 0
    /// The host that is advertised to clients.
    package var advertisedHost = "127.0.0.1"
    /// Id of the only broker.
    package var nodeId: Int32 = 1

    /// Whether a question for an unknown topic creates it (`auto.create.topics.enable`).
    package var createsTopics = false
    /// Partitions of a topic that does not say how many (`num.partitions`).
    package var defaultPartitions: Int32 = 1
    /// How long an idle producer is remembered, by the time of its records (`producer.id.expiration.ms`).
    package var producerIdExpirationMs: Int64 = 86_400_000
    /// How often producers are looked through (`producer.id.expiration.check.interval.ms`).
    package var producerIdExpirationCheckMs: Int64 = 600_000
    /// How long the first rebalance of an empty group waits for more members.
    package var initialRebalanceDelayMs: Int64 = 0
    /// APIs to narrow or, with nil, to leave out: for clients that meet an older broker.
    package var versions: [APIKey: ClosedRange<Int16>?] = [:]
    /// Who may do what (`authorizer.class.name`); nil lets everybody do everything and keeps no ACLs.
    package var authorizer: AuthorizerOptions?

    /// The certificate that is shown, and whether clients must show one; nil for a listener without TLS.
    package var tls: TLSContext?
    /// Who is let in, and how; nil for everybody: then a client is whom its certificate names, or anonymous.
    package var sasl: SASLOptions?

    /// Largest request in bytes (`socket.request.max.bytes`).
    package var maximumFrameBytes = 100 * 1024 * 1024
    /// Most connections at a time; more are closed at once.
    package var maximumConnections = 1_000
    /// Most partitions of all topics together.
    package var maximumPartitions = 20_000
    /// Most bytes in all logs together; then Produce answers `KAFKA_STORAGE_ERROR`.
    package var maximumLogBytes = 4 << 30
    /// Most bytes of one Fetch response (`fetch.max.bytes`).
    package var maximumFetchBytes = 55 * 1024 * 1024

    /// Options with the cluster's id and the defaults of a 4.x broker.
    package init(clusterId: String) {
        self.clusterId = clusterId
    }
}
