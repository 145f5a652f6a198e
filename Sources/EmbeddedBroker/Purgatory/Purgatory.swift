import EventLoop

/// The requests that wait (Kafka: `DelayedOperationPurgatory`).
struct Purgatory {
    /// Answers a request if it may be answered, in any case when there is no time left; false if it waits on.
    typealias Attempt = (_ broker: isolated EmbeddedBroker, _ isLast: Bool) -> Bool

    private struct Waiting {
        var partitions: [PartitionName]
        var deadline: Int64
        var timer: TimerToken
        var attempt: Attempt
    }

    private var waiting: [UInt64: Waiting] = [:]
    private var byPartition: [PartitionName: Set<UInt64>] = [:]

    /// Adds a request under `number`.
    mutating func add(
        _ number: UInt64, _ partitions: [PartitionName], deadline: Int64, _ timer: TimerToken,
        _ attempt: @escaping Attempt
    ) {
        waiting[number] = Waiting(partitions: partitions, deadline: deadline, timer: timer, attempt: attempt)
        for partition in partitions { byPartition[partition, default: []].insert(number) }
    }

    /// Removes a request that was answered and returns its timer, which is no longer needed.
    mutating func remove(_ number: UInt64) -> TimerToken? {
        guard let gone = waiting.removeValue(forKey: number) else { return nil }
        for partition in gone.partitions {
            byPartition[partition]?.remove(number)
            if byPartition[partition]?.isEmpty == true { byPartition[partition] = nil }
        }
        return gone.timer
    }

    /// How to answer the request under `number`; nil when it was answered.
    func attempt(_ number: UInt64) -> Attempt? {
        waiting[number]?.attempt
    }

    /// Those who watch one of the partitions, in the order in which they came.
    func watching(_ partitions: [PartitionName]) -> [UInt64] {
        partitions.reduce(into: Set<UInt64>()) { $0.formUnion(byPartition[$1] ?? []) }.sorted()
    }

    /// Those whose time is over at `now`, in the order in which they came.
    func due(_ now: Int64) -> [UInt64] {
        waiting.filter { $0.value.deadline <= now }.keys.sorted()
    }

    /// Everybody, in the order in which they came.
    var all: [UInt64] { waiting.keys.sorted() }
}
