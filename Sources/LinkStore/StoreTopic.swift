import KafkaClient
import KafkaModel
import KafkaProtocol

/// The `__lockstep` topic: one compacted partition on the destination (design: product.md §4).
package enum StoreTopic {
    /// Its name; never mirrored, as it begins with `__`.
    package static let name = StateTopic.name
    /// Its only partition.
    package static let partition = TopicPartition(topic: name, partition: 0)

    /// Whether the topic exists, proven by name.
    package static func exists(on client: ClusterClient) async throws(StoreError) -> Bool {
        let presence: TopicPresence?
        do throws(ClientError) {
            presence = try await client.describeTopics([name])[name]
        } catch {
            throw StoreError(.client(error), cluster: client.name)
        }
        switch presence {
        case .absent: return false
        case .present(let topic):
            if let problem = problem(topic) { throw StoreError(.unsuitable(problem), cluster: client.name) }
            return true
        case .unreadable(let reason): throw StoreError(.unreadable(reason), cluster: client.name)
        case nil: throw StoreError(.unreadable("the cluster's answer leaves it out"), cluster: client.name)
        }
    }

    /// Creates the topic, unless it exists; only `apply` calls this.
    ///
    /// Three replicas where there are three brokers, two of them in sync at each write, and never an unclean election:
    /// what is acknowledged here is not lost with one broker.
    ///
    /// - Returns: whether this call created it.
    @discardableResult
    package static func create(on client: ClusterClient) async throws(StoreError) -> Bool {
        if try await exists(on: client) { return false }
        var isOurs = true
        do throws(ClientError) {
            let brokers = try await client.brokerIds().count
            try await client.createTopic(
                name, partitions: 1, replicationFactor: Int16(clamping: min(3, max(1, brokers))),
                configs: configs(brokers: brokers))
        } catch {
            // Another apply, or an attempt of ours whose answer was lost, came first.
            if error.errorCode != .topicAlreadyExists { throw StoreError(.client(error), cluster: client.name) }
            isOurs = false
        }
        // A KRaft broker learns of the topic after the controller has acknowledged it.
        for attempt in 1...30 {
            if try await exists(on: client) { return isOurs }
            await client.pause(.milliseconds(client.retry.pauseMs(after: attempt)))
        }
        throw StoreError(.unreadable("it was created and is still unknown"), cluster: client.name)
    }

    /// Settings of the topic on a cluster of so many brokers.
    static func configs(brokers: Int) -> [String: String] {
        [
            "cleanup.policy": "compact",
            // Readers do not decompress, whatever the brokers' default is.
            "compression.type": "uncompressed",
            "message.timestamp.type": "CreateTime",
            "min.insync.replicas": brokers >= 3 ? "2" : "1",
            "unclean.leader.election.enable": "false",
            // Reports are written again and again. Small segments are compacted soon, so that reading stays quick.
            "segment.bytes": "16777216",
            "segment.ms": "3600000",
            "min.cleanable.dirty.ratio": "0.1",
        ]
    }

    /// Why a topic of this name cannot be ours, as part of a sentence; nil when it can.
    static func problem(_ topic: LiveTopic) -> String? {
        if topic.partitionCount != 1 { return "it has \(topic.partitionCount) partitions instead of 1" }
        // Unset and unreadable look alike here; a set policy other than compaction would lose links.
        let policy = topic.configs["cleanup.policy"]
        if let policy, policy != "compact" { return "its cleanup.policy is \(policy) instead of compact" }
        return nil
    }
}
