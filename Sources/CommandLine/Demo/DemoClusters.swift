import EmbeddedBroker
import EventLoop
import KafkaClient
import KafkaModel

/// The demo's two clusters, inside this process.
struct DemoClusters: Sendable {
    /// The ports of `manifests/` in the repository; others are taken when these are not free.
    private static let ports: (paris: UInt16, dublin: UInt16) = (19092, 29092)

    /// The source.
    let paris: EmbeddedBroker
    /// The destination.
    let dublin: EmbeddedBroker

    /// Starts both; they must be stopped.
    static func start() async throws(CommandFailure) -> DemoClusters {
        let paris = try await start("paris", "DemoParis0000000000000", ports.paris)
        do throws(CommandFailure) {
            return DemoClusters(
                paris: paris, dublin: try await start("dublin", "DemoDublin000000000000", ports.dublin))
        } catch {
            await paris.stop()
            throw error
        }
    }

    private static func start(_ name: String, _ id: String, _ port: UInt16) async throws(CommandFailure)
        -> EmbeddedBroker
    {
        do throws(SystemError) {
            let loop = try EventLoop()
            do throws(SystemError) {
                return try await EmbeddedBroker.start(clusterId: id, port: port, loop: loop)
            } catch {
                return try await EmbeddedBroker.start(clusterId: id, loop: loop)
            }
        } catch {
            throw CommandFailure(.failed, "the demo's cluster \(name) cannot be started: \(error)")
        }
    }

    /// A client of one of them.
    static func client(_ broker: EmbeddedBroker, name: String, loop: EventLoop) -> ClusterClient {
        ClusterClient(
            name: name, bootstrapServers: [HostAndPort(host: broker.host, port: broker.port)], loop: loop)
    }

    /// Stops both.
    func stop() async {
        for broker in [paris, dublin] {
            await broker.stop()
            broker.loop.stop()
        }
    }
}
