import KafkaClient
import KafkaModel
import LinkStore

/// What one pass of `TopicConfigsSync` found and did; decides without I/O.
struct TopicConfigsPass {
    /// A mirror topic whose settings are to be changed.
    struct Repair {
        var mirror: MirrorRecord
        /// Settings of the source topic; nil when they are not known.
        var original: FoundConfigs?
        var differences: [ConfigDifference]
    }

    /// The settings that follow the source.
    let include: TopicConfigInclude
    private(set) var repairs: [Repair] = []
    /// Mirrors whose records keep other values of the source than it has, with those it has.
    private(set) var outdated: [(MirrorRecord, [String: String?])] = []
    /// Records that were made right.
    var recorded = 0
    private var compared = 0
    private var repaired: [String] = []
    private var problems: [TaskProblem] = []

    init(pass: TaskPass) {
        include = pass.link.settings.topicConfigInclude
    }

    /// The settings to read, without those of overrides.
    var names: Set<String> { MirrorConfigs(include: include).names }

    /// Compares a mirror topic with what its settings have to be.
    ///
    /// - Parameters:
    ///   - copy: what the destination says of the topic.
    ///   - original: what the source says of its topic; nil when it was not asked or did not answer.
    mutating func look(at mirror: MirrorRecord, _ copy: TopicPresence?, _ original: TopicPresence?) {
        // A mirror topic that is gone or another one is told by its partitions and by plans.
        guard let topic = Self.topic(copy, mirror.isMirror(topicId:)) else {
            if case .unreadable(let reason) = copy { refused(mirror.topic, reason) }
            return
        }
        guard let found = topic.found else {
            refused(
                mirror.topic,
                "it does not tell its configs; allow Lockstep's principal ALTER_CONFIGS on it, which permits "
                    + "DESCRIBE_CONFIGS as well")
            return
        }
        compared += 1
        let source = self.source(mirror, original)
        let rules = MirrorConfigs(include: include, overrides: mirror.overrides)
        let wanted = rules.whileMirror(of: source, knows: found.knows)
        let differences = ConfigDifference.between(found, wanted)
        if !differences.isEmpty { repairs.append(Repair(mirror: mirror, original: source, differences: differences)) }
        guard let source else { return }
        if !rules.outdated(mirror.restoreConfigs, of: source).isEmpty {
            outdated.append((mirror, rules.recorded(of: source)))
        }
        let unknown = rules.unknown(of: source, knows: found.knows)
        if !unknown.isEmpty {
            skip(
                mirror.topic, "INVALID_REQUEST_ERROR",
                "the destination has no \(unknown.joined(separator: ", ")), which its source topic sets; left out")
        }
    }

    /// Settings of the source topic, if it is there, still the same one, and tells them.
    private mutating func source(_ mirror: MirrorRecord, _ original: TopicPresence?) -> FoundConfigs? {
        switch original {
        case nil: return nil
        case .present:
            guard let topic = Self.topic(original, mirror.isSource(topicId:)) else {
                skip(mirror.topic, "UNKNOWN_TOPIC_OR_PARTITION_ERROR", "its source topic is another one by now")
                return nil
            }
            if topic.found == nil {
                refused(
                    mirror.topic,
                    "source topic \(mirror.sourceTopic) does not tell its configs; allow Lockstep's principal "
                        + "DESCRIBE_CONFIGS on topic \(mirror.sourceTopic)")
            }
            return topic.found
        case .absent:
            skip(mirror.topic, "UNKNOWN_TOPIC_OR_PARTITION_ERROR", "source topic \(mirror.sourceTopic) is gone")
            return nil
        case .unreadable(let reason):
            refused(mirror.topic, "source topic \(mirror.sourceTopic) cannot be read: \(reason)")
            return nil
        }
    }

    private static func topic(_ presence: TopicPresence?, _ isRecorded: (String?) -> Bool) -> LiveTopic? {
        guard case .present(let topic) = presence, isRecorded(topic.topicId) else { return nil }
        return topic
    }

    // MARK: What came of it

    /// Takes note of a topic whose settings were changed.
    mutating func changed(_ repair: Repair) { repaired.append(repair.mirror.topic) }

    /// Takes note of something that failed.
    mutating func fail(_ problem: TaskProblem) { problems.append(problem) }

    /// Takes note of something that failed.
    mutating func fail(_ error: ClientError, about topic: String?) {
        fail(TaskProblem(error, subject: topic))
    }

    /// Takes note of something that failed.
    mutating func fail(_ error: StoreError, about topic: String?) {
        problems.append(TaskProblem(.error, code: error.taskCode, subject: topic, error.description))
    }

    private mutating func refused(_ topic: String, _ reason: String) {
        problems.append(TaskProblem(.error, code: "AUTHORIZATION_ERROR", subject: topic, reason))
    }

    private mutating func skip(_ topic: String, _ code: String, _ reason: String) {
        problems.append(TaskProblem(.skipped, code: code, subject: topic, reason))
    }

    /// The pass in words.
    var outcome: TaskOutcome {
        var words = ["\(counted(compared, "topic")) compared"]
        if !repaired.isEmpty { words.append("configs of \(listed(repaired, limit: 3)) changed") }
        if recorded > 0 { words.append("\(counted(recorded, "record")) brought up to date") }
        return TaskOutcome(summary: words.joined(separator: ", "), problems: problems)
    }
}
