import KafkaModel

/// The settings of a new mirror topic (design: mirroring.md §4; Cluster Linking's always-synced settings).
package struct MirrorTopicConfigs: Hashable, Sendable {
    /// Settings that a mirror overrides and that its source may set; put back when the mirror stops.
    package static let restoredNames = [
        "compression.type", "message.timestamp.after.max.ms", "message.timestamp.before.max.ms",
        "message.timestamp.difference.max.ms", "message.timestamp.type", "retention.bytes", "retention.ms",
    ]

    /// What a mirror needs as long as it is one, with the reasons.
    static let whileMirror = [
        // Batches are passed on unopened; any other type makes the broker recompress them.
        "compression.type": "producer",
        // Records keep their timestamps; LogAppendTime would overwrite them.
        "message.timestamp.type": "CreateTime",
        // Old records are deleted when the source deletes them, never by the mirror's own clock.
        "retention.bytes": "-1",
        "retention.ms": "-1",
    ]

    /// Settings to set at creation; timestamp bounds are the applier's, as their names depend on the destination.
    package var configs: [String: String]
    /// The source's own values of what the mirror overrides; null = not set on the source topic.
    package var restore: [String: String?]

    /// The settings for a mirror of `source`, or the names of synced settings that could not be read.
    package static func of(_ source: LiveTopic) -> Result<MirrorTopicConfigs, MissingConfigs> {
        let missing = SyncedConfigs.names.filter { source.configs[$0] == nil }
        guard missing.isEmpty else { return .failure(MissingConfigs(names: missing)) }
        var configs = whileMirror
        for name in SyncedConfigs.names { configs[name] = source.configs[name] }
        var restore: [String: String?] = [:]
        for name in restoredNames {
            restore[name] = .some(source.overriddenConfigs.contains(name) ? source.configs[name] : nil)
        }
        return .success(MirrorTopicConfigs(configs: configs, restore: restore))
    }

    /// Synced settings whose values the source did not tell.
    package struct MissingConfigs: Error, Hashable {
        /// Their names.
        package var names: [String]
    }
}
