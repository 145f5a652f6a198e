import KafkaClient
import KafkaConnection
import KafkaModel
import KafkaProtocol

/// Whether the mirror topic is the one that was created: before Kafka 4.1 Produce names topics by name, and whoever
/// deletes the mirror and makes a topic of that name would get our next batch.
extension MirrorEngine {
    /// Looks at the ids of those topics that a request is about to name and that were not written to for a moment; a
    /// partition whose topic is another one begins anew, and is not in the request then.
    func checkNames(_ key: LaneKey, _ connection: Connection) async throws(ClientError) {
        guard await namesTopicsByName(connection) else { return }
        let latest = ContinuousClock.now - .milliseconds(options.nameLastsMs)
        let old = waiting(for: key).filter { pump in
            pump.machine.target.topicId != nil && pump.namedAt.map { $0 <= latest } ?? true
        }
        guard !old.isEmpty else { return }
        let topics = try await destination.metadata(Set(old.map(\.mirror.topic)).sorted()).topics
        for pump in old {
            guard let topic = topics[pump.mirror.topic], topic.error.isSuccess else {
                locateAgain(pump, "\(pump.mirror.topic) is not known to the destination")
                continue
            }
            if let failure = mirrorRecreated(pump.machine.target, topic.topicId) {
                locateAgain(pump, failure.description)
            } else {
                pump.namedAt = .now
            }
        }
    }

    private func namesTopicsByName(_ connection: Connection) async -> Bool {
        do throws(ConnectionError) {
            return try await connection.negotiated(ProduceRequest.api) < 13
        } catch {
            // The send that follows tells what is wrong.
            return false
        }
    }

    private func locateAgain(_ pump: PartitionPump, _ reason: String) {
        pump.machine.mustWait(reason, isSource: false, generation: pump.machine.generation)
        advance(pump)
    }

    /// Why the topic under the mirror's name is not the mirror, asked now; nil when it is, or nobody can tell.
    func mirrorRecreated(_ pump: PartitionPump) async -> MirrorFailure? {
        let target = pump.machine.target
        do throws(ClientError) {
            let topics = try await destination.metadata([target.mirror.topic]).topics
            return mirrorRecreated(target, topics[target.mirror.topic]?.topicId)
        } catch {
            return nil
        }
    }

    /// Why a topic with this id is not the mirror.
    func mirrorRecreated(_ target: MirrorTarget, _ actual: KafkaUUID?) -> MirrorFailure? {
        guard let expected = target.topicId, let actual, expected != actual else { return nil }
        return MirrorFailure(
            .mirrorRecreated,
            "topic \(target.mirror.topic) was deleted and made again by somebody: its id is \(actual), expected "
                + "\(expected). It is left alone. Declare the mirror ABSENT, or rename that topic.")
    }
}
