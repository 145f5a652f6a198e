import TestSupport
import Testing

/// What the product promises, on real Kafka clusters: equal offsets, whatever dies.
///
/// One case at a time: the clusters are few, and each has one `__lockstep`.
@Suite("End to end on real Kafka", .enabled(if: KafkaInstallation.isGiven), .serialized, .timeLimit(.minutes(10)))
enum EndToEnd {}
