import EventLoop
import KafkaClient
import KafkaModel
import KafkaProtocol
import LinkStore

/// Steps 2 to 5: where the partition stands on both sides, and whether both sides still belong together.
extension MirrorEngine {
    /// Why a probe did not lead to copying.
    enum ProbeFailure: Error {
        /// Something that may pass.
        case wait(String, isSource: Bool)
        /// Something that stays.
        case stop(MirrorFailure)

        /// A failure that may be no more than an outdated answer, of a broker that lags behind or is cut off.
        ///
        /// It is told as a failure while it lasts, and asked again.
        static func told(_ failure: MirrorFailure) -> ProbeFailure {
            // The cluster answered: it is not away.
            .wait(failure.description, isSource: false)
        }
    }

    /// Probes one partition and tells its machine.
    func probe(_ mirror: TopicPartition) async {
        guard let pump = pumps[mirror] else { return }
        let generation = pump.machine.generation
        do throws(ProbeFailure) {
            if pump.machine.probesMirrorOnly {
                let end = try await settleMirror(pump)
                pump.isProbing = false
                pump.machine.settled(end: end, generation: generation)
            } else {
                let probe = try await locate(pump)
                pump.isProbing = false
                pump.lastSuccessMs = WallClock.nowMs
                pump.machine.probed(probe, generation: generation)
            }
        } catch {
            pump.isProbing = false
            switch error {
            case .wait(let reason, let isSource):
                // What a destination that does not answer has not dealt with grows no older.
                if !isSource && pump.machine.mayArriveLate { noteLate(pump) }
                pump.machine.mustWait(reason, isSource: isSource, generation: generation)
            case .stop(let failure):
                pump.machine.fail(failure, generation: generation)
            }
        }
        advance(pump)
    }

    private func locate(_ pump: PartitionPump) async throws(ProbeFailure) -> PartitionMachine.Probe {
        try await locateLeaders(pump)
        var isQuiet = isQuiet(pump)
        var (end, lastSequence) = try await endAndState(pump)
        // Without state the broker takes the first batch it gets, a late one included (reference: broker facts, A.7).
        if lastSequence == nil && end > 0, try await waitForLateBatches(pump) {
            isQuiet = true
            (end, lastSequence) = try await endAndState(pump)
        }
        try await waitForReplication(pump, of: end)
        let sourceStart = try await sourceOffset(pump, .earliest)
        let sourceEnd = try await sourceOffset(pump, .latest(.readCommitted))
        try checkRange(pump, end: end, sourceStart: sourceStart, sourceEnd: sourceEnd)
        let epoch = try await tailCheck(pump, end: end, sourceStart: sourceStart)
        return PartitionMachine.Probe(
            destinationEnd: end, lastSequence: lastSequence, sourceEpoch: epoch, sourceEnd: sourceEnd, isQuiet: isQuiet)
    }

    /// Where the mirror ends once nothing is on its way to it any more.
    private func settleMirror(_ pump: PartitionPump) async throws(ProbeFailure) -> Int64 {
        _ = try await topic(pump.mirror.topic, on: destination, isSource: false)
        let end = try await endAndState(pump).end
        guard try await waitForLateBatches(pump) else { return end }
        _ = try await topic(pump.mirror.topic, on: destination, isSource: false)
        return try await endAndState(pump).end
    }

    /// The mirror's end and the last sequence there.
    ///
    /// A late batch of an earlier owner that landed in between would let our next sequence follow it, and the broker
    /// take the batch for the old end at the new one: end and state count only together.
    private func endAndState(_ pump: PartitionPump) async throws(ProbeFailure) -> (end: Int64, lastSequence: Int32?) {
        let end = try await trueEnd(pump)
        let lastSequence = try await producerState(pump)
        guard try await trueEnd(pump) == end else {
            throw .wait("\(pump.mirror) is being written to", isSource: false)
        }
        return (end, lastSequence)
    }

    // MARK: Step 2, locate

    private func locateLeaders(_ pump: PartitionPump) async throws(ProbeFailure) {
        let target = pump.machine.target
        let mirror = try await topic(target.mirror.topic, on: destination, isSource: false)
        if let failure = mirrorRecreated(target, mirror.topicId) { throw .told(failure) }
        pump.namedAt = .now
        let original = try await topic(target.sourceTopic, on: source, isSource: true)
        if let expected = target.sourceTopicId, let actual = original.topicId, expected != actual {
            throw .told(
                MirrorFailure(
                    .sourceRecreated,
                    "source topic \(target.sourceTopic) was deleted and made again: its id is \(actual), expected "
                        + "\(expected). Its records are others. Fail the mirror over to keep it, or delete it and let it "
                        + "be made again."))
        }
        if original.partitions.count < mirror.partitions.count {
            throw .told(
                MirrorFailure(
                    .sourcePartitionsDecreased,
                    "source topic \(target.sourceTopic) has \(original.partitions.count) partitions, its mirror has "
                        + "\(mirror.partitions.count). Partitions never become fewer, so somebody made the source topic "
                        + "again or added partitions to the mirror."))
        }
        pump.destinationLeader = try await leader(of: target.mirror, on: destination, isSource: false)
        pump.sourceLeader = try await leader(of: target.source, on: source, isSource: true)
    }

    private func topic(
        _ name: String, on client: ClusterClient, isSource: Bool
    ) async throws(ProbeFailure) -> ClusterMetadata.Topic {
        await client.forget(name)
        do throws(ClientError) {
            return try await client.topic(name)
        } catch {
            guard error.errorCode == .unknownTopicOrPartition else {
                throw .wait(error.description, isSource: isSource)
            }
            // A broker that has just started may not know of its topics yet.
            let failure =
                isSource
                ? MirrorFailure(
                    .sourceDeleted,
                    "source topic \(name) does not exist. What was copied is kept. Fail the mirror over to keep it as "
                        + "an ordinary topic.")
                : MirrorFailure(
                    .mirrorDeleted,
                    "mirror topic \(name) does not exist any more; somebody deleted it. Declare it ABSENT to forget it."
                )
            throw .told(failure)
        }
    }

    private func leader(
        of partition: TopicPartition, on client: ClusterClient, isSource: Bool
    ) async throws(ProbeFailure) -> (broker: Int32, epoch: Int32) {
        do throws(ClientError) {
            return try await client.leader(of: partition)
        } catch {
            throw .wait(error.description, isSource: isSource)
        }
    }

    // MARK: Step 3, probe

    private func trueEnd(_ pump: PartitionPump) async throws(ProbeFailure) -> Int64 {
        try await offset(of: pump.mirror, .trueEnd, on: destination, isSource: false)
    }

    /// What is not replicated may still be lost; resuming above it would leave a hole.
    private func waitForReplication(_ pump: PartitionPump, of end: Int64) async throws(ProbeFailure) {
        let replicated = try await offset(of: pump.mirror, .latest(.readUncommitted), on: destination, isSource: false)
        guard replicated >= end else {
            throw .wait(
                "\(pump.mirror) is replicated up to \(replicated) of \(end); waiting for its in-sync replicas",
                isSource: false)
        }
    }

    private func sourceOffset(_ pump: PartitionPump, _ query: OffsetQuery) async throws(ProbeFailure) -> Int64 {
        try await offset(of: pump.source, query, on: source, isSource: true)
    }

    private func offset(
        of partition: TopicPartition, _ query: OffsetQuery, on client: ClusterClient, isSource: Bool
    ) async throws(ProbeFailure) -> Int64 {
        switch await client.listOffsets([partition], query)[partition] {
        case .success(let found): return found.offset
        case .failure(let error): throw .wait(error.description, isSource: isSource)
        case nil: throw .wait("no answer about the offsets of \(partition)", isSource: isSource)
        }
    }

    private func checkRange(
        _ pump: PartitionPump, end: Int64, sourceStart: Int64, sourceEnd: Int64
    ) throws(ProbeFailure) {
        if sourceEnd < end {
            throw .told(
                MirrorFailure(
                    .sourceTruncated,
                    "\(pump.source) ends at offset \(sourceEnd) on the source, below \(end), the end of the mirror: "
                        + "expected at least \(end), actual \(sourceEnd). Either another producer wrote into the mirror, "
                        + "or the source lost records. Fail the mirror over to keep it as it is, or delete it and let it "
                        + "be made again."))
        }
        if sourceStart > end {
            throw .stop(
                MirrorFailure(
                    .needsGapFill,
                    "\(pump.source) starts at offset \(sourceStart) on the source, and the mirror ends at \(end): the "
                        + "offsets between are gone there. Filling such gaps is not available yet."))
        }
    }

    // MARK: Step 4, state

    private func producerState(_ pump: PartitionPump) async throws(ProbeFailure) -> Int32? {
        let producers: [ActiveProducer]
        switch await destination.describeProducers([pump.mirror])[pump.mirror] {
        case .success(let found): producers = found
        case .failure(let error): throw .wait(error.description, isSource: false)
        case nil: throw .wait("no answer about the producers of \(pump.mirror)", isSource: false)
        }
        return producers.first { $0.producerId == producer.data }?.lastSequence
    }
}
