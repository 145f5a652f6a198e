import Bytes
import KafkaModel

/// A digest of what was found, to see whether two readings found the same.
///
/// Left out: the read time, lag, active groups and broker counts, which change without any meaning for a plan, and
/// ACLs, which no step of a plan changes.
enum LiveFingerprint {
    static func of(_ live: LiveSnapshot) -> String {
        var text = CanonicalText()
        for name in live.clusters.keys.sorted() {
            let cluster = live.clusters[name]
            text.add("cluster", name, cluster?.clusterId, cluster?.problem)
        }
        for name in live.links.keys.sorted() {
            if let link = live.links[name] { add(link, to: &text) }
        }
        return "sha256:" + SHA256Digest.hexadecimal(text.bytes)
    }

    private static func add(_ link: LiveLink, to text: inout CanonicalText) {
        text.add("link", link.name, String(link.storeExists), String(link.workersRunning), link.problem)
        text.add("workers", link.runningWorkerIndexes.map { "\($0.sorted())" }, link.workersProblem)
        if let record = link.record {
            text.add("record", record.linkId, record.sourceClusterId, record.destinationClusterId, record.prefix)
            text.add(record.state.rawValue, String(record.createdAtMs))
            for (name, value) in record.settings.described.sorted(by: { $0.key < $1.key }) {
                text.add("setting", name, value)
            }
        }
        for name in link.mirrors.keys.sorted() {
            guard let mirror = link.mirrors[name] else { continue }
            text.add("mirror", name, mirror.sourceTopic, mirror.sourceTopicId, mirror.topicId, mirror.state.rawValue)
            text.add(mirror.stop?.mode.rawValue, mirror.stop?.requestId, mirror.stop.map { String($0.maximumLag) })
            text.add(mirror.stoppedOffsets.map { "\($0)" }, String(mirror.sinceMs))
            for key in mirror.restoreConfigs.keys.sorted() { text.add(key, mirror.restoreConfigs[key] ?? nil) }
            let overrides = mirror.overrides ?? [:]
            for key in overrides.keys.sorted() { text.add("override", key, overrides[key] ?? nil) }
        }
        for name in link.otherLinksMirrors.keys.sorted() { text.add("other", name, link.otherLinksMirrors[name]) }
        add(link.sourceTopics, "source", to: &text)
        add(link.destinationTopics, "destination", to: &text)
        for name in link.sourceTopicNames?.sorted() ?? [] { text.add("name", name) }
        text.add("names", link.sourceTopicNames == nil ? nil : "read")
        for name in link.failures.keys.sorted() { text.add("failed", name, link.failures[name]) }
    }

    private static func add(_ topics: [String: TopicPresence], _ side: String, to text: inout CanonicalText) {
        for name in topics.keys.sorted() {
            switch topics[name] {
            case .absent: text.add(side, name, "absent")
            case .unreadable(let reason): text.add(side, name, "unreadable", reason)
            case .present(let topic):
                text.add(side, name, "present", topic.topicId, String(topic.partitionCount))
                text.add(String(topic.replicationFactor))
                for key in topic.configs.keys.sorted() { text.add("config", key, topic.configs[key]) }
                for key in topic.overriddenConfigs.sorted() { text.add("set", key) }
            case nil: break
            }
        }
    }
}

/// Fields with their lengths in front, so that no two lists of fields give the same bytes.
private struct CanonicalText {
    var bytes: [UInt8] = []

    mutating func add(_ fields: String?...) {
        for field in fields {
            if let field {
                bytes += Array("\(field.utf8.count):\(field)".utf8)
            } else {
                bytes += Array("-".utf8)
            }
        }
        bytes.append(UInt8(ascii: "\n"))
    }
}
