import KafkaClient
import KafkaModel
import LinkStore
import Planner

/// Does one step: checks again what the plan relied on, acts, waits until it shows.
///
/// It writes through `session` and `destination` only; the source is a view without any way to write.
struct StepRunner: Sendable {
    let step: Step
    let destination: ClusterClient
    let source: SourceView?
    let session: StoreWriter
    let clients: [String: ClusterClient]
    let options: ApplyOptions
    let startWorkers: WorkerDeed
    let stopWorkers: WorkerDeed
    /// Tells people what the step waits for.
    let waiting: @Sendable (String) async -> Void
    /// What the step has written so far.
    let trace: StepTrace

    /// How long changes of topics may take to show on a broker that has acknowledged them.
    static let settlingTime = Duration.seconds(30)

    /// Does the step.
    func run() async throws(StepFailure) -> StepOutcome {
        let contents = try await refreshed()
        switch step.operation {
        case .createStore:
            // The applier creates it before it takes the lock; here it exists.
            return .alreadyDone
        case .createLink(let creation):
            return try await createLink(creation, contents)
        case .changeLinkState(_, let state):
            return try await changeLinkState(to: state, contents)
        case .changeLinkSettings(_, let settings):
            return try await changeLinkSettings(to: settings, contents)
        case .createMirrorTopic(let creation):
            return try await createMirror(creation, contents)
        case .addPartitions(let topic, _, let total):
            return try await addPartitions(topic, total: total, contents)
        case .changeMirrorConfigs(let topic, let change):
            return try await changeConfigs(of: topic, change, contents)
        case .pauseMirror(let topic):
            return try await move(topic, to: .paused, contents)
        case .resumeMirror(let topic):
            return try await move(topic, to: .active, contents)
        case .promoteMirror(let topic, let maximumLag, let timeoutMs, let requestId):
            return try await MirrorEnding(
                runner: self, topic: topic, mode: .promote, maximumLag: maximumLag, timeoutMs: timeoutMs
            ).run(continuing: requestId, contents)
        case .failOverMirror(let topic, let requestId):
            return try await MirrorEnding(
                runner: self, topic: topic, mode: .failover, maximumLag: .max, timeoutMs: options.failoverTimeoutMs
            ).run(continuing: requestId, contents)
        case .deleteMirror(let topic, let topicId):
            return try await delete(topic, topicId, contents)
        case .forgetMirror(let topic):
            return try await forget(topic, contents)
        case .deleteLink(let mirrors):
            return try await deleteLink(mirrors, contents)
        case .startWorkers(let indexes):
            let problems = await startWorkers(try link, indexes)
            guard problems.isEmpty else { throw StepFailure(problems.joined(separator: " ")) }
            return .done(note: nil)
        case .stopWorkers(let indexes):
            let notes = await stopWorkers(try link, indexes)
            return .done(note: notes.isEmpty ? nil : notes.joined(separator: "; "))
        }
    }

    // MARK: What all operations use

    /// Name of the step's link.
    var link: String {
        get throws(StepFailure) {
            guard let link = step.link else { throw StepFailure("the step names no link.") }
            return link
        }
    }

    /// The record of a mirror topic of the step's link.
    func record(of topic: String, _ contents: StoreContents) throws(StepFailure) -> MirrorRecord? {
        contents.mirrors[StoreContents.MirrorKey(link: try link, topic: topic)]
    }

    /// Fails unless everything that the plan relied on still holds.
    ///
    /// - Parameter isSettled: names those that have been found to hold in another way.
    func insist(
        _ contents: StoreContents, except isSettled: (Precondition) -> Bool = { _ in false }
    ) async throws(StepFailure) {
        try await PreconditionCheck(clients: clients, destination: step.destination, contents: contents)
            .insist(on: step.preconditions.filter { !isSettled($0) })
    }

    /// The store as it is now.
    func refreshed() async throws(StepFailure) -> StoreContents {
        do throws(StoreError) {
            return try await session.refresh()
        } catch {
            throw StepFailure(error)
        }
    }

    /// Writes into the store, and returns the offset behind what was written.
    @discardableResult
    func commit(_ changes: StoreChange...) async throws(StepFailure) -> Int64 { try await commit(changes) }

    /// Writes into the store, all or nothing, and returns the offset behind what was written.
    @discardableResult
    func commit(_ changes: [StoreChange]) async throws(StepFailure) -> Int64 {
        do throws(StoreError) {
            let end = try await session.commit(changes)
            trace.hasActed = true
            return end
        } catch {
            throw StepFailure(error)
        }
    }

    /// Whether no worker is a member of the link's group; what cannot be read counts as "there may be one".
    var isWorkerGroupEmpty: Bool {
        get async {
            do throws(ClientError) {
                guard let link = step.link else { return false }
                return try await destination.describeGroup(WorkerGroup.id(link: link)).members.isEmpty
            } catch {
                return false
            }
        }
    }

    /// What the destination says of a topic.
    func presence(of topic: String) async throws(StepFailure) -> TopicPresence {
        try await StepFailure.of { () async throws(ClientError) in
            try await destination.describeTopics([topic])[topic] ?? .unreadable("the cluster's answer leaves it out")
        }
    }

    /// Waits until a change of a topic shows.
    func settle(
        _ topic: String, until isSettled: (TopicPresence) -> Bool
    ) async throws(StepFailure) -> TopicPresence {
        try await settle(
            "the change of topic \(topic) was accepted by \(destination.name) but does not show yet. Apply again."
        ) { () async throws(StepFailure) in
            let presence = try await presence(of: topic)
            return isSettled(presence) ? presence : nil
        }
    }

    /// Waits until a change shows: a KRaft broker learns of it after the controller has acknowledged it.
    ///
    /// - Parameters:
    ///   - complaint: what to say when it takes too long.
    ///   - look: what shows; nil as long as the change does not.
    func settle<Value>(
        _ complaint: String, _ look: () async throws(StepFailure) -> Value?
    ) async throws(StepFailure) -> Value {
        let deadline = ContinuousClock.now + Self.settlingTime
        var attempt = 1
        while true {
            if let value = try await look() { return value }
            guard ContinuousClock.now < deadline, !Task.isCancelled else { throw StepFailure(complaint) }
            await destination.pause(.milliseconds(destination.retry.pauseMs(after: attempt) / 4))
            attempt += 1
        }
    }
}
