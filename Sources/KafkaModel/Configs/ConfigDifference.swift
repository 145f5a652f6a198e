/// What one setting has to be, and why.
package struct WantedConfig: Hashable, Sendable {
    /// Why a setting has to be so; the raw value is how reports say it.
    package enum Reason: String, Hashable, Sendable {
        /// It follows the source.
        case source
        /// The mirror's entry says so.
        case override
        /// A mirror cannot be without it.
        case mirror = "needed while a mirror"
    }

    /// The value; nil = not set on the topic.
    package var value: String?
    /// Why.
    package var reason: Reason

    /// A value with its reason.
    package init(_ value: String?, _ reason: Reason) {
        self.value = value
        self.reason = reason
    }
}

/// One setting of a topic that is not as it has to be.
package struct ConfigDifference: Hashable, Sendable {
    /// Name of the setting.
    package var name: String
    /// The value as it takes effect; nil when the cluster does not know the setting.
    package var from: String?
    /// What it has to be; nil = not set on the topic.
    package var to: String?
    /// Why.
    package var reason: WantedConfig.Reason

    /// The change in words, such as `604800000 -> -1 (needed while a mirror)`.
    package var described: String { "\(from ?? "unknown") -> \(to ?? "not set") (\(reason.rawValue))" }

    /// What is not as `wanted`, by name; values are compared by what they mean, set here or not.
    package static func between(_ found: FoundConfigs, _ wanted: [String: WantedConfig]) -> [ConfigDifference] {
        wanted.sorted { $0.key < $1.key }.compactMap { name, wanted in
            let value = found.values[name]
            if let to = wanted.value {
                if let value, FoundConfigs.areEqual(name, value, to) { return nil }
            } else if !found.overridden.contains(name) {
                return nil
            }
            return ConfigDifference(name: name, from: value, to: wanted.value, reason: wanted.reason)
        }
    }
}

extension [ConfigDifference] {
    /// The names to set, with their values.
    package var setting: [String: String] {
        var values: [String: String] = [:]
        for difference in self { values[difference.name] = difference.to }
        return values
    }

    /// The names to remove, sorted.
    package var removing: [String] { filter { $0.to == nil }.map(\.name).sorted() }
}
