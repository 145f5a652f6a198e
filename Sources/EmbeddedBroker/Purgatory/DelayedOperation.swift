/// A request that may have to wait for something to happen to partitions (Kafka: `DelayedOperation`).
protocol DelayedOperation: Sendable {
    /// What the request is answered with.
    associatedtype Response: Sendable

    /// A change of one of these makes another attempt.
    var partitions: [PartitionName] { get }
    /// When the request has waited long enough; milliseconds of the monotonic clock.
    var deadline: Int64 { get }

    /// The answer if the request may be answered as things stand.
    mutating func answer(_ broker: isolated EmbeddedBroker) -> Response?

    /// The answer when there is no time left.
    mutating func lateAnswer(_ broker: isolated EmbeddedBroker) -> Response
}
