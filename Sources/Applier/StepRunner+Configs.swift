import KafkaClient
import KafkaModel
import LinkStore
import Planner

/// Settings of mirror topics that exist.
extension StepRunner {
    /// Changes what the record says of settings, then the topic's settings; a worker may have been first.
    ///
    /// The record comes first: workers repair by it, so the other way round one of them could take the change back.
    func changeConfigs(
        of topic: String, _ change: MirrorConfigChange, _ contents: StoreContents
    ) async throws(StepFailure) -> StepOutcome {
        guard let found = try record(of: topic, contents) else {
            throw StepFailure("mirror topic \(topic) is gone. Plan again.")
        }
        var record = found
        if let overrides = change.overrides { record.overrides = overrides.isEmpty ? nil : overrides }
        if let values = change.restoreConfigs { record.restoreConfigs = values }
        let isRecorded = record == found
        if isRecorded, try await isDone(change, topic) { return .alreadyDone }
        try await insist(contents)
        if !isRecorded { try await commit(.putMirror(record)) }
        guard try await !isDone(change, topic) else { return .done(note: nil) }
        try await StepFailure.of { () async throws(ClientError) in
            try await destination.alterConfigs(topic, set: change.set, delete: change.remove)
        }
        trace.hasActed = true
        try await settle(change, topic)
        return .done(note: nil)
    }

    /// Whether the topic has the settings of the change.
    private func isDone(_ change: MirrorConfigChange, _ topic: String) async throws(StepFailure) -> Bool {
        if change.set.isEmpty && change.remove.isEmpty { return true }
        let found = try await StepFailure.of { () async throws(ClientError) in
            try await destination.foundConfigs(topic)
        }
        return change.set.allSatisfy { name, value in
            found.values[name].map { FoundConfigs.areEqual(name, $0, value) } ?? false
        } && !change.remove.contains { found.overridden.contains($0) }
    }

    /// Waits until changed settings show.
    private func settle(_ change: MirrorConfigChange, _ topic: String) async throws(StepFailure) {
        try await settle(
            "the settings of topic \(topic) were accepted by \(destination.name) but do not show yet. Apply again."
        ) { () async throws(StepFailure) in try await isDone(change, topic) ? () : nil }
    }
}
