import EventLoop
import KafkaConnection
import KafkaModel
import KafkaProtocol

extension ClusterClient {
    /// Time that a bootstrap server has for itself before the next one is tried as well.
    private static let headStart = Duration.milliseconds(500)

    private enum BootstrapEvent: Sendable {
        case answered(Connection)
        case failed(Int, ClientError)
        case headStartOver(Int)
    }

    /// Connects to the first bootstrap server that answers as a broker of the expected cluster.
    ///
    /// They are tried in their order; the next one as soon as one has failed or its head start is over, so that a dead
    /// server costs half a second as long as another one lives. Each has `connectTimeoutMs` to connect.
    func firstBootstrapServer() async throws(ClientError) -> Connection {
        let servers = currentAccess.bootstrapServers
        let result = await withTaskGroup(of: BootstrapEvent.self) { group in
            var result: Result<Connection, ClientError>?
            var failures: [Int: ConnectionError] = [:]
            var started = 0
            func startNext(_ group: inout TaskGroup<BootstrapEvent>) {
                guard result == nil, started < servers.count else { return }
                start(servers, started, in: &group)
                started += 1
            }
            startNext(&group)
            while let event = await group.next() {
                switch event {
                case .answered(let connection) where result == nil: result = .success(connection)
                case .answered(let connection): await connection.close()
                case .failed(let index, let error):
                    if case .connection(let failure, _) = error.code {
                        failures[index] = failure
                    } else if result == nil {
                        result = .failure(error)
                    }
                    startNext(&group)
                case .headStartOver(let index):
                    if index + 1 == started { startNext(&group) }
                }
                if result != nil || failures.count == servers.count { group.cancelAll() }
            }
            return result
                ?? .failure(error(.noBootstrapServer(failures.sorted { $0.key < $1.key }.map(\.value))))
        }
        return try result.get()
    }

    private func start(_ servers: [HostAndPort], _ index: Int, in group: inout TaskGroup<BootstrapEvent>) {
        group.addTask {
            do throws(ClientError) {
                return .answered(try await self.openBootstrapServer(servers[index]))
            } catch {
                return .failed(index, error)
            }
        }
        guard index + 1 < servers.count else { return }
        group.addTask {
            await self.loop.pause(Self.headStart)
            return .headStartOver(index)
        }
    }

    /// Nothing else is asked of a cluster before its id is known to be the right one.
    private func openBootstrapServer(_ server: HostAndPort) async throws(ClientError) -> Connection {
        let connection: Connection
        do throws(ConnectionError) {
            connection = try await open(server)
        } catch {
            throw self.error(.connection(error, brokerId: nil))
        }
        var request = MetadataRequest()
        request.allowAutoTopicCreation = false
        do throws(ClientError) {
            _ = try await ask(request, on: connection)
        } catch {
            await connection.close()
            throw error
        }
        return connection
    }
}
