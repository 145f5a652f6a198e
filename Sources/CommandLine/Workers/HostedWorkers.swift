import KafkaModel
import Manifest
import Synchronization

/// Workers inside this process, for `run` and `demo`; they end with it.
///
/// Each is noted in the state folder, so that an apply elsewhere on this machine does not start a second one.
final class HostedWorkers: WorkerHost {
    private struct Entry {
        var session: WorkerSession
        var task: Task<Void, Never>
        var isRunning = true
    }

    private struct Key: Hashable {
        var link: String
        var index: Int
    }

    private let manifests: [String]
    private let environment: [String: String]
    private let notes: LocalWorkers
    private let log: @Sendable (String) -> Void
    private let entries = Mutex<[Key: Entry]>([:])

    /// No workers yet; `start` reads the link from the manifests.
    init(
        directory: StateDirectory, manifests: [String], environment: [String: String],
        log: @escaping @Sendable (String) -> Void
    ) {
        self.manifests = manifests
        self.environment = environment
        self.log = log
        notes = LocalWorkers(directory: directory, manifests: manifests)
    }

    func running(link: String) -> [Int] {
        let own = entries.withLock { $0.filter { $0.key.link == link && $0.value.isRunning }.map(\.key.index) }
        return Set(own + notes.running(link: link)).sorted()
    }

    func start(link: String, indexes: [Int]) async -> [String] {
        guard let desired = ManifestFiles.load(manifests).desired,
            let spec = desired.links.first(where: { $0.name == link })
        else { return ["link \(link) is not in valid manifests any more"] }
        var problems: [String] = []
        let running = Set(running(link: link))
        for index in indexes where !running.contains(index) {
            if let problem = notes.foreign(link: link, index: index) {
                problems.append(problem)
                continue
            }
            do throws(CommandFailure) {
                try start(spec, desired, index)
            } catch {
                problems.append(error.message)
            }
        }
        return problems
    }

    private func start(_ link: LinkSpec, _ desired: DesiredState, _ index: Int) throws(CommandFailure) {
        let key = Key(link: link.name, index: index)
        let who = "worker \(link.name)-\(index)"
        let log = log
        let session = try WorkerSession.open(
            // Without a lasting name: a second program that hosts the same link must not take this one's place.
            link: link, desired: desired, manifests: manifests, instanceId: nil, environment: environment
        ) { log(LogLine.text(who, $0)) }
        let ended = entries.withLock { entries in
            // The task ends with the session, which `stopAll` ends and waits for.
            let task = Task {
                if let reason = await session.run() { log(LogLine.text(who, reason)) }
                self.entries.withLock { $0[key]?.isRunning = false }
                notes.forgetHosted(link: key.link, index: key.index)
            }
            defer { entries[key] = Entry(session: session, task: task) }
            return entries[key]
        }
        // The worker before this one has ended by itself, or it would count as running.
        ended?.session.close()
        if !notes.noteHosted(link: link.name, index: index) {
            log(LogLine.text(who, "the state folder cannot be written, so other commands do not see this worker"))
        }
    }

    func stop(link: String, indexes: [Int]) async -> [String] {
        let own = entries.withLock {
            $0.filter { $0.key.link == link && indexes.contains($0.key.index) && $0.value.isRunning }
        }
        var stopped: [String] = []
        for (key, entry) in own.sorted(by: { $0.key.index < $1.key.index }) {
            entries.withLock { $0[key] = nil }
            await Self.stop(entry)
            stopped.append("worker \(key.link)-\(key.index) was stopped")
        }
        let others = Set(indexes).subtracting(own.keys.map(\.index)).sorted()
        return stopped + (await notes.stop(link: link, indexes: others))
    }

    /// Stops all workers and waits until they have left their groups.
    func stopAll() async {
        let all = entries.withLock { entries in
            defer { entries = [:] }
            return Array(entries.values)
        }
        await withTaskGroup(of: Void.self) { group in
            for entry in all { group.addTask { await Self.stop(entry) } }
        }
    }

    private static func stop(_ entry: Entry) async {
        await entry.session.stop()
        await entry.task.value
        entry.session.close()
    }
}
