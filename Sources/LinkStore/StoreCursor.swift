import KafkaClient
import KafkaModel
import KafkaProtocol

/// A place in the log of `__lockstep` and everything up to there; reads on when asked, by one caller at a time.
final class StoreCursor {
    private(set) var fold = StoreFold()
    private let client: ClusterClient
    private let lane: ClusterClient.Lane
    /// How long moved leaders and lost connections are waited for, beyond the client's own attempts.
    private let patience: Duration

    /// Bytes of one fetch.
    private static let fetchBytes: Int32 = 4 << 20
    /// Fetches without progress after which a log is called stuck.
    private static let emptyFetchLimit = 20

    init(client: ClusterClient, lane: ClusterClient.Lane, patience: Duration) {
        self.client = client
        self.lane = lane
        self.patience = patience
    }

    /// Reads everything that is decided now: up to the last stable offset.
    func readToEnd() async throws(StoreError) {
        let end = try await offset(.latest(.readCommitted))
        let start = try await offset(.earliest)
        // A shorter log is another topic, and so is everything in it.
        if end < fold.position { fold.reset() }
        fold.begin(at: start)
        var emptyFetches = 0
        while fold.position < end {
            let before = fold.position
            try await readOn(maximumWaitMs: 100)
            guard fold.position == before else { continue }
            emptyFetches += 1
            if emptyFetches == Self.emptyFetchLimit {
                throw StoreError(.stuck(offset: before, end: end), cluster: client.name)
            }
        }
    }

    /// Reads until the record at `offset`, which is committed, has come: markers follow the commit by milliseconds.
    func readPast(_ offset: Int64) async throws(StoreError) {
        for _ in 0..<Self.emptyFetchLimit * 5 {
            if fold.position > offset { return }
            try await readOn(maximumWaitMs: 200)
        }
        if fold.position <= offset {
            throw StoreError(.stuck(offset: fold.position, end: offset + 1), cluster: client.name)
        }
    }

    /// Reads once; waits up to `maximumWaitMs` when there is nothing new.
    func readOn(maximumWaitMs: Int32) async throws(StoreError) {
        let fetched: FetchedPartition
        do throws(ClientError) {
            fetched = try await fetch(maximumWaitMs)
        } catch {
            // The log was compacted away below, or is another one: begin where it begins.
            guard error.errorCode == .offsetOutOfRange else { throw StoreError(.client(error), cluster: client.name) }
            fold.reset()
            fold.begin(at: try await offset(.earliest))
            return
        }
        do throws(StoreFold.Damage) {
            try fold.add(fetched)
        } catch {
            throw StoreError(.damagedBatch(offset: error.offset, error.error), cluster: client.name)
        }
    }

    private func fetch(_ maximumWaitMs: Int32) async throws(ClientError) -> FetchedPartition {
        let position = fold.position
        let lane = lane
        return try await patiently { () async throws(ClientError) in
            try await client.retrying { (client) async throws(ClientError) in
                try await client.fetchOnce(
                    StoreTopic.partition, from: position, maximumBytes: Self.fetchBytes, isolation: .readCommitted,
                    maximumWaitMs: maximumWaitMs, lane: lane)
            }
        }
    }

    private func patiently<Value: Sendable>(
        _ operation: () async throws(ClientError) -> Value
    ) async throws(ClientError) -> Value {
        let deadline = ContinuousClock.now + patience
        while true {
            do throws(ClientError) {
                return try await operation()
            } catch {
                guard error.isRetriable, ContinuousClock.now < deadline, !Task.isCancelled else { throw error }
            }
        }
    }

    /// What has changed since the last call.
    func takeChanges() -> Set<StoreKey> { fold.takeChanges() }

    /// What was removed on purpose since the last call.
    func takeRemovals() -> Set<StoreKey> { fold.takeRemovals() }

    private func offset(_ query: OffsetQuery) async throws(StoreError) -> Int64 {
        let partition = StoreTopic.partition
        do throws(ClientError) {
            return try await patiently { () async throws(ClientError) in
                guard let result = await client.listOffsets([partition], query)[partition] else {
                    let code = ClientError.Code.incomplete(.listOffsets, subject: "partition \(partition)")
                    throw ClientError(code, cluster: client.name)
                }
                return try result.get().offset
            }
        } catch {
            throw StoreError(.client(error), cluster: client.name)
        }
    }
}
