import KafkaModel

/// A config of Cluster Linking and what becomes of it, for people.
package struct LinkConfigEntry: Hashable, Sendable {
    /// What becomes of it.
    package enum Fate: String, Hashable, Sendable, CaseIterable {
        /// It does what it says, under `spec.configs`.
        case honoured
        /// It is written at another place of the manifests.
        case elsewhere
        /// It is refused, except with a value that asks for nothing.
        case refused
    }

    /// Its name; one that ends with `*` stands for all names that begin so and have no entry of their own.
    package var name: String
    /// What becomes of it.
    package var fate: Fate
    /// Value that takes effect when none is set; nil when there is none.
    package var fallback: String?
    /// Cluster Linking's default, where Lockstep's is its own; nil where both have the same, or none.
    package var otherFallback: String? { fallback == nil ? nil : LinkSettings.otherDefaults[name] }
    /// What it is.
    package var about: String
    /// The place for one that is written elsewhere, the reason for one that is refused; nil otherwise.
    package var reason: String?
    /// The only value of a refused one that is accepted, as it asks for nothing; nil when there is none.
    package var harmless: String?

    /// Whether this entry decides about `name`.
    package func covers(_ name: String) -> Bool {
        self.name.hasSuffix("*") ? name.hasPrefix(self.name.dropLast()) : name == self.name
    }
}

/// Every config of Cluster Linking that is known, in one list.
package enum LinkConfigTable {
    /// All entries, by name; those that end with `*` stand last.
    package static let entries: [LinkConfigEntry] = {
        let table = ConfigTable.linkConfigs
        let keys = table.keys.values.sorted { $0.name < $1.name }.map { key in
            entry(key.name, key.standing, key.about)
        }
        let groups = table.groups.map { group in
            let known = table.keys.keys.contains { $0.hasPrefix(group.prefix) } ? "Every other one of these." : ""
            return entry(group.prefix + "*", group.standing, known)
        }
        return keys + groups
    }()

    /// The entry that decides about a config; nil when it is not known.
    package static func entry(for name: String) -> LinkConfigEntry? { entries.first { $0.covers(name) } }

    /// What a value of a config must be, in words, when this one is not; nil when it is right or nothing is known.
    package static func expectation(of name: String, violatedBy value: String) -> String? {
        ConfigTable.linkConfigs.keys[name]?.expectation(violatedBy: value)
    }

    private static func entry(_ name: String, _ standing: ConfigKey.Standing, _ about: String) -> LinkConfigEntry {
        let fallback = LinkSettings.defaults[name]
        switch standing {
        case .used: return LinkConfigEntry(name: name, fate: .honoured, fallback: fallback, about: about)
        case .alias(let place):
            return LinkConfigEntry(
                name: name, fate: .honoured, fallback: fallback, about: about, reason: "the same as \(place)")
        case .elsewhere(let place):
            return LinkConfigEntry(name: name, fate: .elsewhere, fallback: fallback, about: about, reason: place)
        case .noEffect(let reason, let harmless):
            return LinkConfigEntry(
                name: name, fate: .refused, fallback: fallback, about: about, reason: reason, harmless: harmless)
        case .notAvailable(let harmless, let hint):
            return LinkConfigEntry(
                name: name, fate: .refused, fallback: fallback, about: about, reason: hint, harmless: harmless)
        }
    }
}
