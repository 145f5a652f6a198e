import KafkaModel

/// A partition's state machine with what its driver needs around it; belongs to one engine.
final class PartitionPump {
    /// The states and their transitions.
    var machine: PartitionMachine
    /// Leader of the source partition, once located.
    var sourceLeader: (broker: Int32, epoch: Int32)?
    /// Leader of the mirror partition, once located.
    var destinationLeader: (broker: Int32, epoch: Int32)?
    /// Whether steps 2 to 5 are under way.
    var isProbing = false
    /// When the mirror topic's name was last seen to mean the topic it should.
    var namedAt: ContinuousClock.Instant?
    /// Generation of the machine whose wait has its timer.
    var pausedGeneration: UInt64?
    /// Until when a batch whose answer was lost may arrive; nil when none was.
    var quietUntil: ContinuousClock.Instant?
    /// Whether a probe waits until then.
    var waitsForQuiet = false
    /// Since when the source has been in the way without progress.
    var sourceAwaySince: ContinuousClock.Instant?
    /// When a read or a write last succeeded, in milliseconds since 1970.
    var lastSuccessMs: Int64?

    init(_ target: MirrorTarget, incarnation: UInt64) {
        machine = PartitionMachine(target: target, incarnation: incarnation)
    }

    var mirror: TopicPartition { machine.target.mirror }
    var source: TopicPartition { machine.target.source }

    /// Which of a source broker's fetch loops reads this partition.
    func fetcher(of count: Int) -> Int {
        Int(source.partition) % max(count, 1)
    }

    /// Which of a broker's produce connections carries this partition.
    func lane(of count: Int) -> Int {
        Int(mirror.partition) % max(count, 1)
    }
}
