import KafkaClient
import KafkaModel
import Planner

/// An end without workers: decided by time and by what both clusters hold.
extension MirrorEnding {
    /// Whether the topic may end although no worker lives that could say so.
    ///
    /// A failover waits until no append of a worker that died can be under way any more. So does a promotion that
    /// leaves records out; where the mirror ends where its source does, no append can bring anything new.
    ///
    /// - Throws: when the mirror is not its source's copy, which waiting does not change.
    func mayEndUnattended(
        _ record: MirrorRecord, _ lag: Lag?, _ silence: WorkerSilence, _ deadline: ContinuousClock.Instant
    ) async throws(StepFailure) -> Bool {
        guard silence.emptySince != nil, rest(silence, lag) == .zero else { return false }
        guard mode == .promote else { return true }
        guard let lag, let stop = record.stop, lag.largest <= stop.maximumLag else { return false }
        return try await isCopy(record, lag, deadline)
    }

    /// How long the workers have yet to be silent.
    func rest(_ silence: WorkerSilence, _ lag: Lag?) -> Duration {
        let isLevel = mode == .promote && lag?.largest == 0
        return silence.rest(
            emptyMs: runner.options.emptyGroupMs, quietMs: isLevel ? 0 : runner.options.quietMs, at: .now)
    }

    /// What the mirror lacks now; nil when one side does not tell.
    func lag(_ record: MirrorRecord) async -> Lag? {
        guard let source = runner.source else { return nil }
        do throws(ClientError) {
            // The mirror first: what the source gets in between must not make the mirror look ahead of it.
            let mirror = try await destination.ends(topic, .trueEnd)
            return Lag(source: try await source.ends(record.sourceTopic), mirror: mirror)
        } catch {
            return nil
        }
    }

    /// Whether the source still is the mirrored topic and the mirror holds what it has; false when neither can be told.
    private func isCopy(
        _ record: MirrorRecord, _ lag: Lag, _ deadline: ContinuousClock.Instant
    ) async throws(StepFailure) -> Bool {
        guard let source = runner.source else { return false }
        let name = "\(source.name)/\(record.sourceTopic)"
        let presence: TopicPresence
        do throws(ClientError) {
            presence = try await source.topic(record.sourceTopic)
        } catch {
            return false
        }
        switch presence {
        case .unreadable: return false
        case .absent: throw unequal("source topic \(name) is gone")
        case .present(let found) where !record.isSource(topicId: found.topicId):
            throw unequal(
                "source topic \(name) was recreated: its id is \(found.topicId ?? "unknown"), mirrored was "
                    + (record.sourceTopicId ?? "unknown"))
        case .present: break
        }
        if let number = lag.ahead {
            let end = lag.source.indices.contains(number) ? "ends at \(lag.source[number])" : "does not exist"
            throw unequal(
                "partition \(number) of \(topic) on \(destination.name) ends at \(lag.mirror[number]), and that of "
                    + "\(name) \(end)")
        }
        // Only what is replicated can be read.
        var notes: [String] = []
        let difference: String?
        let ends = try await waitForReplication(of: lag.mirror.count, deadline, &notes)
        do throws(ClientError) {
            let comparison = TailComparison(source: source, destination: destination, record: record)
            difference = try await comparison.difference(ends)
        } catch {
            return false
        }
        if let difference { throw unequal(difference) }
        return true
    }

    private func unequal(_ why: String) -> StepFailure {
        StepFailure(
            "it cannot be promoted without a worker: \(why). So the mirror is not a copy of its source. It stays "
                + "PENDING_STOPPED; `lockstep verify` compares them. Declare state: FAILED_OVER to keep the mirror as it "
                + "is.")
    }
}
