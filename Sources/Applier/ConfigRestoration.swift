import KafkaClient

/// What has to be done to give a stopped mirror topic the settings its source has, without I/O.
struct ConfigRestoration: Equatable, Sendable {
    /// Names to set, with values.
    var setting: [String: String] = [:]
    /// Names to remove from the topic.
    var removing: [String] = []
    /// Names the source sets and the destination does not know.
    var unknown: [String] = []

    /// Compares what should be with what is; names that agree already are left alone.
    ///
    /// - Parameters:
    ///   - wanted: the source's values; null = not set there.
    ///   - present: all settings of the topic as the destination describes them.
    init(wanted: [String: String?], present: [String: TopicConfig]) {
        for (name, value) in wanted.sorted(by: { $0.key < $1.key }) {
            guard let config = present[name] else {
                if value != nil { unknown.append(name) }
                continue
            }
            if let value {
                if !config.isOverride || config.value != value { setting[name] = value }
            } else if config.isOverride {
                removing.append(name)
            }
        }
    }

    /// Whether there is nothing to do.
    var isEmpty: Bool { setting.isEmpty && removing.isEmpty }
}
