/// The topic settings that follow the source: the value of `topic.config.sync.include`.
package struct TopicConfigInclude: Hashable, Sendable {
    /// The names.
    package let names: Set<String>

    /// What is wrong with a list.
    package enum Problem: Hashable, Sendable {
        /// Names of always-synced settings that it lacks, sorted.
        case missing([String])
        /// A name that is no setting to sync.
        case unknown(String)
        /// A setting that is never synced, and why, as part of a sentence.
        case refused(String, why: String)
    }

    /// A list of names.
    package init(names: Set<String>) {
        self.names = names
    }

    /// Reads a list as Cluster Linking writes it: names with commas between them.
    package init(_ text: String) {
        names = Set(text.split(separator: ",").map { Self.trimmed($0) }.filter { !$0.isEmpty })
    }

    /// The list in one form: sorted, with commas and nothing else between the names.
    package var text: String { names.sorted().joined(separator: ",") }

    /// Whether a setting follows the source; the timestamp bounds do in every list, under whichever name.
    package func contains(_ name: String) -> Bool {
        names.contains(name) || SyncedConfigs.timestampBounds.contains(name)
    }

    /// What is wrong with it, in the order of the names.
    package var problems: [Problem] {
        var problems: [Problem] = []
        for name in names.sorted() where !SyncedConfigs.all.contains(name) {
            if let why = SyncedConfigs.refusal(name) {
                problems.append(.refused(name, why: why))
            } else {
                problems.append(.unknown(name))
            }
        }
        let missing = SyncedConfigs.always.filter { !names.contains($0) && !isReplaced($0) }
        return missing.isEmpty ? problems : problems + [.missing(missing)]
    }

    /// Whether Kafka 4's two names stand in the list for the one they replaced.
    private func isReplaced(_ name: String) -> Bool {
        name == "message.timestamp.difference.max.ms"
            && names.isSuperset(of: ["message.timestamp.after.max.ms", "message.timestamp.before.max.ms"])
    }

    private static func trimmed(_ word: Substring) -> String {
        var word = word
        while word.first?.isWhitespace == true { word.removeFirst() }
        while word.last?.isWhitespace == true { word.removeLast() }
        return String(word)
    }
}
