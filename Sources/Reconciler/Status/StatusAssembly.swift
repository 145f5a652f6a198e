import KafkaModel
import Mirror

/// What was read of one link, before it is put together.
///
/// Offsets are by partition of the mirror.
package struct LinkReadings: Sendable {
    /// The link as declared.
    package var spec: LinkSpec
    /// Whether a manifest declares the link.
    package var isDeclared = true
    /// Whether the source answers now.
    package var sourceAnswers: StatusReading<Bool> = .unknown("not read")
    /// The stored link; nil when there is none.
    package var record: LinkRecord?
    /// Mirror topics by name.
    package var mirrors: [String: MirrorRecord] = [:]
    /// Last reports by partition.
    package var reports: [TopicPartition: WorkerReport] = [:]
    /// Last reports on the link's tasks.
    package var tasks: [LinkTaskName: TaskReport] = [:]
    /// Members of the workers' group, or why they are unknown.
    package var members: StatusReading<[WorkerStatus]> = .unknown("not read")
    /// Number of partitions by mirror topic, or why it is unknown.
    package var partitionCounts: [String: StatusReading<Int>] = [:]
    /// Source ends.
    package var sourceEnds: [TopicPartition: StatusReading<Int64>] = [:]
    /// Mirror ends.
    package var mirrorEnds: [TopicPartition: StatusReading<Int64>] = [:]
    /// High watermarks of the mirror.
    package var highWatermarks: [TopicPartition: StatusReading<Int64>] = [:]
    /// Timestamps of the oldest records not mirrored, in milliseconds since 1970.
    package var oldestMissing: [TopicPartition: StatusReading<Int64>] = [:]
    /// Why what is stored could not be read.
    package var problem: String?

    /// Nothing read yet.
    package init(spec: LinkSpec) {
        self.spec = spec
    }
}

/// Puts the status of a link together: pure, so that every case can be tested as a table.
package struct StatusAssembly: Sendable {
    /// A report counts up to this age, in milliseconds, beyond the time after which the next one is due.
    ///
    /// Of a worker that has left none is due, so its reports count no longer than this.
    package static let reportAgeLimitMs: Int64 = 60_000
    /// How often a worker repeats its report on a partition that does not change, in milliseconds.
    private static let partitionReportMs = MirrorOptions().reportAgeMs

    private let readings: LinkReadings
    private let nowMs: Int64

    /// Puts `readings` together as of `nowMs`, in milliseconds since 1970.
    package init(_ readings: LinkReadings, nowMs: Int64) {
        self.readings = readings
        self.nowMs = nowMs
    }

    /// The link's status.
    package func link() -> LinkStatus {
        let spec = readings.spec
        return LinkStatus(
            name: spec.name, source: spec.source, destination: spec.destination, isDeclared: readings.isDeclared,
            isToBeDeleted: spec.isAbsent, record: readings.record, sourceAnswers: readings.sourceAnswers,
            state: readings.record?.state,
            workerMode: spec.workerMode, workersDeclared: spec.workerCount, workers: workers(),
            settings: readings.record?.settings, tasks: tasks(),
            topics: readings.mirrors.values.sorted { $0.topic < $1.topic }.map(topic), problem: readings.problem)
    }

    private func workers() -> StatusReading<[WorkerStatus]> {
        guard case .known(let members) = readings.members else { return readings.members }
        return .known(
            members.map { member in
                var member = member
                member.partitionCount = readings.reports.values.count {
                    $0.worker == member.name && !isStale($0.worker, $0.atMs, everyMs: Self.partitionReportMs)
                }
                return member
            }.sorted { ($0.name, $0.memberId) < ($1.name, $1.memberId) })
    }

    private func tasks() -> [TaskStatus] {
        LinkTaskName.allCases.compactMap { name in
            // What is switched off is not run, whatever was last reported of it.
            guard let report = readings.tasks[name], let settings = readings.record?.settings,
                let intervalMs = settings.intervalMs(of: name)
            else { return nil }
            // A pass that makes mirror topics may take as long as its interval; any other reports soon.
            let passMs = name == .autoCreateMirror ? intervalMs : 0
            let isStale = isStale(report.worker, report.atMs, everyMs: intervalMs.addingClamped(passMs))
            let state: TaskStatus.State =
                readings.record?.state == .paused
                ? .linkPaused : isStale ? .unknown : report.isInError ? .inError : .active
            let summary =
                state == .unknown
                ? "no report for \(Self.ageText(nowMs - report.atMs)); the last one: \(report.summary)" : report.summary
            return TaskStatus(
                task: name, state: state, summary: summary, problems: report.problems,
                lastSuccessMs: report.lastSuccessMs, worker: report.worker, reportedAtMs: report.atMs)
        }
    }

    private func topic(_ mirror: MirrorRecord) -> TopicStatus {
        let known = readings.reports.keys.filter { $0.topic == mirror.topic }.map { Int($0.partition) + 1 }.max() ?? 0
        let read = readings.partitionCounts[mirror.topic]
        let count = read?.value ?? max(known, mirror.stoppedOffsets?.count ?? 0)
        let none = read?.reason ?? "no partition is known"
        let partitions = (0..<count).map { partition(mirror, Int32($0)) }
        return TopicStatus(
            topic: mirror.topic, sourceTopic: mirror.sourceTopic, state: state(mirror, partitions),
            stop: mirror.stop?.mode, isDeclared: isDeclared(mirror), sinceMs: mirror.sinceMs,
            reason: partitions.lazy.compactMap { part in part.reason.map { Self.reason($0, part, of: partitions) } }
                .first,
            lagRecords: Self.combined(partitions.map(\.lagRecords), none: none, +),
            lagMs: Self.combined(partitions.map(\.lagMs), none: none, max),
            lastSuccessMs: partitions.compactMap(\.lastSuccessMs).min(), partitions: partitions)
    }

    private static func reason(_ reason: String, _ part: PartitionStatus, of all: [PartitionStatus]) -> String {
        let same = all.count { $0.reason == reason }
        if all.count == 1 { return reason }
        return same == all.count
            ? "all partitions: \(reason)"
            : same == 1 ? "partition \(part.partition): \(reason)" : "\(same) of \(all.count) partitions: \(reason)"
    }

    private func isDeclared(_ mirror: MirrorRecord) -> Bool {
        readings.spec.mirrorTopics.contains { $0.name == mirror.topic }
            || readings.spec.autoCreateFilters?.selects(mirror.sourceTopic) == true
    }

    /// The topic's state: what is stored where that decides, otherwise the worst of its partitions.
    private func state(_ mirror: MirrorRecord, _ partitions: [PartitionStatus]) -> MirrorTopicState {
        guard mirror.state == .active, readings.record?.state != .paused else { return stored(mirror) }
        let worstFirst: [MirrorTopicState] = [.failed, .sourceUnavailable, .unknown, .initializing]
        let states = Set(partitions.map(\.state))
        return worstFirst.first { states.contains($0) } ?? (partitions.isEmpty ? .unknown : .active)
    }

    private func stored(_ mirror: MirrorRecord) -> MirrorTopicState {
        mirror.state == .active && readings.record?.state == .paused ? .linkPaused : mirror.state
    }

    private func partition(_ mirror: MirrorRecord, _ number: Int32) -> PartitionStatus {
        let place = TopicPartition(topic: mirror.topic, partition: number)
        let report = readings.reports[place]
        let (state, reason) = stateAndReason(mirror, report)
        let notAsked = readings.partitionCounts[mirror.topic]?.reason
        let sourceEnd = readings.sourceEnds[place] ?? .unknown(notAsked ?? "the source was not asked")
        let mirrorEnd = readings.mirrorEnds[place] ?? .unknown(notAsked ?? "the destination was not asked")
        let lag = lag(mirror, sourceEnd, mirrorEnd)
        return PartitionStatus(
            partition: number, state: state, reason: reason, sourceEnd: sourceEnd, mirrorEnd: mirrorEnd,
            highWatermark: readings.highWatermarks[place]
                ?? .unknown(notAsked ?? "the destination was not asked"),
            lagRecords: lag, lagMs: age(lag, place), lastSuccessMs: report?.partition.lastSuccessMs,
            worker: report?.worker, reportedAtMs: report?.atMs)
    }

    private func stateAndReason(
        _ mirror: MirrorRecord, _ report: WorkerReport?
    ) -> (MirrorTopicState, String?) {
        switch stored(mirror) {
        case .active: break
        case .pendingStopped:
            return (report?.partition.state == .stopped ? .stopped : .pendingStopped, report?.partition.reason)
        case let state: return (state, nil)
        }
        guard let report else {
            return (.unknown, hasWorkers ? "no worker has reported yet" : "no worker runs, and none has reported")
        }
        if isStale(report.worker, report.atMs, everyMs: Self.partitionReportMs) {
            return (
                .unknown,
                "no report for \(Self.ageText(nowMs - report.atMs)); the last one: \(report.partition.state.rawValue)"
                    + (report.partition.reason.map { ", \($0)" } ?? "")
            )
        }
        // A worker that has not taken note of a change yet still reports the state before it.
        let state = report.partition.state
        return (
            state == .paused || state == .linkPaused || state == .stopped ? .initializing : state,
            report.partition.reason
        )
    }

    private var hasWorkers: Bool { !(readings.members.value ?? []).isEmpty }

    /// Whether a report is so old that nobody can say whether it still holds.
    ///
    /// - Parameter everyMs: after how many milliseconds the worker would have reported again.
    private func isStale(_ worker: String, _ atMs: Int64, everyMs: Int64) -> Bool {
        nowMs - atMs > (hasLeft(worker) ? 0 : everyMs).addingClamped(Self.reportAgeLimitMs)
    }

    /// Whether a worker is known to be no member of the group any more.
    private func hasLeft(_ worker: String) -> Bool {
        guard let members = readings.members.value else { return false }
        return !members.contains { worker == $0.name }
    }

    private func lag(
        _ mirror: MirrorRecord, _ source: StatusReading<Int64>, _ end: StatusReading<Int64>
    ) -> StatusReading<Int64> {
        if mirror.state == .stopped { return .unknown("mirroring has stopped for good") }
        switch (source, end) {
        case (.known(let source), .known(let end)): return .known(max(0, source - end))
        case (.unknown(let reason), _), (_, .unknown(let reason)): return .unknown(reason)
        }
    }

    private func age(_ lag: StatusReading<Int64>, _ place: TopicPartition) -> StatusReading<Int64> {
        switch lag {
        case .unknown: return lag
        case .known(0): return .known(0)
        case .known:
            switch readings.oldestMissing[place] ?? .unknown("the source was not asked") {
            case .known(let timestamp): return .known(max(0, nowMs - timestamp))
            case .unknown(let reason): return .unknown(reason)
            }
        }
    }

    /// One figure for all partitions; unknown as soon as one is.
    private static func combined(
        _ readings: [StatusReading<Int64>], none: String, _ combine: (Int64, Int64) -> Int64
    ) -> StatusReading<Int64> {
        guard let first = readings.first else { return .unknown(none) }
        return readings.dropFirst().reduce(first) { sum, next in
            switch (sum, next) {
            case (.known(let left), .known(let right)): .known(combine(left, right))
            case (.unknown, _): sum
            case (_, .unknown): next
            }
        }
    }

    /// `45 s`, `12 min`, `3 h`, `2 d`.
    package static func ageText(_ milliseconds: Int64) -> String {
        let seconds = max(0, milliseconds) / 1000
        switch seconds {
        case ..<120: return "\(seconds) s"
        case ..<7200: return "\(seconds / 60) min"
        case ..<172_800: return "\(seconds / 3600) h"
        default: return "\(seconds / 86_400) d"
        }
    }
}

extension Int64 {
    /// The sum, or the largest number where it has no room.
    fileprivate func addingClamped(_ other: Int64) -> Int64 {
        let (sum, isTooLarge) = addingReportingOverflow(other)
        return isTooLarge ? .max : sum
    }
}
