import EventLoop
import KafkaClient
import KafkaModel
import LinkStore
import LinkSync
import Mirror
import Reconciler

/// One worker with its own loop and clients: both sides of its mirrors live on one loop.
struct WorkerSession: Sendable {
    private let loop: EventLoop
    private let clients: ClusterClients
    private let worker: MirrorWorker
    private let acls: AclSyncTask
    private let link: LinkSpec
    private let desired: DesiredState
    private let manifests: [String]
    private let log: @Sendable (String) -> Void

    /// How often manifests are looked at.
    private static let lookInterval = Duration.seconds(1)

    /// A worker of a link; nothing is connected yet.
    ///
    /// - Parameters:
    ///   - manifests: the paths that `desired` was read from.
    ///   - instanceId: name within the group that survives a restart; nil for none.
    static func open(
        link: LinkSpec, desired: DesiredState, manifests: [String], instanceId: String?, environment: [String: String],
        log: @escaping @Sendable (String) -> Void
    ) throws(CommandFailure) -> WorkerSession {
        let loop: EventLoop
        do throws(SystemError) {
            loop = try EventLoop()
        } catch {
            throw CommandFailure(.failed, "the system gave no event loop: \(error)")
        }
        let sides = desired.clusters.filter { $0.key == link.source || $0.key == link.destination }
        let clients: ClusterClients
        do throws(ReconcilerError) {
            clients = try ClusterClients(
                for: sides, environment: environment, loop: loop, clientId: instanceId ?? "lockstep-\(link.name)",
                log: log)
        } catch {
            loop.stop()
            throw CommandFailure(.failed, "\(error)")
        }
        guard let source = clients[link.source], let destination = clients[link.destination] else {
            loop.stop()
            throw CommandFailure(.failed, "the clusters of link \(link.name) are not declared")
        }
        let options = WorkerOptions(
            link: link.name, instanceId: instanceId, describedAs: "\(LocalWorkers.hostName)/\(ProcessIdentity.ownId)")
        let who = "worker \(options.describedAs)"
        // One for all tasks: each reader reads the whole state topic, and keeps what it holds.
        let store = StoreReader(destination, lane: .fetch(-3))
        let discovery = AutoCreateMirror(
            link: link, clusters: sides, clients: clients.byName, store: store, holder: who)
        let acls = AclSyncTask(
            source: source, destination: destination, store: store, declared: declared(link, in: desired))
        let tasks = tasks(source, destination, store, who) + [acls]
        let worker = MirrorWorker(
            source: source, destination: destination, options: options,
            tasks: tasks + [discovery].compactMap(\.self), loop: loop, log: log)
        return WorkerSession(
            loop: loop, clients: clients, worker: worker, acls: acls, link: link, desired: desired,
            manifests: manifests, log: log)
    }

    /// The periodic jobs of every link.
    private static func tasks(
        _ source: ClusterClient, _ destination: ClusterClient, _ store: StoreReader, _ worker: String
    ) -> [any LinkTask] {
        [
            TopicConfigsSync(source: source, destination: destination, store: store, holder: worker),
            AvailabilityCheck {
                do throws(ClientError) {
                    _ = try await source.metadata([])
                    return nil
                } catch {
                    return error.description
                }
            },
            ConsumerOffsetSync(source: source, destination: destination, store: store),
        ]
    }

    /// What manifests tell the ACL sync of Lockstep itself.
    private static func declared(_ link: LinkSpec, in desired: DesiredState) -> AclSyncTask.Declared {
        let principal = desired.clusters[link.destination]?.security.principal
        return AclSyncTask.Declared(
            principals: Set([principal].compactMap(\.self)), mirrorTopics: link.mirroredNames)
    }

    /// Mirrors until `stop` is called; returns why it ended by itself, nil after `stop`.
    ///
    /// What manifests say of the link's clusters is taken over while it runs.
    func run() async -> String? {
        let reason = await withTaskGroup(of: Void.self) { group in
            group.addTask { await followManifests() }
            let reason = await runWorker()
            group.cancelAll()
            return reason
        }
        await clients.close()
        return reason
    }

    private func runWorker() async -> String? {
        do throws(WorkerError) {
            try await worker.run()
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// Looks at the manifests again and again; invalid ones, and ones without the link, change nothing.
    private func followManifests() async {
        // What was read from standard input cannot be read again.
        guard !manifests.contains("-") else { return }
        var watch = ManifestWatch(manifests, read: desired)
        var current = [
            link.source: desired.clusters[link.source], link.destination: desired.clusters[link.destination],
        ]
        .compactMapValues(\.self)
        while !Task.isCancelled {
            await loop.pause(Self.lookInterval)
            guard !Task.isCancelled else { return }
            switch watch.look() {
            case .same: continue
            case .invalid: log("the manifests have mistakes and are not taken over; `lockstep validate` shows them")
            case .changed(let now):
                guard let declared = now.links.first(where: { $0.name == link.name }) else {
                    log("the manifests do not declare link \(link.name) any more; this worker goes on as before")
                    continue
                }
                await acls.follow(Self.declared(declared, in: now))
                for (own, name) in [(link.source, declared.source), (link.destination, declared.destination)] {
                    guard let old = current[own], let new = now.clusters[name] else { continue }
                    current[own] = await takeOver(own, from: old, to: new)
                }
            }
        }
    }

    /// Goes over to what is declared now; returns what holds afterwards.
    private func takeOver(_ name: String, from old: ClusterSpec, to new: ClusterSpec) async -> ClusterSpec {
        do throws(ReconcilerError) {
            for sentence in try await clients.reconfigure(name, from: old, to: new) { log(sentence) }
            return new
        } catch {
            log("\(error); what was declared before stays in use")
            return old
        }
    }

    /// Ends `run` soon: what is on its way is awaited, then the group is left.
    func stop() async { await worker.stop() }

    /// Ends the loop; only when neither `run` nor `stop` is under way or will be called again.
    func close() { loop.stop() }
}
