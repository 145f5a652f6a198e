import KafkaClient
import KafkaModel
import LinkStore

/// What the engine tells of its partitions, and the look at those that stand still.
extension MirrorEngine {
    /// Attempts after which something in the way is called a failure.
    private static let failedAfterAttempts = 4

    /// A report of every partition that is ours.
    package func reports() -> [TopicPartition: PartitionReport] {
        pumps.mapValues(report)
    }

    private func report(_ pump: PartitionPump) -> PartitionReport {
        let machine = pump.machine
        var report = PartitionReport(
            partition: pump.mirror.partition, state: machine.hasCaughtUp ? .active : .initializing,
            nextOffset: machine.nextOffset, sourceEndOffset: machine.sourceEnd, lastSuccessMs: pump.lastSuccessMs)
        if machine.obstacle?.isSource != true { pump.sourceAwaySince = nil }
        switch machine.phase {
        case .probing, .copying, .waiting:
            // An obstacle lasts until there is progress: each attempt passes through all three phases.
            report.reason = pump.waitsForQuiet ? Self.waitsForQuiet : machine.obstacle?.reason
            if let obstacle = machine.obstacle, obstacle.isRefusal || machine.attempts >= Self.failedAfterAttempts {
                report.state = obstacle.isSource ? unavailable(pump) : .failed
            }
            if !hasLease { tellLease(&report) }
        case .idle:
            report.state = machine.desire == .linkPaused ? .linkPaused : .paused
        case .failed(let failure):
            report.state = .failed
            report.reason = failure.description
        case .stopped(let requestId):
            report.state = .stopped
            report.stoppedFor = requestId
        }
        return report
    }

    /// Without a lease nothing is written, however well the partition stands; without it for as long as the membership
    /// lasts, another worker may have the partition.
    private func tellLease(_ report: inout PartitionReport) {
        report.reason =
            "nothing is written, since this worker's membership of the link's group is not confirmed"
            + (leaseProblem.map { ": \($0)" } ?? "")
        guard let leaseEnds else { return }
        if ContinuousClock.now - leaseEnds >= .milliseconds(Int64(options.sessionTimeoutMs) / 2) {
            report.state = .failed
        }
    }

    /// A source that is away is waited for; away too long, it is called a failure and waited for all the same.
    private func unavailable(_ pump: PartitionPump) -> MirrorTopicState {
        let since = pump.sourceAwaySince ?? .now
        pump.sourceAwaySince = since
        return ContinuousClock.now - since >= .milliseconds(options.sourceRetryMs) ? .failed : .sourceUnavailable
    }

    /// Compares the ends of mirrors that nothing is written to with where we left them: a foreign write shows there
    /// before our own next batch would land behind it.
    package func checkIdlePartitions() async {
        var asked: [TopicPartition: (generation: UInt64, writes: UInt64)] = [:]
        for pump in pumps.values where pump.machine.isLevel {
            asked[pump.mirror] = (pump.machine.generation, pump.machine.writes)
        }
        guard !asked.isEmpty else { return }
        let ends = await destination.listOffsets(asked.keys, .trueEnd)
        for (partition, before) in asked {
            guard let pump = pumps[partition], case .success(let end) = ends[partition] else { continue }
            pump.lastSuccessMs = WallClock.nowMs
            pump.machine.observedEnd(end.offset, writes: before.writes, generation: before.generation)
            advance(pump)
        }
    }
}
