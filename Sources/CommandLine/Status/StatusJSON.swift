import KafkaModel
import PlanReport
import Reconciler

/// A status as JSON for programs.
///
/// What is unknown is null, with the reason beside it; it is never 0 or -1.
///
/// Readers must ignore keys they do not know; within format 1.x keys are only added. Times are ISO 8601 in UTC.
enum StatusJSON {
    static func render(_ snapshot: StatusSnapshot, _ selection: TopicSelection = .live) -> String {
        let document: JSONText = [
            "format_version": "1.0",
            "timestamp": .string(UTCText.iso(snapshot.readAtMs)),
            "complete": .bool(!snapshot.hasProblems),
            "clusters": .array(snapshot.clusters.map(cluster)),
            "links": .array(snapshot.links.map { link($0, selection) }),
        ]
        return document.pretty()
    }

    static func cluster(_ cluster: ClusterStatus) -> JSONText {
        [
            "name": .string(cluster.name),
            "cluster_id": text(cluster.clusterId),
            "brokers": number(cluster.brokerCount.map(Int64.init)),
            "problem": text(cluster.problem),
        ]
    }

    private static func link(_ link: LinkStatus, _ selection: TopicSelection) -> JSONText {
        [
            "name": .string(link.name),
            "declared": .bool(link.isDeclared),
            "link_id": text(link.record?.linkId),
            "source_cluster_id": text(link.record?.sourceClusterId),
            "destination_cluster_id": text(link.record?.destinationClusterId),
            "source_available": link.sourceAnswers.value.map { .bool($0) } ?? .null,
            "source": .string(link.source),
            "destination": .string(link.destination),
            "state": text(link.state == nil ? nil : link.condition.rawValue),
            "problem": text(link.problem),
            "workers": workers(link),
            "settings": link.settings.map { .sorted($0.described.mapValues { .string($0) }) } ?? .null,
            "tasks": .array(link.tasks.map(task)),
            "mirror_topic_counts": counts(link),
            "mirror_topics_left_out": .integer(Int64(link.topics.count { !selection.includes($0.state) })),
            "mirror_topics": .array(link.topics.filter { selection.includes($0.state) }.map(topic)),
        ]
    }

    /// How many mirror topics are in each state, those that are left out included.
    static func counts(_ link: LinkStatus) -> JSONText {
        let counts = link.topicCounts.map { ($0.state.rawValue, JSONText.integer(Int64($0.count))) }
        return .sorted(Dictionary(uniqueKeysWithValues: counts))
    }

    static func workers(_ link: LinkStatus) -> JSONText {
        let members = link.workers.value.map { members in
            JSONText.array(
                members.map { member in
                    [
                        "name": .string(member.name),
                        "member_id": .string(member.memberId),
                        "host": .string(member.host),
                        "partitions": .integer(Int64(member.partitionCount)),
                    ]
                })
        }
        return [
            "mode": .string(link.workerMode.rawValue),
            "declared": .integer(Int64(link.workersDeclared)),
            "members": members ?? .null,
            "unknown_because": text(link.workers.reason),
        ]
    }

    static func task(_ task: TaskStatus) -> JSONText {
        [
            "task": .string(task.task.rawValue),
            "state": .string(task.state.rawValue),
            "summary": .string(task.summary),
            "problems": .array(
                task.problems.map { problem in
                    [
                        "kind": .string(problem.kind.rawValue), "code": .string(problem.code),
                        "subject": text(problem.subject), "text": .string(problem.text),
                    ]
                }),
            "last_success": time(task.lastSuccessMs),
            "worker": .string(task.worker),
            "reported_at": time(task.reportedAtMs),
        ]
    }

    private static func topic(_ topic: TopicStatus) -> JSONText {
        [
            "topic": .string(topic.topic),
            "source_topic": .string(topic.sourceTopic),
            "state": .string(topic.state.rawValue),
            "stop": text(topic.stop?.rawValue),
            "declared": .bool(topic.isDeclared),
            "since": time(topic.sinceMs),
            "reason": text(topic.reason),
            "lag_records": number(topic.lagRecords.value),
            "lag_seconds": seconds(topic.lagMs.value),
            "lag_unknown_because": text(topic.lagRecords.reason ?? topic.lagMs.reason),
            "last_success": time(topic.lastSuccessMs),
            "partitions": .array(topic.partitions.map(partition)),
        ]
    }

    private static func partition(_ partition: PartitionStatus) -> JSONText {
        [
            "partition": .integer(Int64(partition.partition)),
            "state": .string(partition.state.rawValue),
            "reason": text(partition.reason),
            "source_end_offset": number(partition.sourceEnd.value),
            "mirror_end_offset": number(partition.mirrorEnd.value),
            "mirror_high_watermark": number(partition.highWatermark.value),
            "lag_records": number(partition.lagRecords.value),
            "lag_seconds": seconds(partition.lagMs.value),
            "lag_unknown_because": text(partition.lagRecords.reason ?? partition.lagMs.reason),
            "last_success": time(partition.lastSuccessMs),
            "worker": text(partition.worker),
            "reported_at": time(partition.reportedAtMs),
        ]
    }

    static func text(_ text: String?) -> JSONText { text.map { .string($0) } ?? .null }

    private static func number(_ number: Int64?) -> JSONText { number.map { .integer($0) } ?? .null }

    /// Whole seconds, rounded up: a lag that is there is never shown as 0.
    private static func seconds(_ milliseconds: Int64?) -> JSONText {
        number(milliseconds.map { $0 / 1000 + ($0 % 1000 > 0 ? 1 : 0) })
    }

    static func time(_ milliseconds: Int64?) -> JSONText {
        milliseconds.map { .string(UTCText.iso($0)) } ?? .null
    }
}
