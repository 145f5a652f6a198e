import EventLoop
import KafkaClient
import KafkaModel
import LinkStore

/// The task `ConsumerOffsetSync`: keeps the committed offsets of consumer groups on the destination equal to the
/// source's (design: mirroring.md §8).
///
/// As with Cluster Linking: only topics that are ACTIVE mirrors of the link; groups without members on the destination
/// are overwritten at every pass, backwards too; groups with members are left alone; a group that left the filters, or
/// an offset that the source forgot, keeps what it has.
package actor ConsumerOffsetSync: LinkTask {
    /// Which task it is.
    package nonisolated let name = LinkTaskName.consumerOffsetSync

    package nonisolated var unownedExecutor: UnownedSerialExecutor { destination.loop.asUnownedSerialExecutor() }

    private nonisolated let source: ClusterClient
    private nonisolated let destination: ClusterClient
    private let store: StoreReader
    private var schedule = RefreshSchedule()
    private var retentionReadAt: ContinuousClock.Instant?
    private let start = ContinuousClock.now

    /// How long the destination's retention is believed.
    private static let retentionAge = Duration.seconds(3_600)

    /// The task between two clusters.
    ///
    /// - Parameter store: reads the destination's state topic; all tasks of a worker share one.
    package init(source: ClusterClient, destination: ClusterClient, store: StoreReader) {
        self.source = source
        self.destination = destination
        self.store = store
    }

    /// One pass over all groups that the filters select.
    package func run(_ pass: TaskPass) async -> TaskOutcome {
        let failed: [String: Set<Int32>]
        do throws(StoreError) {
            failed = Self.failedPartitions(try await store.contents(of: pass.link), pass.link.name)
        } catch {
            return TaskOutcome(
                summary: "no offset was committed", problems: [TaskProblem(.error, code: error.taskCode, "\(error)")])
        }
        // Said even when no group is found there: that other cluster may have none.
        if let problem = await ClusterCheck.source(source, of: pass.link).problem() {
            return TaskOutcome(summary: "no offset was committed", problems: [problem])
        }
        await readRetention()
        let schedule = schedule
        let nowMs = Int64(start.duration(to: .now) / .milliseconds(1))
        let outcome = await GroupOffsetPass(
            source: source, destination: destination, link: pass.link,
            mirrors: pass.mirrors.values.filter { $0.state == .active }, failed: failed,
            isDue: { schedule.isDue($0, nowMs: nowMs) }, mayCommit: pass.isCurrent
        ).run()
        self.schedule.note(outcome.refreshed, nowMs: nowMs)
        if outcome.failure == nil { self.schedule.keep(only: outcome.groups) }
        return TaskOutcome(summary: outcome.summary, problems: outcome.problems)
    }

    /// Partitions whose last report says that they failed, by mirror topic.
    private static func failedPartitions(_ contents: StoreContents, _ link: String) -> [String: Set<Int32>] {
        var failed: [String: Set<Int32>] = [:]
        for (key, reports) in contents.reports where key.link == link {
            for (partition, report) in reports where report.partition.state == .failed {
                failed[key.topic, default: []].insert(partition)
            }
        }
        return failed
    }

    /// Learns how long the destination keeps offsets; without the right to ask, Kafka's default is assumed: should
    /// offsets go earlier, the next pass finds them missing and commits them again.
    private func readRetention() async {
        if let retentionReadAt, retentionReadAt.duration(to: .now) < Self.retentionAge { return }
        retentionReadAt = .now
        do throws(ClientError) {
            let text = try await destination.brokerConfig("offsets.retention.minutes")
            if let minutes = text.flatMap({ Int64($0) }), minutes > 0 {
                schedule.retentionMs = min(minutes, Int64(Int32.max)) * 60_000
            }
        } catch {
            schedule.retentionMs = RefreshSchedule.defaultRetentionMs
        }
    }
}
