import YAMLDocument

/// Java's properties for those who turn them into manifests.
package enum PropertiesReading {
    /// The keys of a file with their values, in order; the last value of a key that stands twice.
    package static func entries(_ bytes: [UInt8]) -> [(key: String, value: String)] {
        let all = PropertiesText.entries(PropertiesText.text(bytes))
        let last = Dictionary(all.map { ($0.key, $0.value) }) { _, last in last }
        var seen: Set<String> = []
        return all.filter { seen.insert($0.key).inserted }.map { ($0.key, last[$0.key] ?? "") }
    }

    /// Whether a Kafka client property of that name is known.
    package static func isClientProperty(_ name: String) -> Bool { ConfigTable.clientProperties.keys[name] != nil }

    /// What a known client property must be, such as `a whole number from 1 to 10`, when `value` is not; else nil.
    package static func expectation(of name: String, violatedBy value: String) -> String? {
        ConfigTable.clientProperties.keys[name]?.expectation(violatedBy: value)
    }

    /// Whether a key's name says that its value is a secret.
    ///
    /// Rather one too many, but none of the known link configs, and none of the properties that take no reference: a
    /// secret is written as one.
    package static func isSecret(_ name: String) -> Bool {
        ConfigTable.linkConfigs.keys[name] == nil && !SecurityProperties.structural.contains(name)
            && SecretMask.looksSecret(name)
    }

    /// Why a known client property does nothing with this value; nil when it does something, or is not known.
    package static func reasonWithoutEffect(_ name: String, _ value: String) -> String? {
        guard case .noEffect(let reason, let harmless) = ConfigTable.clientProperties.keys[name]?.standing,
            value.lowercased() != harmless
        else { return nil }
        return reason
    }

    /// Whether a key is surely one, and not a piece of a value, perhaps of a secret, that lost its line.
    package static func isName(_ key: String) -> Bool { PropertiesFile.isName(key) }
}
