/// What the settings of a mirror topic have to be, while it is a mirror and when it ends; without I/O.
///
/// Planner, applier and workers all decide by these rules (design: mirroring.md §4 and §8):
/// 1. A setting of the include list is set on the mirror as on the source topic, and not set where it is not set there.
///    `cleanup.policy` and `max.message.bytes` have the source's value also where that is a default.
/// 2. An override of the mirror's entry stands above the source.
/// 3. What a mirror needs stands above both. Other values of these settings are kept for its end.
///
/// Everything else is left alone.
package struct MirrorConfigs: Hashable, Sendable {
    /// The settings that follow the source.
    package var include: TopicConfigInclude
    /// The overrides of the mirror's entry; null = not set on the mirror.
    package var overrides: [String: String?]

    /// Rules for a mirror of a link.
    package init(include: TopicConfigInclude, overrides: [String: String?]? = nil) {
        self.include = include
        self.overrides = overrides ?? [:]
    }

    /// Where the values that were kept for the end come from.
    package enum Source: Sendable {
        /// The source topic, as it is now.
        case live(FoundConfigs)
        /// The mirror's record (`restoreConfigs`), when the source cannot be asked.
        case recorded([String: String?])
    }

    /// What a mirror needs as long as it is one.
    package static let held: [String: String] = {
        var held = [
            // Batches are passed on unopened; any other type makes the broker recompress them.
            "compression.type": "producer",
            // Records keep their timestamps; LogAppendTime would overwrite them.
            "message.timestamp.type": "CreateTime",
            // A mirror deletes nothing by its own clock or size: what the source has deleted since stays until the end.
            "retention.bytes": "-1",
            "retention.ms": "-1",
        ]
        // A mirror takes every record its source has; since 4.0 a broker refuses what is an hour ahead (KIP-1030).
        for name in SyncedConfigs.timestampBounds { held[name] = "\(Int64.max)" }
        return held
    }()

    /// The names to read on both sides.
    package var names: Set<String> {
        include.names.union(SyncedConfigs.taken).union(Self.held.keys).union(overrides.keys)
    }

    // MARK: While it is a mirror

    /// What has to be set and not set on the mirror.
    ///
    /// - Parameters:
    ///   - source: settings of the source topic; nil when they are not known, then nothing follows it now.
    ///   - knows: whether the destination has a setting of that name.
    package func whileMirror(of source: FoundConfigs?, knows: (String) -> Bool) -> [String: WantedConfig] {
        var wanted = following(source, knows)
        for (name, value) in Self.held where knows(name) { wanted[name] = WantedConfig(value, .mirror) }
        return wanted
    }

    /// Settings that the source topic has, that should follow it, and that the destination does not know; sorted.
    package func unknown(of source: FoundConfigs, knows: (String) -> Bool) -> [String] {
        include.names.filter { name in
            source.own(name) != nil && !knows(name) && !SyncedConfigs.timestampBounds.contains(name)
        }.sorted()
    }

    private func following(_ source: FoundConfigs?, _ knows: (String) -> Bool) -> [String: WantedConfig] {
        var wanted: [String: WantedConfig] = [:]
        if let source {
            for name in include.names where Self.held[name] == nil && knows(name) && source.knows(name) {
                wanted[name] = WantedConfig(source.own(name), .source)
            }
            for name in SyncedConfigs.taken { wanted[name] = source.values[name].map { WantedConfig($0, .source) } }
        }
        for (name, value) in overrides where Self.held[name] == nil { wanted[name] = WantedConfig(value, .override) }
        return wanted
    }

    // MARK: When it ends

    /// What to record of the source for the end of the mirror: what it overrides meanwhile; null = not set there.
    ///
    /// Retention is recorded as it takes effect: if only the brokers' default said how long records live, a destination
    /// with a shorter default would delete them as soon as the mirror ends.
    package func recorded(of source: FoundConfigs) -> [String: String?] {
        var values: [String: String?] = [:]
        for name in Self.held.keys where include.contains(name) {
            values[name] = .some(name.hasPrefix("retention.") ? source.values[name] : source.own(name))
        }
        return values
    }

    /// Names whose recorded values are not the source's any more, sorted; an override makes the source's value idle.
    package func outdated(_ record: [String: String?], of source: FoundConfigs) -> [String] {
        let wanted = recorded(of: source)
        return Set(wanted.keys).union(record.keys).sorted().filter { name in
            overrides[name] == nil && (record[name] ?? nil) != (wanted[name] ?? nil)
        }
    }

    /// What has to be set and not set on the topic that was a mirror.
    ///
    /// - Parameters:
    ///   - source: where the source's values come from.
    ///   - knows: whether the destination has a setting of that name.
    ///   - defaults: values that topics of the destination have by themselves, as far as known.
    package func atEnd(
        _ source: Source, knows: (String) -> Bool, defaults: [String: String]
    ) -> [String: WantedConfig] {
        let values: [String: String?]
        var wanted: [String: WantedConfig]
        switch source {
        case .live(let found):
            values = recorded(of: found)
            wanted = following(found, knows)
        case .recorded(let record):
            values = record
            wanted = following(nil, knows)
        }
        let bounds = Self.timestampBounds(values, knows)
        for name in Self.held.keys where knows(name) {
            if let override = overrides[name] {
                wanted[name] = WantedConfig(override, .override)
                continue
            }
            let isBound = SyncedConfigs.timestampBounds.contains(name)
            var value = isBound ? bounds[name] ?? nil : values[name] ?? nil
            if name.hasPrefix("retention."), value == defaults[name] { value = nil }
            wanted[name] = WantedConfig(value, .source)
        }
        return wanted
    }

    /// Timestamp bounds of the source under the names that the destination knows.
    private static func timestampBounds(_ values: [String: String?], _ knows: (String) -> Bool) -> [String: String] {
        let both = values["message.timestamp.difference.max.ms"] ?? nil
        let before = values["message.timestamp.before.max.ms"] ?? nil
        let after = values["message.timestamp.after.max.ms"] ?? nil
        var bounds: [String: String] = [:]
        if knows("message.timestamp.before.max.ms") {
            bounds["message.timestamp.before.max.ms"] = before ?? both
            bounds["message.timestamp.after.max.ms"] = after ?? both
            bounds["message.timestamp.difference.max.ms"] = both
        } else if let both {
            bounds["message.timestamp.difference.max.ms"] = both
        } else if let before = before.flatMap({ Int64($0) }), let after = after.flatMap({ Int64($0) }) {
            // One bound for both: the wider one, so that nothing is refused that the source took.
            bounds["message.timestamp.difference.max.ms"] = "\(max(before, after))"
        }
        return bounds
    }
}
