import KafkaModel
import LinkStore
import Planner

/// Links and the states of mirror topics: records only.
extension StepRunner {
    func createLink(_ creation: LinkCreation, _ contents: StoreContents) async throws(StepFailure) -> StepOutcome {
        if let record = contents.links[creation.name], record.sourceClusterId == creation.sourceClusterId,
            record.destinationClusterId == creation.destinationClusterId, record.prefix == creation.prefix
        {
            return .alreadyDone
        }
        try await insist(contents)
        try await commit(
            .putLink(
                LinkRecord(
                    name: creation.name, linkId: RandomID.make(), sourceClusterId: creation.sourceClusterId,
                    destinationClusterId: creation.destinationClusterId, prefix: creation.prefix,
                    state: creation.state, settings: creation.settings, createdAtMs: WallClock.nowMs)))
        return .done(note: nil)
    }

    func changeLinkState(
        to state: LinkSpec.State, _ contents: StoreContents
    ) async throws(StepFailure) -> StepOutcome {
        let name = try link
        if contents.links[name]?.state == state { return .alreadyDone }
        try await insist(contents)
        guard var record = contents.links[name] else { throw StepFailure("link \(name) is gone. Plan again.") }
        record.state = state
        try await commit(.putLink(record))
        return .done(note: nil)
    }

    func changeLinkSettings(
        to settings: LinkSettings, _ contents: StoreContents
    ) async throws(StepFailure) -> StepOutcome {
        let name = try link
        if contents.links[name]?.settings == settings { return .alreadyDone }
        try await insist(contents)
        guard var record = contents.links[name] else { throw StepFailure("link \(name) is gone. Plan again.") }
        record.settings = settings
        try await commit(.putLink(record))
        return .done(note: nil)
    }

    /// Pauses or resumes a mirror topic; the workers see it at once.
    func move(
        _ topic: String, to state: MirrorTopicState, _ contents: StoreContents
    ) async throws(StepFailure) -> StepOutcome {
        let found = try record(of: topic, contents)
        if found?.state == state { return .alreadyDone }
        try await insist(contents)
        guard var record = found else { throw StepFailure("mirror topic \(topic) is gone. Plan again.") }
        record.state = state
        record.sinceMs = WallClock.nowMs
        try await commit(.putMirror(record))
        return .done(note: nil)
    }

    // MARK: Removal

    /// Deletes a mirror topic by its id, then its record.
    ///
    /// The record is paused first, so that workers let go. Cut off before the deletion, the next plan deletes again;
    /// cut off after it, the next plan finds the topic gone and forgets the record.
    func delete(
        _ topic: String, _ topicId: String?, _ contents: StoreContents
    ) async throws(StepFailure) -> StepOutcome {
        guard options.allowDelete else {
            throw StepFailure("it deletes data; give --allow-delete to do it.")
        }
        guard var record = try record(of: topic, contents) else { return .alreadyDone }
        try await insist(contents)
        if record.state != .paused {
            record.state = .paused
            record.sinceMs = WallClock.nowMs
            try await commit(.putMirror(record))
        }
        try await deleteTopic(topic, topicId)
        try await commit(.removeMirror(link: record.link, topic: topic))
        return .done(note: nil)
    }

    /// Removes all that is stored about a link at once; its workers end when they see it.
    func deleteLink(_ planned: [String], _ contents: StoreContents) async throws(StepFailure) -> StepOutcome {
        guard options.allowDelete else { throw StepFailure("it deletes the link; give --allow-delete to do it.") }
        let name = try link
        guard contents.links[name] != nil else { return .alreadyDone }
        try await insist(contents)
        let mirrors = contents.mirrors(of: name).keys.sorted()
        if let new = mirrors.first(where: { !planned.contains($0) }) {
            throw StepFailure("mirror topic \(new) was made since. Plan again.")
        }
        try await commit(mirrors.map { .removeMirror(link: name, topic: $0) } + [.removeLink(name)])
        return .done(note: nil)
    }

    /// Removes the record of a mirror topic that is gone, or is somebody else's.
    func forget(_ topic: String, _ contents: StoreContents) async throws(StepFailure) -> StepOutcome {
        guard let record = try record(of: topic, contents) else { return .alreadyDone }
        try await insist(contents)
        try await commit(.removeMirror(link: record.link, topic: topic))
        return .done(note: nil)
    }
}
