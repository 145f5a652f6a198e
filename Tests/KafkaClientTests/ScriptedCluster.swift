import Bytes
import EventLoop
import KafkaClient
import KafkaConnection
import KafkaModel
import KafkaProtocol
import TestSupport

extension PeerConnection {
    /// Versions in which scripted brokers answer Metadata and FindCoordinator.
    private static let metadataVersion: Int16 = 5

    /// Agrees on versions.
    func greetAsBroker() throws {
        try greet([(APIKey.metadata.rawValue, Self.metadataVersion...Self.metadataVersion)])
    }

    /// Reads a request and answers it with `metadata`, as it is then.
    func answerMetadata(_ metadata: @autoclosure () -> MetadataResponse) throws {
        let request = try readRequest()
        var writer = WireWriter()
        try metadata().encode(into: &writer, version: Self.metadataVersion, isFlexible: false)
        try answer(request, writer.flattened)
    }

    /// Goes on as a broker of a cluster that looks like `metadata`.
    func serve(_ metadata: MetadataResponse) throws {
        try greetAsBroker()
        while true { try answerMetadata(metadata) }
    }
}

extension MetadataResponse {
    /// A cluster with these brokers.
    static func cluster(_ id: String = "scripted", brokers: [(id: Int32, host: String, port: UInt16)]) -> Self {
        MetadataResponse { response in
            response.clusterId = id
            response.controllerId = brokers.first?.id ?? -1
            response.brokers = brokers.map { broker in
                MetadataResponseBroker {
                    $0.nodeId = broker.id
                    $0.host = broker.host
                    $0.port = Int32(broker.port)
                }
            }
        }
    }
}

/// A client named "here" of `ports`, on a loop of its own.
func scriptedClient(
    _ ports: [UInt16], clusterId: String? = nil, options: ConnectionOptions = ConnectionOptions(),
    retry: RetryPolicy = RetryPolicy()
) throws -> ClusterClient {
    ClusterClient(
        name: "here", bootstrapServers: ports.map { HostAndPort(host: "127.0.0.1", port: $0) },
        expectedClusterId: clusterId, options: options, retry: retry, loop: try EventLoop())
}

/// What is said when `body` fails.
func failureText(_ body: () async throws -> Void) async -> String {
    do {
        try await body()
        return "no failure"
    } catch {
        return "\(error)"
    }
}
