import EventLoop
import KafkaModel
import Reconciler

/// An event loop with clients of the declared clusters, for the time of one command.
struct ClusterSession: Sendable {
    /// The loop.
    let loop: EventLoop
    /// The clients.
    let clients: ClusterClients

    /// Opens a loop; nothing is connected yet.
    static func open(
        _ desired: DesiredState, _ context: CommandContext, clientId: String = "lockstep"
    ) throws(CommandFailure) -> ClusterSession {
        let loop: EventLoop
        do throws(SystemError) {
            loop = try EventLoop()
        } catch {
            throw CommandFailure(.failed, "the system gave no event loop: \(error)")
        }
        let terminal = context.terminal
        do throws(ReconcilerError) {
            let clients = try ClusterClients(
                for: desired.clusters, environment: context.environment, loop: loop, clientId: clientId
            ) { terminal.note("lockstep: \($0)") }
            return ClusterSession(loop: loop, clients: clients)
        } catch {
            loop.stop()
            throw CommandFailure(.failed, "\(error)")
        }
    }

    /// Closes all connections and ends the loop.
    func close() async {
        await clients.close()
        loop.stop()
    }
}
