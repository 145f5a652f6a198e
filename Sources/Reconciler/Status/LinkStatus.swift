import KafkaModel

/// What is known of all links at one time.
package struct StatusSnapshot: Hashable, Sendable {
    /// Clusters, by name.
    package var clusters: [ClusterStatus]
    /// Links, by name.
    package var links: [LinkStatus]
    /// When it was read, in milliseconds since 1970.
    package var readAtMs: Int64

    /// A snapshot of its parts.
    package init(clusters: [ClusterStatus], links: [LinkStatus], readAtMs: Int64) {
        self.clusters = clusters
        self.links = links
        self.readAtMs = readAtMs
    }

    /// Whether something could not be read.
    package var hasProblems: Bool {
        clusters.contains { $0.problem != nil } || links.contains { $0.hasUnreadParts }
    }

    /// Mirror topics of a link that could not be read in full, with the reason where that is no cluster's problem.
    package func unreadTopics(of link: LinkStatus) -> [(topic: TopicStatus, because: String)] {
        link.unreadTopics.compactMap { topic in
            topic.unreadBecause.flatMap { reason in
                clusters.contains { $0.problem == reason } ? nil : (topic, reason)
            }
        }
    }
}

/// A cluster as it answered.
package struct ClusterStatus: Hashable, Sendable {
    /// Name in the manifests.
    package var name: String
    /// Cluster id; nil when it did not answer.
    package var clusterId: String?
    /// Number of brokers; nil when it did not answer.
    package var brokerCount: Int?
    /// Why it could not be read; nil when it was.
    package var problem: String?
}

/// A link with its workers and mirror topics.
package struct LinkStatus: Hashable, Sendable {
    /// Name of the link.
    package var name: String
    /// Name of the source cluster.
    package var source: String
    /// Name of the destination cluster.
    package var destination: String
    /// Whether a manifest declares the link; one that no manifest declares goes on as it was.
    package var isDeclared: Bool
    /// Whether the manifests ask for its deletion.
    package var isToBeDeleted: Bool
    /// What is stored about the link; nil when it does not exist yet or could not be read.
    package var record: LinkRecord?
    /// Whether the source answers now, as whoever reads the status finds it.
    package var sourceAnswers: StatusReading<Bool>
    /// State on the destination; nil when the link does not exist yet or could not be read.
    package var state: LinkSpec.State?
    /// Who runs the workers.
    package var workerMode: LinkSpec.WorkerMode
    /// How many workers are declared.
    package var workersDeclared: Int
    /// The members of the workers' group.
    package var workers: StatusReading<[WorkerStatus]>
    /// The link's settings; nil when the link does not exist yet or could not be read.
    package var settings: LinkSettings?
    /// The tasks that a worker has reported on, in the order of their names.
    package var tasks: [TaskStatus]
    /// Mirror topics, by name.
    package var topics: [TopicStatus]
    /// Why what is stored about the link could not be read; nil when it was read, even if there is no link.
    package var problem: String?

    /// Whether something about the link could not be read.
    package var hasUnreadParts: Bool { problem != nil || workers.reason != nil || !unreadTopics.isEmpty }

    /// Mirror topics that have not stopped and of which an end could not be read, or how many partitions they have.
    ///
    /// None while nobody says where the source is, as of a link that other people's files declare: then the source is
    /// not read, and there is nothing to mend.
    package var unreadTopics: [TopicStatus] {
        sourceAnswers.reason == nil ? topics.filter { $0.state.hasEnds && $0.unreadBecause != nil } : []
    }

    /// How the link stands, in Cluster Linking's words.
    package enum State: String, Hashable, Sendable {
        /// It mirrors, or would if its mirror topics did.
        case active = "ACTIVE"
        /// It stands still as a whole.
        case paused = "PAUSED"
        /// Its worker has not reached the source for several checks in a row.
        case unavailable = "UNAVAILABLE"
        /// It does not exist yet.
        case notApplied = "NOT APPLIED"
        /// It was deleted, as declared.
        case absent = "ABSENT"
        /// It could not be read.
        case unknown = "UNKNOWN"
    }

    /// How the link stands, from what is stored and what its worker found.
    package var condition: State {
        guard let state else { return problem != nil ? .unknown : isToBeDeleted ? .absent : .notApplied }
        if state == .paused { return .paused }
        let check = tasks.first { $0.task == .availabilityCheck && $0.state == .inError }
        let isOver = check?.problems.contains { $0.code == TaskReport.unavailableCode } ?? false
        return isOver ? .unavailable : .active
    }

    /// How many mirror topics are in each state, by the state's word.
    package var topicCounts: [(state: MirrorTopicState, count: Int)] {
        MirrorTopicState.allCases.compactMap { state in
            let count = topics.count { $0.state == state }
            return count == 0 ? nil : (state, count)
        }
    }
}

/// A worker that is a member of its link's group.
package struct WorkerStatus: Hashable, Sendable {
    /// Its name, as its reports carry it: its instance id, or host, process and a random number.
    package var name: String
    /// Its member id.
    package var memberId: String
    /// The host it speaks from.
    package var host: String
    /// Number of partitions whose last report is its.
    package var partitionCount: Int

    /// A worker of its parts.
    package init(name: String, memberId: String, host: String, partitionCount: Int) {
        self.name = name
        self.memberId = memberId
        self.host = host
        self.partitionCount = partitionCount
    }
}

/// A periodic task of a link, as its worker last reported it.
package struct TaskStatus: Hashable, Sendable {
    /// How a task stands, with Cluster Linking's words.
    package enum State: String, Hashable, Sendable {
        /// Passes go through.
        case active = "ACTIVE"
        /// The last pass failed at something.
        case inError = "IN_ERROR"
        /// The whole link is paused.
        case linkPaused = "LINK_PAUSED"
        /// No worker reports it.
        case unknown = "UNKNOWN"
    }

    /// The task.
    package var task: LinkTaskName
    /// How it stands.
    package var state: State
    /// What the last pass came to, in words.
    package var summary: String
    /// What could not be done, or was left alone on purpose.
    package var problems: [TaskProblem]
    /// When a pass last went through without an error, in milliseconds since 1970; nil when none has.
    package var lastSuccessMs: Int64?
    /// Who reported last.
    package var worker: String
    /// When that was, in milliseconds since 1970.
    package var reportedAtMs: Int64
}

/// A mirror topic with its partitions.
package struct TopicStatus: Hashable, Sendable {
    /// Name on the destination.
    package var topic: String
    /// Name on the source.
    package var sourceTopic: String
    /// State, from what is stored and what workers report.
    package var state: MirrorTopicState
    /// How its end was asked for; nil while nobody has.
    package var stop: MirrorRecord.StopMode?
    /// Whether an entry or a filter of the manifests asks for it.
    package var isDeclared: Bool
    /// Since when the stored state holds, in milliseconds since 1970.
    package var sinceMs: Int64
    /// The first reason among the partitions; nil when there is none.
    package var reason: String?
    /// Records not mirrored yet, over all partitions.
    package var lagRecords: StatusReading<Int64>
    /// Age of the oldest record not mirrored yet in milliseconds; 0 without lag.
    package var lagMs: StatusReading<Int64>
    /// When the partition that is furthest behind last succeeded, in milliseconds since 1970; nil when unknown.
    package var lastSuccessMs: Int64?
    /// Partitions by number.
    package var partitions: [PartitionStatus]

    /// Why an end of a partition, or which partitions there are, is unknown; nil when all of it is known.
    package var unreadBecause: String? {
        partitions.lazy.compactMap { $0.sourceEnd.reason ?? $0.mirrorEnd.reason ?? $0.highWatermark.reason }.first
            ?? (partitions.isEmpty ? lagRecords.reason : nil)
    }
}

extension MirrorTopicState {
    /// Whether both ends count: the mirror topic is there, and has not stopped for good.
    fileprivate var hasEnds: Bool { self != .pendingMirror && self != .stopped }
}

/// One partition of a mirror topic.
package struct PartitionStatus: Hashable, Sendable {
    /// Partition number.
    package var partition: Int32
    /// State, from what is stored and what its worker reports.
    package var state: MirrorTopicState
    /// Why it failed or waits; nil when there is nothing to say.
    package var reason: String?
    /// Source end: the last stable offset.
    package var sourceEnd: StatusReading<Int64>
    /// End of the mirror's log.
    package var mirrorEnd: StatusReading<Int64>
    /// High watermark of the mirror: up to where all replicas have it.
    package var highWatermark: StatusReading<Int64>
    /// Records not mirrored yet.
    package var lagRecords: StatusReading<Int64>
    /// Age of the oldest record not mirrored yet in milliseconds; 0 without lag.
    package var lagMs: StatusReading<Int64>
    /// When a copy or a check last succeeded, in milliseconds since 1970; nil when unknown.
    package var lastSuccessMs: Int64?
    /// Who reported last; nil when nobody has.
    package var worker: String?
    /// When that was, in milliseconds since 1970.
    package var reportedAtMs: Int64?
}
