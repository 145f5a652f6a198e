import Credentials
import EmbeddedBroker
import EventLoop
import Foundation
import KafkaClient
import KafkaConnection
import KafkaModel
import KafkaProtocol
import LinkStore
import LinkSync

/// Two embedded brokers with authorizers, a stored link between them that syncs ACLs, and its task.
struct AclSite: Sendable {
    let loop: EventLoop
    let source: EmbeddedBroker
    let destination: EmbeddedBroker
    /// Super users on their clusters, who set the scene as `User:admin`.
    let paris: ClusterClient
    let dublin: ClusterClient
    /// As whom the task connects: `User:lockstep` on both clusters.
    private let own: (source: ClusterClient, destination: ClusterClient)

    static let lockstep = "User:lockstep"
    /// A user who may do nothing without an ACL.
    static let nobody = "User:nobody"

    /// Runs `body` with a site, and takes everything down behind it.
    ///
    /// - Parameter configure: changes the options of the source's and of the destination's broker.
    static func run(
        _ settings: LinkSettings = settings(), prefix: String = "",
        configure: (inout BrokerOptions, inout BrokerOptions) -> Void = { _, _ in },
        _ body: (AclSite) async throws -> Void
    ) async throws {
        let site = try await AclSite(configure)
        do {
            await site.store(settings, prefix: prefix)
            try await body(site)
        } catch {
            await site.close()
            throw error
        }
        await site.close()
    }

    /// Settings of a link that syncs the ACLs of all topics.
    static func settings(
        _ filters: [AclFilter] = [AclFilter(resourceType: .topic)], prune: AclPrune? = nil
    ) -> LinkSettings {
        LinkSettings(
            configs: ["acl.sync.enable": "true"], aclFilters: AclFilters(filters), aclPrune: prune)
    }

    private init(_ configure: (inout BrokerOptions, inout BrokerOptions) -> Void) async throws {
        loop = try EventLoop()
        var paris = BrokerOptions(clusterId: "paris-id")
        var dublin = BrokerOptions(clusterId: "dublin-id")
        paris.authorizer = AuthorizerOptions(superUsers: ["User:admin", Self.lockstep])
        paris.sasl = try SASLOptions(users: [
            "admin": Self.password, "lockstep": Self.password, "nobody": Self.password,
        ])
        dublin.authorizer = paris.authorizer
        dublin.sasl = paris.sasl
        configure(&paris, &dublin)
        source = try await EmbeddedBroker.start(paris, loop: loop)
        destination = try await EmbeddedBroker.start(dublin, loop: loop)
        self.paris = Self.client("paris", source, loop)
        self.dublin = Self.client("dublin", destination, loop)
        own = (
            Self.client("paris", source, loop, user: "lockstep"),
            Self.client("dublin", destination, loop, user: "lockstep")
        )
        await destination.createTopic(StoreTopic.name, configs: ["cleanup.policy": "compact"])
    }

    private static let password = Secret("secret")

    private static func security(_ user: String) -> FixedSecurity {
        FixedSecurity(ConnectionSecurity(sasl: .plain(username: user, password: password), allowsPlainWithoutTLS: true))
    }

    private static func client(
        _ name: String, _ broker: EmbeddedBroker, _ loop: EventLoop, user: String = "admin"
    ) -> ClusterClient {
        ClusterClient(
            name: name, bootstrapServers: [HostAndPort(host: broker.host, port: broker.port)],
            options: ConnectionOptions(connectTimeoutMs: 10_000, requestTimeoutMs: 3_000),
            security: security(user), retry: RetryPolicy(attempts: 1, firstPauseMs: 1, maximumPauseMs: 1), loop: loop)
    }

    /// Lets the task connect as `User:nobody` from now on, to one of the clusters.
    func becomeNobody(on broker: EmbeddedBroker) async {
        let client = broker === source ? own.source : own.destination
        await client.reconfigure(
            bootstrapServers: [HostAndPort(host: broker.host, port: broker.port)], options: client.options,
            security: Self.security("nobody"))
    }

    private func close() async {
        for client in [paris, dublin, own.source, own.destination] { await client.close() }
        await source.stop()
        await destination.stop()
        loop.stop()
    }

    // MARK: The link

    /// Stores the link as an apply does.
    func store(
        _ settings: LinkSettings, prefix: String = "", name: String = "l", linkId: String = "link-1"
    ) async {
        let record = LinkRecord(
            name: name, linkId: linkId, sourceClusterId: "paris-id", destinationClusterId: "dublin-id", prefix: prefix,
            state: .active, settings: settings, createdAtMs: 1)
        let value = (try? JSONEncoder().encode(record)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        await destination.appendRecord(key: "link/\(name)", value: value, to: StoreTopic.name)
    }

    /// What `__lockstep` holds.
    func contents() async throws -> StoreContents {
        guard let contents = try await StoreReader(dublin).read() else { throw MissingStore() }
        return contents
    }

    struct MissingStore: Error {}

    /// ACLs that the link owns.
    func owned() async throws -> Set<AclBinding> {
        let contents = try await contents()
        return contents.links["l"].map { contents.ownedAcls(of: $0) } ?? []
    }

    /// A task that has done nothing yet, as of a worker that has just started.
    func task(declared: AclSyncTask.Declared = AclSyncTask.Declared()) -> AclSyncTask {
        AclSyncTask(
            source: own.source, destination: own.destination, store: StoreReader(own.destination), declared: declared)
    }

    /// One pass of a task, by default of a new one.
    @discardableResult
    func pass(
        _ task: AclSyncTask? = nil, of name: String = "l", isCurrent: @escaping @Sendable () async -> Bool = { true }
    ) async throws -> TaskOutcome {
        let contents = try await contents()
        guard let link = contents.links[name] else { throw MissingStore() }
        return await (task ?? self.task()).run(TaskPass(link: link, contents: contents, isCurrent: isCurrent))
    }

    // MARK: ACLs

    func add(_ acls: AclBinding..., on client: ClusterClient) async throws {
        for result in try await client.createAcls(acls).values { try result.get() }
    }

    func remove(_ acls: AclBinding..., on client: ClusterClient) async throws {
        for result in try await client.deleteAcls(acls).values { try result.get() }
    }

    /// The destination's ACLs.
    func here() async throws -> Set<AclBinding> { try await dublin.describeAcls().bindings }
}
