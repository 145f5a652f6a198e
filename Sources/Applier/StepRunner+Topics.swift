import KafkaClient
import KafkaModel
import KafkaProtocol
import LinkStore
import Planner

/// Mirror topics on the destination: creation, growth, deletion.
extension StepRunner {
    /// Creates a mirror topic and its record, in an order that a crash at any point leaves recoverable.
    ///
    /// 1. The name is proven absent (a precondition), 2. the record says `PENDING_MIRROR`, 3. the topic is created, 4.
    /// the record gets the topic's id and its state. Cut off after 2 or 3, the next plan sees the record and finishes.
    /// A topic that is found at step 3 is taken over only if it is exactly what would have been created and still
    /// empty: then it is an attempt of ours whose answer was lost. Anything else is left untouched.
    func createMirror(
        _ creation: MirrorTopicCreation, _ contents: StoreContents
    ) async throws(StepFailure) -> StepOutcome {
        let found = try record(of: creation.topic, contents)
        if let found, found.sourceTopic == creation.sourceTopic,
            found.state == .active || found.state == creation.state,
            case .present(let topic) = try await presence(of: creation.topic), topic.topicId == found.topicId
        {
            return try await agree(found, creation)
        }
        // A creation that somebody else began and did not end is gone on with, whoever it was.
        let isBegun = found?.state == .pendingMirror && found?.sourceTopic == creation.sourceTopic
        try await insist(contents, except: { isBegun && Self.isAboutAbsence($0, of: creation.topic) })
        var record = MirrorRecord(
            link: try link, topic: creation.topic, sourceTopic: creation.sourceTopic,
            sourceTopicId: creation.sourceTopicId, topicId: nil, state: .pendingMirror,
            restoreConfigs: creation.restoreConfigs,
            overrides: creation.overrides.isEmpty ? nil : creation.overrides, sinceMs: WallClock.nowMs)
        let (configs, unknown) = try await configs(creation)
        // Settings may have changed since an attempt that was cut off, and its topic may be there by now.
        var attempts = isBegun ? found?.attempts ?? [] : []
        if !attempts.contains(configs) { attempts.append(configs) }
        record.attempts = attempts
        try await commit(.putMirror(record))
        record.topicId = try await topicId(creation, configs, attempts)
        record.attempts = nil
        record.state = creation.state
        record.sinceMs = WallClock.nowMs
        try await commit(.putMirror(record))
        let names = unknown.joined(separator: ", ")
        return .done(note: unknown.isEmpty ? nil : "\(destination.name) has no \(names); it was left out")
    }

    private static func isAboutAbsence(_ precondition: Precondition, of topic: String) -> Bool {
        switch precondition {
        case .mirrorAbsent(let name), .topicAbsent(_, let name): name == topic
        default: false
        }
    }

    /// Makes a mirror that a worker created first, by the filters alone, what the entry says.
    private func agree(
        _ found: MirrorRecord, _ creation: MirrorTopicCreation
    ) async throws(StepFailure) -> StepOutcome {
        // One with overrides was made by an apply, which knew its entry.
        guard found.overrides == nil else { return .alreadyDone }
        var record = found
        record.state = creation.state
        record.overrides = creation.overrides.isEmpty ? nil : creation.overrides
        guard record != found else { return .alreadyDone }
        if record.state != found.state { record.sinceMs = WallClock.nowMs }
        try await commit(.putMirror(record))
        let overrides = creation.overrides.filter { MirrorConfigs.held[$0.key] == nil }
        let setting = overrides.compactMapValues { $0 }
        if !setting.isEmpty {
            try await StepFailure.of { () async throws(ClientError) in
                try await destination.alterConfigs(creation.topic, set: setting)
            }
        }
        return .done(note: nil)
    }

    /// The id of the created topic, or of the one that an earlier attempt created.
    private func topicId(
        _ creation: MirrorTopicCreation, _ configs: [String: String], _ attempts: [[String: String]]
    ) async throws(StepFailure) -> String? {
        let name = creation.topic
        if case .present = try await presence(of: name) { return try await ours(creation, configs, attempts) }
        do throws(ClientError) {
            try await destination.createTopic(
                name, partitions: creation.partitions, replicationFactor: creation.replicationFactor ?? -1,
                configs: configs)
        } catch {
            if error.errorCode == .topicAlreadyExists { return try await ours(creation, configs, attempts) }
            // A refusal created nothing, so nothing is pending; a lost answer may have.
            if error.errorCode != nil, !error.isRetriable { try await giveUp(name) }
            throw StepFailure(error)
        }
        let settled = try await settle(name) { if case .present = $0 { true } else { false } }
        guard case .present(let topic) = settled else { return nil }
        return topic.topicId
    }

    /// The settings of the new topic, and those of the source that the destination does not know, sorted.
    ///
    /// How timestamp bounds are called depends on the destination's version. What an entry declares is passed on, known
    /// or not: the broker's refusal then names it.
    private func configs(
        _ creation: MirrorTopicCreation
    ) async throws(StepFailure) -> (known: [String: String], unknown: [String]) {
        let known = try await StepFailure.of { () async throws(ClientError) in
            try await destination.foundConfigs(StoreTopic.name)
        }
        var configs = creation.configs.filter { known.knows($0.key) }
        let unknown = creation.configs.keys.filter { !known.knows($0) }.sorted()
        for name in SyncedConfigs.timestampBounds where known.knows(name) { configs[name] = MirrorConfigs.held[name] }
        for (name, value) in creation.overrides where MirrorConfigs.held[name] == nil { configs[name] = value }
        return (configs, unknown)
    }

    /// The id of a topic that exists already, if an attempt of ours made it; it gets the settings of now.
    private func ours(
        _ creation: MirrorTopicCreation, _ configs: [String: String], _ attempts: [[String: String]]
    ) async throws(StepFailure) -> String? {
        let name = creation.topic
        let settled = try await settle(name) { if case .absent = $0 { false } else { true } }
        guard case .present(let topic) = settled else {
            throw PreconditionCheck.unreadable(destination.name, name, "it exists, but is not described")
        }
        if topic.partitionCount != creation.partitions || !attempts.contains(where: { Self.has(topic, $0) }) {
            try await giveUp(name)
            throw StepFailure(
                "topic \(name) exists on \(destination.name) and was not made by Lockstep; it was left untouched. "
                    + "Rename or delete that topic, or give the link a prefix.")
        }
        let ends = try await StepFailure.of { () async throws(ClientError) in
            try await destination.ends(name, .trueEnd)
        }
        guard ends.allSatisfy({ $0 == 0 }) else {
            try await giveUp(name)
            throw StepFailure(
                "topic \(name) exists on \(destination.name) and already has records; it was left untouched. "
                    + "Rename or delete that topic, or give the link a prefix.")
        }
        let setting = configs.filter { !Self.has(topic, [$0.key: $0.value]) }
        let removing = Set(attempts.flatMap(\.keys)).intersection(topic.overriddenConfigs).subtracting(configs.keys)
        if !setting.isEmpty || !removing.isEmpty {
            try await StepFailure.of { () async throws(ClientError) in
                try await destination.alterConfigs(name, set: setting, delete: removing.sorted())
            }
        }
        return topic.topicId
    }

    private static func has(_ topic: LiveTopic, _ configs: [String: String]) -> Bool {
        configs.allSatisfy { name, value in
            topic.configs[name].map { FoundConfigs.areEqual(name, $0, value) } ?? false
        }
    }

    /// Nothing was created, or the topic is somebody else's, so no creation of ours is pending.
    private func giveUp(_ topic: String) async throws(StepFailure) {
        try await commit(.removeMirror(link: try link, topic: topic))
        trace.hasActed = false
    }

    // MARK: Growth

    /// Raises the number of partitions; a worker that noticed the growth itself may have been first.
    func addPartitions(
        _ topic: String, total: Int, _ contents: StoreContents
    ) async throws(StepFailure) -> StepOutcome {
        if case .present(let found) = try await presence(of: topic), found.partitionCount >= total {
            return .alreadyDone
        }
        do throws(StepFailure) {
            try await insist(contents)
            try await grow(topic, to: total)
        } catch {
            if case .present(let found) = try await presence(of: topic), found.partitionCount >= total {
                return .alreadyDone
            }
            throw error
        }
        return .done(note: nil)
    }

    /// Raises the number of partitions of a topic that has fewer, and waits until it shows.
    ///
    /// A worker may have been first, and only the controller knows of it yet: its refusal is then no failure.
    func grow(_ topic: String, to total: Int) async throws(StepFailure) {
        var refusal: ClientError?
        do throws(ClientError) {
            try await destination.createPartitions(topic, total: total)
            trace.hasActed = true
        } catch {
            guard error.errorCode == .invalidPartitions else { throw StepFailure(error) }
            refusal = error
        }
        _ = try await settle(
            refusal?.description
                ?? "the new partitions of topic \(topic) were accepted by \(destination.name) but do not "
                + "show yet. Apply again."
        ) { () async throws(StepFailure) in
            if case .present(let found) = try await presence(of: topic), found.partitionCount >= total {
                found
            } else {
                nil
            }
        }
    }

    // MARK: Deletion

    /// Deletes exactly the topic of that id, and waits until the name is proven absent.
    func deleteTopic(_ topic: String, _ topicId: String?) async throws(StepFailure) {
        do throws(ClientError) {
            try await destination.deleteTopic(topic, id: topicId.flatMap { KafkaUUID($0) })
            trace.hasActed = true
        } catch {
            // An attempt of ours whose answer was lost leaves nothing to delete; the wait below proves it.
            guard error.errorCode == .unknownTopicOrPartition || error.errorCode == .unknownTopicId else {
                if error.errorCode == nil { trace.hasActed = true }
                throw StepFailure(error)
            }
        }
        _ = try await settle(topic) { if case .absent = $0 { true } else { false } }
    }
}
