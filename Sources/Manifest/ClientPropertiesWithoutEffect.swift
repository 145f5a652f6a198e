/// Client properties that say how a Java client works inside, or how a consumer or producer does its work.
///
/// They stand in files that are made for Kafka's tools; Lockstep has no use for them.
enum ClientPropertiesWithoutEffect {
    static let all =
        keys(clients, "it is about the inside of a Java client, and none runs here")
        + keys(consumers, "mirrors fetch in their own way; what can be set are the ClusterLink's configs")
        + keys(producers, "mirrors append batches as the source has them")

    private static func keys(_ names: [String], _ reason: String) -> [ConfigKey] {
        names.map { ConfigKey($0, .text, .noEffect(reason), "Of Kafka's own clients; without effect here.") }
    }

    private static let clients = [
        "auto.include.jmx.reporter", "enable.metrics.push", "interceptor.classes", "metadata.max.idle.ms",
        "metadata.recovery.rebootstrap.trigger.ms", "metadata.recovery.strategy", "metric.reporters",
        "metrics.num.samples", "metrics.recording.level", "metrics.sample.window.ms",
    ]

    private static let consumers = [
        "allow.auto.create.topics", "auto.commit.interval.ms", "auto.offset.reset", "check.crcs", "enable.auto.commit",
        "exclude.internal.topics", "fetch.max.bytes", "fetch.max.wait.ms", "fetch.min.bytes", "group.id",
        "group.instance.id", "group.protocol", "group.remote.assignor", "heartbeat.interval.ms",
        "internal.leave.group.on.close", "internal.throw.on.fetch.stable.offset.unsupported", "isolation.level",
        "key.deserializer", "max.partition.fetch.bytes", "max.poll.interval.ms", "max.poll.records",
        "partition.assignment.strategy", "session.timeout.ms", "share.acknowledgement.mode", "share.acquire.mode",
        "value.deserializer",
    ]

    private static let producers = [
        "acks", "batch.size", "buffer.memory", "compression.gzip.level", "compression.lz4.level", "compression.type",
        "compression.zstd.level", "delivery.timeout.ms", "enable.idempotence", "internal.auto.downgrade.txn.commit",
        "key.serializer", "linger.ms", "max.block.ms", "max.in.flight.requests.per.connection", "max.request.size",
        "partitioner.adaptive.partitioning.enable", "partitioner.availability.timeout.ms", "partitioner.class",
        "partitioner.ignore.keys", "transaction.timeout.ms", "transaction.two.phase.commit.enable", "transactional.id",
        "value.serializer",
    ]
}
