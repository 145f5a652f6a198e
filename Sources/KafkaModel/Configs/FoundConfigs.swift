/// The settings of a topic as a cluster tells them.
package struct FoundConfigs: Hashable, Sendable {
    /// Values as they take effect, by name; a name that is missing is one that the cluster does not know.
    package var values: [String: String]
    /// The names that are set on the topic itself.
    package var overridden: Set<String>

    /// Settings of their parts.
    package init(values: [String: String], overridden: Set<String>) {
        self.values = values
        self.overridden = overridden
    }

    /// Whether the cluster has a setting of that name.
    package func knows(_ name: String) -> Bool { values[name] != nil }

    /// The value that is set on the topic itself; nil when it has the brokers' value.
    package func own(_ name: String) -> String? { overridden.contains(name) ? values[name] : nil }

    /// Whether two values of a setting mean the same: the order of a list, a number's zeros, the case of a boolean.
    package static func areEqual(_ name: String, _ left: String, _ right: String) -> Bool {
        if left == right { return true }
        if name == "cleanup.policy" { return words(left) == words(right) }
        if let one = Int64(left), let other = Int64(right) { return one == other }
        if let one = Double(left), let other = Double(right) { return one == other }
        let booleans: Set = ["true", "false"]
        return booleans.contains(left.lowercased()) && left.lowercased() == right.lowercased()
    }

    private static func words(_ list: String) -> Set<String> {
        Set(list.split(whereSeparator: { $0 == "," || $0.isWhitespace }).map(String.init))
    }
}

extension LiveTopic {
    /// The settings; nil when the principal may not read them.
    package var found: FoundConfigs? {
        let isTold = SyncedConfigs.taken.allSatisfy { configs[$0] != nil }
        return isTold ? FoundConfigs(values: configs, overridden: overriddenConfigs) : nil
    }
}
