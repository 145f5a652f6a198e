import KafkaClient
import KafkaModel
import LinkStore

/// The settings of a topic that stops being a mirror.
extension MirrorEnding {
    /// Gives the topic what it has to have from now on.
    ///
    /// A promotion asks the source as it is now, and is not over before its settings are there: a stopped topic is
    /// touched by nobody any more. A failover takes what the record kept of them: the source may be down, and nothing
    /// waits for it, so a failure is told and does not hold it up.
    ///
    /// - Returns: what a person should know.
    func restoreConfigs(_ record: MirrorRecord) async throws(StepFailure) -> [String] {
        do throws(ClientError) {
            var notes: [String] = []
            let source = await source(of: record, &notes)
            let found = try await destination.foundConfigs(topic)
            let rules = MirrorConfigs(include: await include(record.link), overrides: record.overrides)
            var wanted = rules.atEnd(source, knows: found.knows, defaults: try await defaults())
            let strange = wanted.keys.filter { wanted[$0]?.value != nil && !found.knows($0) }
            for name in strange { wanted[name] = nil }
            let unknown = strange + unknown(source, rules, found)
            if !unknown.isEmpty {
                notes.append("\(destination.name) has no \(unknown.sorted().joined(separator: ", ")); it was left out")
            }
            let differences = ConfigDifference.between(found, wanted)
            if !differences.isEmpty {
                try await destination.alterConfigs(topic, set: differences.setting, delete: differences.removing)
            }
            return notes
        } catch {
            guard mode == .promote else { return ["settings of the source were not put back: \(error)"] }
            throw StepFailure(
                "settings of the source could not be put back: \(error) It stays PENDING_STOPPED; repair that and apply "
                    + "again, set another value in the entry's configs, or declare state: FAILED_OVER.")
        }
    }

    /// Where the source's values come from.
    private func source(of record: MirrorRecord, _ notes: inout [String]) async -> MirrorConfigs.Source {
        guard mode == .promote, let source = runner.source else { return .recorded(record.restoreConfigs) }
        do throws(ClientError) {
            let presence = try await source.topic(record.sourceTopic)
            if case .present(let topic) = presence, record.isSource(topicId: topic.topicId) {
                return .live(try await source.configs(record.sourceTopic))
            }
            notes.append("its settings are those that were recorded: the source topic is gone")
        } catch {
            notes.append("its settings are those that were recorded: \(error)")
        }
        return .recorded(record.restoreConfigs)
    }

    /// The link's list, as it is stored.
    private func include(_ link: String) async -> TopicConfigInclude {
        await runner.session.contents.links[link]?.settings.topicConfigInclude ?? SyncedConfigs.defaultInclude
    }

    /// What topics of the destination have by themselves, as the state topic shows it: it sets no retention of its own.
    private func defaults() async throws(ClientError) -> [String: String] {
        let store = try await destination.foundConfigs(StoreTopic.name)
        return store.values.filter { !store.overridden.contains($0.key) }
    }

    /// Settings of the source that the destination has not, also under no other name.
    private func unknown(_ source: MirrorConfigs.Source, _ rules: MirrorConfigs, _ found: FoundConfigs) -> [String] {
        guard case .live(let original) = source else { return [] }
        return rules.unknown(of: original, knows: found.knows)
    }
}
