import EmbeddedBroker
import EventLoop
import KafkaConnection
import KafkaProtocol
import TestSupport

/// A cluster with an authorizer where everybody may do everything with what no ACL is about.
///
/// So one principal, that of clients that do not say who they are, can be allowed and refused by ACLs.
enum GuardedCluster {
    private actor Cache {
        private var clusters: [String: Task<RealCluster, any Error>] = [:]

        func cluster(_ installation: KafkaInstallation) async throws -> RealCluster {
            let task =
                clusters[installation.home]
                ?? Task {
                    try await RealCluster.start(
                        installation,
                        settings: [
                            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                            "allow.everyone.if.no.acl.found": "true",
                        ])
                }
            clusters[installation.home] = task
            return try await task.value
        }
    }

    private static let cache = Cache()

    /// Runs `body` with a connection to such a cluster.
    static func withSession(_ cluster: ConformanceCluster, _ body: (Session) async throws -> Void) async throws {
        let loop = try EventLoop()
        defer { loop.stop() }
        switch cluster {
        case .embedded:
            var options = BrokerOptions(clusterId: "guarded")
            options.authorizer = AuthorizerOptions(allowsEverybodyWithoutAcl: true)
            let broker = try await EmbeddedBroker.start(options, loop: loop)
            do {
                let session = try await Session.open(broker.port, loop)
                try await body(session)
                await session.connection.close()
            } catch {
                await broker.stop()
                throw error
            }
            await broker.stop()
        case .real(let installation):
            let session = try await Session.open(try await cache.cluster(installation).ports[0], loop)
            try await body(session)
            await session.connection.close()
        }
    }
}

/// An ACL in Kafka's codes.
struct AclCodes: Hashable, CustomStringConvertible {
    var type: Int8 = 2
    var name: String
    var pattern: Int8 = 3
    var principal = "User:app"
    var host = "*"
    var operation: Int8 = 3
    var permission: Int8 = 3

    var description: String { "\(type) \(name) \(pattern) \(principal) \(host) \(operation) \(permission)" }

    /// The principal of the tests' connections.
    static let anonymous = "User:ANONYMOUS"
}

extension Session {
    /// Creates ACLs; the code and text of each.
    func createAcls(_ acls: [AclCodes]) async throws -> [String] {
        let response = try await connection.send(
            CreateAclsRequest {
                $0.creations = acls.map { acl in
                    CreateAclsRequest.AclCreation {
                        $0.resourceType = acl.type
                        $0.resourceName = acl.name
                        $0.resourcePatternType = acl.pattern
                        $0.principal = acl.principal
                        $0.host = acl.host
                        $0.operation = acl.operation
                        $0.permissionType = acl.permission
                    }
                }
            })
        return response.results.map { "\($0.errorCode) \($0.errorMessage ?? "nil")" }
    }

    /// The ACLs that a filter covers; brokers learn of a change a moment later.
    func acls(
        _ name: String?, type: Int8 = 1, pattern: Int8 = 1, principal: String? = nil, host: String? = nil,
        operation: Int8 = 1, permission: Int8 = 1
    ) async throws -> Set<AclCodes> {
        let response = try await connection.send(
            DescribeAclsRequest {
                $0.resourceTypeFilter = type
                $0.resourceNameFilter = name
                $0.patternTypeFilter = pattern
                $0.principalFilter = principal
                $0.hostFilter = host
                $0.operation = operation
                $0.permissionType = permission
            })
        guard response.errorCode == 0 else { throw HarnessError("DescribeAcls: \(ErrorCode(response.errorCode))") }
        return Set(
            response.resources.flatMap { resource in
                resource.acls.map { acl in
                    AclCodes(
                        type: resource.resourceType, name: resource.resourceName, pattern: resource.patternType,
                        principal: acl.principal, host: acl.host, operation: acl.operation,
                        permission: acl.permissionType)
                }
            })
    }

    /// Deletes exactly these ACLs.
    func deleteAcls(_ acls: [AclCodes]) async throws -> DeleteAclsResponse {
        try await connection.send(
            DeleteAclsRequest {
                $0.filters = acls.map { acl in
                    DeleteAclsRequest.DeleteAclsFilter {
                        $0.resourceTypeFilter = acl.type
                        $0.resourceNameFilter = acl.name
                        $0.patternTypeFilter = acl.pattern
                        $0.principalFilter = acl.principal
                        $0.hostFilter = acl.host
                        $0.operation = acl.operation
                        $0.permissionType = acl.permission
                    }
                }
            })
    }
}
