import KafkaClient
import KafkaModel
import Planner

/// Compares the rights that a link needs with what its clusters tell of Lockstep's principal; writes nothing, tries
/// nothing out.
struct RightsCheck: Sendable {
    /// A right that is not there, or that could not be looked at.
    struct Gap: Hashable, Sendable {
        /// The right.
        var right: NeededRight
        /// Why it is not known whether it is there; nil when it is missing for certain.
        var unknown: String?
    }

    let source: ClusterClient
    let destination: ClusterClient

    /// The gaps of a link.
    ///
    /// - Parameter rights: what the link needs, by name, without prefixes and wildcards.
    func gaps(_ rights: [NeededRight]) async throws(ClientError) -> [Gap] {
        var gaps: [Gap] = []
        for side in NeededRight.Side.allCases {
            let client = side == .source ? source : destination
            let mine = rights.filter { $0.side == side }
            let told = try await operations(on: mine.map(\.grant), of: client)
            for right in mine {
                guard let operations = told[Resource(right.grant)] else { continue }
                switch try await permits(right.grant, operations, on: client) {
                case true?: break
                case false?: gaps.append(Gap(right: right))
                case nil: gaps.append(Gap(right: right, unknown: Self.reason(operations)))
                }
            }
        }
        return gaps
    }

    private struct Resource: Hashable {
        var type: AclResourceType
        var name: String

        init(_ grant: AclGrant) {
            type = grant.resourceType
            name = grant.name
        }
    }

    /// What the cluster permits, resource by resource.
    private func operations(
        on grants: [AclGrant], of client: ClusterClient
    ) async throws(ClientError) -> [Resource: AuthorizedOperations] {
        var found: [Resource: AuthorizedOperations] = [:]
        let topics = Set(grants.filter { $0.resourceType == .topic }.map(\.name)).sorted()
        for (name, operations) in try await client.topicOperations(topics) {
            found[Resource(AclGrant(.describe, .topic, name))] = operations
        }
        for resource in Set(grants.map(Resource.init)) {
            switch resource.type {
            case .cluster: found[resource] = try await client.clusterOperations()
            case .group: found[resource] = try await client.groupOperations(resource.name)
            case .transactionalId: found[resource] = try await client.transactionalIdOperations(resource.name)
            case .topic, .delegationToken, .user: break
            }
        }
        return found
    }

    /// Whether the right is there; nil when the cluster does not tell.
    private func permits(
        _ grant: AclGrant, _ operations: AuthorizedOperations, on client: ClusterClient
    ) async throws(ClientError) -> Bool? {
        switch (grant.resourceType, grant.operation, operations) {
        case (.topic, .create, .told): true
        case (.topic, .create, .absent), (.topic, .create, .refused): try await client.mayCreate(grant.name)
        // WRITE permits DESCRIBE, and DESCRIBE is all that a cluster tells of a transactional id.
        case (.transactionalId, .write, .told): true
        default: operations.permits(grant.operation)
        }
    }

    private static func reason(_ operations: AuthorizedOperations) -> String {
        switch operations {
        case .absent: "it does not exist yet"
        case .unknown(let reason): reason
        case .told, .refused: "the cluster does not tell"
        }
    }
}
