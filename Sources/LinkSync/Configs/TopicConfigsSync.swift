import KafkaClient
import KafkaModel
import LinkStore

/// The task `TopicConfigsSync`: keeps the settings of mirror topics as they have to be, and what is recorded of the
/// source's for their end.
///
/// It follows the same rules as a plan (`MirrorConfigs`). Only mirrors that copy or are paused are its business: one
/// that ends has its settings from the apply that ends it.
package struct TopicConfigsSync: LinkTask {
    let source: ClusterClient
    let destination: ClusterClient
    /// Who takes the lock of the store when a record has to change, for people who meet it.
    let holder: String
    /// What is stored, read again right before a topic is touched.
    private let store: StoreReader

    /// The task of a worker.
    ///
    /// - Parameters:
    ///   - source: client of the source; only asked.
    ///   - destination: client of the destination.
    ///   - store: reads the destination's state topic; all tasks of a worker share one.
    ///   - holder: the worker, for people.
    package init(source: ClusterClient, destination: ClusterClient, store: StoreReader, holder: String) {
        self.source = source
        self.destination = destination
        self.holder = holder
        self.store = store
    }

    /// Which task it is.
    package let name = LinkTaskName.topicConfigsSync

    /// Compares the settings of all mirror topics of the link, and repairs them.
    package func run(_ pass: TaskPass) async -> TaskOutcome {
        var work = TopicConfigsPass(pass: pass)
        let mirrors = pass.mirrors.values.filter { $0.state == .active || $0.state == .paused }
        guard !mirrors.isEmpty else { return work.outcome }
        let names = mirrors.reduce(into: work.names) { $0.formUnion($1.overrides?.keys ?? [:].keys) }
        do throws(ClientError) {
            let copies = try await destination.describeTopics(mirrors.map(\.topic), defaultsOf: names, only: names)
            let originals = await originals(mirrors.filter { $0.state == .active }, names, pass.link, &work)
            for mirror in mirrors.sorted(by: { $0.topic < $1.topic }) {
                work.look(at: mirror, copies[mirror.topic], originals?[mirror.sourceTopic])
            }
        } catch {
            work.fail(error, about: nil)
            return work.outcome
        }
        for repair in work.repairs {
            guard await pass.isCurrent(), !Task.isCancelled else { break }
            await perform(repair, &work)
        }
        if !work.outdated.isEmpty, await pass.isCurrent() { await record(&work) }
        return work.outcome
    }

    /// What the source says of the topics; nil when it does not answer, or is another cluster.
    ///
    /// What a mirror needs is kept up all the same.
    private func originals(
        _ mirrors: [MirrorRecord], _ names: Set<String>, _ link: LinkRecord, _ work: inout TopicConfigsPass
    ) async -> [String: TopicPresence]? {
        let found: [String: TopicPresence]
        do throws(ClientError) {
            found = try await source.describeTopics(mirrors.map(\.sourceTopic), defaultsOf: names, only: names)
        } catch {
            work.fail(error, about: nil)
            return nil
        }
        guard let problem = await ClusterCheck.source(source, of: link).problem() else { return found }
        work.fail(problem)
        return nil
    }

    // MARK: The topic

    /// Changes the settings of one topic, unless its record has changed meanwhile.
    ///
    /// The record is read again on both sides of the change. If a stop came in between, the apply that ends the mirror
    /// and this change may have crossed: then the topic gets what it has to have at its end once more.
    private func perform(_ repair: TopicConfigsPass.Repair, _ work: inout TopicConfigsPass) async {
        let topic = repair.mirror.topic
        do throws(StoreError) {
            guard try await stored(repair.mirror)?.isAlike(repair.mirror) == true else { return }
            do throws(ClientError) {
                try await destination.alterConfigs(
                    topic, set: repair.differences.setting, delete: repair.differences.removing)
                work.changed(repair)
            } catch {
                work.fail(error, about: topic)
            }
            if let now = try await stored(repair.mirror), now.state == .pendingStopped || now.state == .stopped {
                await giveBack(repair, now, &work)
            }
        } catch {
            work.fail(error, about: topic)
        }
    }

    private func stored(_ mirror: MirrorRecord) async throws(StoreError) -> MirrorRecord? {
        try await store.read()?.mirrors[StoreContents.MirrorKey(link: mirror.link, topic: mirror.topic)]
    }

    private func giveBack(
        _ repair: TopicConfigsPass.Repair, _ record: MirrorRecord, _ work: inout TopicConfigsPass
    ) async {
        do throws(ClientError) {
            let found = try await destination.foundConfigs(record.topic)
            let rules = MirrorConfigs(include: work.include, overrides: record.overrides)
            let wanted = rules.atEnd(
                repair.original.map { .live($0) } ?? .recorded(record.restoreConfigs), knows: found.knows, defaults: [:]
            )
            let touched = Set(repair.differences.map(\.name))
            let differences = ConfigDifference.between(found, wanted.filter { touched.contains($0.key) })
            if !differences.isEmpty {
                try await destination.alterConfigs(
                    record.topic, set: differences.setting, delete: differences.removing)
            }
        } catch {
            work.fail(error, about: record.topic)
        }
    }

    // MARK: The records

    /// Writes what the source's settings are by now into the records, for the end of the mirrors.
    ///
    /// Only applies write records, so this is a short apply: it gives way to one at work, and comes back next time.
    private func record(_ work: inout TopicConfigsPass) async {
        do throws(StoreError) {
            let session = try await StoreWriter.acquire(on: destination, .brief(holder: holder))
            var failure: StoreError?
            do throws(StoreError) {
                let contents = try await session.refresh()
                let changes = work.outdated.compactMap { mirror, values -> StoreChange? in
                    let key = StoreContents.MirrorKey(link: mirror.link, topic: mirror.topic)
                    guard var record = contents.mirrors[key], record.isAlike(mirror) else { return nil }
                    record.restoreConfigs = values
                    return .putMirror(record)
                }
                if !changes.isEmpty { try await session.commit(changes) }
                work.recorded += changes.count
            } catch {
                failure = error
            }
            try await session.release()
            if let failure { throw failure }
        } catch {
            if !error.isLockLost { work.fail(error, about: nil) }
        }
    }
}

extension MirrorRecord {
    /// Whether all that decides about its settings is as in `other`.
    fileprivate func isAlike(_ other: MirrorRecord) -> Bool {
        state == other.state && topicId == other.topicId && sourceTopicId == other.sourceTopicId
            && overrides == other.overrides
    }
}
