import EventLoop

/// Requests that wait for something to happen to partitions: long polls of Fetch, and Produce with held replication.
struct WaitList {
    private struct Waiter {
        var continuation: UnsafeContinuation<Void, Never>
        var partitions: [PartitionName]
        var timer: TimerToken
    }

    private var waiters: [UInt64: Waiter] = [:]
    private var byPartition: [PartitionName: Set<UInt64>] = [:]

    /// Adds a waiter under `number`.
    mutating func add(
        _ number: UInt64, _ partitions: [PartitionName], _ timer: TimerToken,
        _ continuation: UnsafeContinuation<Void, Never>
    ) {
        waiters[number] = Waiter(continuation: continuation, partitions: partitions, timer: timer)
        for partition in partitions { byPartition[partition, default: []].insert(number) }
    }

    /// Ends one wait and returns its timer, which is no longer needed.
    @discardableResult
    mutating func end(_ number: UInt64) -> TimerToken? {
        guard let waiter = waiters.removeValue(forKey: number) else { return nil }
        for partition in waiter.partitions {
            byPartition[partition]?.remove(number)
            if byPartition[partition]?.isEmpty == true { byPartition[partition] = nil }
        }
        waiter.continuation.resume()
        return waiter.timer
    }

    /// Those who wait for this partition.
    func waiting(for partition: PartitionName) -> Set<UInt64> {
        byPartition[partition] ?? []
    }

    /// Everybody.
    var all: [UInt64] { Array(waiters.keys) }
}
