/// Limits and names of a connection.
package struct ConnectionOptions: Hashable, Sendable {
    /// Name told to the broker (`client.id`).
    package var clientId: String
    /// How long looking a name up, connecting and agreeing on versions may take together, in milliseconds
    /// (`socket.connection.setup.timeout.ms`).
    package var connectTimeoutMs: Int64
    /// How long an answer may take unless the call says otherwise, in milliseconds (`request.timeout.ms`).
    package var requestTimeoutMs: Int64
    /// Largest answer accepted, in bytes.
    package var maximumFrameBytes: Int
    /// Bytes of requests kept for a peer that does not read; further requests wait unencoded, within their deadlines.
    package var maximumOutboundBytes: Int

    /// Kafka's defaults where it has them.
    package init(
        clientId: String = "lockstep", connectTimeoutMs: Int64 = 10_000, requestTimeoutMs: Int64 = 30_000,
        maximumFrameBytes: Int = 128 << 20, maximumOutboundBytes: Int = 32 << 20
    ) {
        self.clientId = clientId
        self.connectTimeoutMs = connectTimeoutMs
        self.requestTimeoutMs = requestTimeoutMs
        self.maximumFrameBytes = maximumFrameBytes
        self.maximumOutboundBytes = maximumOutboundBytes
    }
}
