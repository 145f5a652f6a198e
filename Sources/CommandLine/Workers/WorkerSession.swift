import EventLoop
import KafkaClient
import KafkaModel
import LinkSync
import Mirror
import Reconciler

/// One worker with its own loop and clients: both sides of its mirrors live on one loop.
struct WorkerSession: Sendable {
    private let loop: EventLoop
    private let clients: ClusterClients
    private let worker: MirrorWorker

    /// A worker of a link; nothing is connected yet.
    ///
    /// - Parameter instanceId: name within the group that survives a restart; nil for none.
    static func open(
        link: LinkSpec, desired: DesiredState, instanceId: String?, environment: [String: String],
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
                for: sides, environment: environment, loop: loop, clientId: instanceId ?? "lockstep-\(link.name)")
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
        let discovery = AutoCreateMirror(link: link, clusters: sides, clients: clients.byName, holder: who)
        let worker = MirrorWorker(
            source: source, destination: destination, options: options,
            tasks: tasks(source, destination, who) + [discovery].compactMap(\.self), loop: loop, log: log)
        return WorkerSession(loop: loop, clients: clients, worker: worker)
    }

    /// The periodic jobs of every link.
    private static func tasks(
        _ source: ClusterClient, _ destination: ClusterClient, _ worker: String
    ) -> [any LinkTask] {
        [
            TopicConfigsSync(source: source, destination: destination, holder: worker),
            AvailabilityCheck {
                do throws(ClientError) {
                    _ = try await source.metadata([])
                    return nil
                } catch {
                    return error.description
                }
            },
            ConsumerOffsetSync(source: source, destination: destination),
            AclSyncTask(source: source, destination: destination),
        ]
    }

    /// Mirrors until `stop` is called; returns why it ended by itself, nil after `stop`.
    func run() async -> String? {
        var reason: String?
        do throws(WorkerError) {
            try await worker.run()
        } catch {
            reason = "\(error)"
        }
        await clients.close()
        return reason
    }

    /// Ends `run` soon: what is on its way is awaited, then the group is left.
    func stop() async { await worker.stop() }

    /// Ends the loop; only when neither `run` nor `stop` is under way or will be called again.
    func close() { loop.stop() }
}
