import Bytes
import KafkaConnection
import KafkaModel
import KafkaProtocol

/// What one fetch of one partition brought.
package struct FetchedPartition: Sendable {
    /// A transaction that was aborted within the fetched range.
    package struct AbortedTransaction: Hashable, Sendable {
        /// Its producer.
        package var producerId: Int64
        /// Offset of its first record.
        package var firstOffset: Int64

        /// A transaction of its parts.
        package init(producerId: Int64, firstOffset: Int64) {
            self.producerId = producerId
            self.firstOffset = firstOffset
        }
    }

    /// Where the reader's log departs from the leader's (KIP-595).
    package struct Divergence: Hashable, Sendable {
        /// Largest epoch that both have.
        package var epoch: Int32
        /// Where that epoch ends on the leader.
        package var endOffset: Int64

        /// A departure of its parts.
        package init(epoch: Int32, endOffset: Int64) {
            self.epoch = epoch
            self.endOffset = endOffset
        }
    }

    /// Record batches as they lie in the log, the last one perhaps cut; the first may begin below the asked offset.
    package var records: ByteSlice
    /// Offset up to which all in-sync replicas have the log.
    package var highWatermark: Int64
    /// Offset up to which all transactions are decided; the high watermark when the broker does not tell.
    package var lastStableOffset: Int64
    /// Where the log starts; -1 when the broker does not tell.
    package var logStartOffset: Int64
    /// Transactions to leave out; only with `readCommitted`.
    package var aborted: [AbortedTransaction]
    /// Set when `lastFetchedEpoch` does not fit the leader's log.
    package var divergence: Divergence?

    /// A fetch of its parts.
    package init(
        records: ByteSlice, highWatermark: Int64, lastStableOffset: Int64, logStartOffset: Int64,
        aborted: [AbortedTransaction] = [], divergence: Divergence? = nil
    ) {
        self.records = records
        self.highWatermark = highWatermark
        self.lastStableOffset = lastStableOffset
        self.logStartOffset = logStartOffset
        self.aborted = aborted
        self.divergence = divergence
    }
}

extension ClusterClient {
    /// Reads one partition with one request; on any refusal the leader is forgotten, so that the next call looks anew.
    ///
    /// - Parameters:
    ///   - partition: what to read, by name.
    ///   - offset: where to read from.
    ///   - maximumBytes: how much; the first batch comes whole even if it is larger.
    ///   - isolation: whether undecided transactions are seen.
    ///   - maximumWaitMs: how long the broker may hold the request until there is a byte to return.
    ///   - lastFetchedEpoch: epoch of the batch before `offset`, to detect a diverged log; ignored before Kafka 2.7.
    ///   - lane: a connection that nothing else waits for.
    package func fetchOnce(
        _ partition: TopicPartition, from offset: Int64, maximumBytes: Int32 = 1 << 20,
        isolation: IsolationLevel, maximumWaitMs: Int32 = 0, lastFetchedEpoch: Int32 = -1, lane: Lane = .fetch(0)
    ) async throws(ClientError) -> FetchedPartition {
        let leader = try await leader(of: partition)
        var entry = FetchRequest.FetchPartition()
        entry.partition = partition.partition
        entry.currentLeaderEpoch = leader.epoch
        entry.fetchOffset = offset
        entry.partitionMaxBytes = maximumBytes
        var topic = FetchRequest.FetchTopic()
        topic.topic = partition.topic
        var request = FetchRequest()
        request.maxWaitMs = maximumWaitMs
        request.minBytes = 1
        request.maxBytes = maximumBytes
        request.isolationLevel = isolation.rawValue
        let response: FetchResponse
        do throws(ClientError) {
            let connection = try await connection(to: leader.broker, lane: lane)
            do throws(ConnectionError) {
                // From version 13 topics go by id; a name is what the caller has.
                let version = try await connection.negotiated(FetchRequest.api, 12)
                if version >= 12 { entry.lastFetchedEpoch = lastFetchedEpoch }
                topic.partitions = [entry]
                request.topics = [topic]
                response = try await connection.send(
                    request, maximumVersion: version, timeoutMs: Int64(maximumWaitMs) + options.requestTimeoutMs)
            } catch {
                throw self.error(.connection(error, brokerId: leader.broker))
            }
        } catch {
            forget(partition.topic)
            throw error
        }
        if response.errorCode == 0, response.responses.isEmpty, response.throttleTimeMs > 0 {
            // Beyond a quota no partition is answered.
            await waitOutQuota(response.throttleTimeMs)
            throw refused(ErrorCode.throttlingQuotaExceeded.rawValue, .fetch, partition)
        }
        return try fetched(partition, response)
    }

    private func fetched(
        _ partition: TopicPartition, _ response: FetchResponse
    ) throws(ClientError) -> FetchedPartition {
        guard response.errorCode == 0 else { throw refused(response.errorCode, .fetch, partition) }
        let answers = response.responses.first { $0.topic == partition.topic }?.partitions
        guard let answer = answers?.first(where: { $0.partitionIndex == partition.partition }) else {
            throw error(.incomplete(.fetch, subject: "partition \(partition)"))
        }
        guard answer.errorCode == 0 else { throw refused(answer.errorCode, .fetch, partition) }
        let diverges = answer.divergingEpoch.epoch >= 0 || answer.divergingEpoch.endOffset >= 0
        return FetchedPartition(
            records: answer.records ?? .empty, highWatermark: answer.highWatermark,
            lastStableOffset: answer.lastStableOffset < 0 ? answer.highWatermark : answer.lastStableOffset,
            logStartOffset: answer.logStartOffset,
            aborted: (answer.abortedTransactions ?? []).map {
                FetchedPartition.AbortedTransaction(producerId: $0.producerId, firstOffset: $0.firstOffset)
            },
            divergence: diverges
                ? FetchedPartition.Divergence(
                    epoch: answer.divergingEpoch.epoch, endOffset: answer.divergingEpoch.endOffset) : nil)
    }
}
