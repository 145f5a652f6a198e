import Bytes
import KafkaProtocol
import KafkaRecords

/// What tests do behind the protocol.
extension EmbeddedBroker {
    /// Lets `decide` look at requests of one API before they are handled; replaces an earlier interception of it.
    package func intercept(
        _ key: APIKey, _ count: InterceptionCount = .once,
        _ decide: @escaping @Sendable (InterceptedRequest) -> Interception
    ) {
        interceptions.set(key, count, decide)
    }

    /// Lets requests of one API pass again.
    package func stopIntercepting(_ key: APIKey) {
        interceptions.remove(key)
    }

    /// Number of requests of one API that came in since the start.
    package func requestCount(_ key: APIKey) -> Int {
        requestCounts[key] ?? 0
    }

    /// Creates a topic as CreateTopics would, without a request; false when it exists already.
    @discardableResult
    package func createTopic(_ name: String, partitions: Int = 1, configs: [String: String] = [:]) -> Bool {
        guard topics[name] == nil, let set = try? TopicConfigs(configs.map { ($0.key, $0.value) }) else { return false }
        topics.add(Topic(name: name, id: randomId(), configs: set, partitionCount: partitions))
        return true
    }

    /// Sets a config of a topic, or removes it with nil, as somebody does with Kafka's tools; false when it is refused.
    @discardableResult
    package func setConfig(_ name: String, _ value: String?, of topic: String) -> Bool {
        guard var configs = topics[topic]?.configs else { return false }
        do throws(AdminRefusal) {
            try configs.apply(value == nil ? .delete : .set, name, value)
        } catch {
            return false
        }
        topics.update(topic) { $0.configs = configs }
        return true
    }

    /// The configs that are set on a topic; nil when there is no such topic.
    package func ownConfigs(of topic: String) -> [String: String]? { topics[topic]?.configs.values }

    /// Id of a topic; nil when there is none.
    package func topicId(_ name: String) -> KafkaUUID? {
        topics[name]?.id
    }

    /// Where the log of a partition stands.
    package struct LogOffsets: Sendable, Equatable {
        /// First offset that may be read.
        package var logStart: Int64
        /// Offset up to which readers of committed data read.
        package var lastStable: Int64
        /// Offset up to which consumers read.
        package var highWatermark: Int64
        /// Offset behind the last batch.
        package var logEnd: Int64
    }

    /// Where the log of a partition stands; nil when there is no such partition.
    package func logOffsets(_ topic: String, _ partition: Int32 = 0) -> LogOffsets? {
        topics.log(PartitionName(topic: topic, index: partition)).map {
            LogOffsets(
                logStart: $0.logStartOffset, lastStable: $0.lastStableOffset, highWatermark: $0.highWatermark,
                logEnd: $0.logEndOffset)
        }
    }

    /// The batches of a partition as they are stored, in order.
    package func storedBatches(_ topic: String, _ partition: Int32 = 0) -> [RecordBatchView] {
        topics.log(PartitionName(topic: topic, index: partition))?.batches ?? []
    }

    /// Appends a batch unchecked, as if it had come from a leader: foreign producers, holes, control batches,
    /// compressed batches.
    ///
    /// - Parameters:
    ///   - batch: one batch; it is stamped in place.
    ///   - baseOffset: the log end by default; an offset behind it leaves a hole.
    /// - Returns: the offset of its first record; nil when the partition does not exist or `batch` is none.
    @discardableResult
    package func appendStored(
        _ batch: ByteSlice, to topic: String, _ partition: Int32 = 0, at baseOffset: Int64? = nil
    ) -> Int64? {
        guard let view = try? RecordBatchView(prefixOf: batch), !view.header.isLegacy else { return nil }
        return withLog(topic, partition) { $0.appendStored(view, at: baseOffset) }
    }

    /// Appends one record without a producer id, as a foreign producer would.
    @discardableResult
    package func appendRecord(
        key: String? = nil, value: String, to topic: String, _ partition: Int32 = 0
    ) -> Int64? {
        var builder = RecordBatchBuilder()
        builder.append(
            timestamp: clock.wall, key: key.map { ByteSlice(Array($0.utf8)) }, value: ByteSlice(Array(value.utf8)))
        return appendStored(builder.build(), to: topic, partition)
    }

    /// Appends a record without a value, which removes its key from a compacted topic.
    package func appendTombstone(_ key: String, to topic: String, _ partition: Int32 = 0) {
        var builder = RecordBatchBuilder()
        builder.append(timestamp: clock.wall, key: ByteSlice(Array(key.utf8)), value: nil)
        appendStored(builder.build(), to: topic, partition)
    }

    /// Moves the log start up, as retention does; past the log end it empties the log.
    package func moveLogStart(_ topic: String, _ partition: Int32 = 0, to offset: Int64) {
        withLog(topic, partition) { $0.moveStart(to: offset) }
    }

    /// While `isHeld`, appended records stay above the high watermark, as if followers had stopped.
    package func holdReplication(_ topic: String, _ partition: Int32 = 0, _ isHeld: Bool) {
        withLog(topic, partition) { $0.isReplicationHeld = isHeld }
    }

    /// Bumps the leader epoch; what lies above the high watermark is lost, as with a change of leaders.
    ///
    /// A Produce that waits is answered by the former leader: `NOT_LEADER_OR_FOLLOWER`. A Fetch that waits and names no
    /// leader epoch waits on: consumers may read from followers.
    package func changeLeader(_ topic: String, _ partition: Int32 = 0) {
        withLog(topic, partition) { $0.changeLeader() }
    }

    /// Forgets idle producers now, as the periodic check does.
    package func expireProducers() {
        let now = clock.wall
        for name in topics.names {
            for index in 0..<(topics[name]?.partitions.count ?? 0) {
                withLog(name, Int32(index)) {
                    $0.expireProducers(now: now, expirationMs: options.producerIdExpirationMs)
                }
            }
        }
    }

    /// Moves both clocks forward: sessions, transactions, producers and waiting requests age.
    package func advanceClock(byMs milliseconds: Int64) {
        clock.shiftMs += milliseconds
        attempt(purgatory.due(clock.monotonic), isLast: true)
        tick()
    }

    @discardableResult
    private func withLog<Result>(
        _ topic: String, _ index: Int32, _ body: (inout PartitionLog) -> Result
    ) -> Result? {
        let partition = PartitionName(topic: topic, index: index)
        let result = topics.withLog(partition) { (log, _) in body(&log) }
        changed([partition])
        return result
    }
}
