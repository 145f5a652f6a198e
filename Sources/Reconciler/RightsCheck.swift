import KafkaClient
import KafkaModel
import Planner

/// Compares the rights that a link needs with what its clusters tell of Lockstep's principal; changes nothing.
///
/// What clusters do not tell, because a topic does not exist or many names are meant, they are asked for in ways that
/// cannot succeed (`permits(_:onAbsent:)`).
struct RightsCheck: Sendable {
    /// A right that is not there, or that could not be looked at.
    struct Gap: Hashable, Sendable {
        /// The right.
        var right: NeededRight
        /// Whether the principal may not even ask about what the right is on: a cluster's listings leave it out.
        var isHidden = false
        /// Why it is not known whether it is there; nil when it is missing for certain.
        var unknown: String?
    }

    let source: ClusterClient
    let destination: ClusterClient

    /// The gaps of a link; a right on many names is one gap, which stands for those on names that it covers.
    func gaps(_ rights: [NeededRight]) async throws(ClientError) -> [Gap] {
        var gaps: [Gap] = []
        for side in NeededRight.Side.allCases {
            let client = side == .source ? source : destination
            gaps += try await self.gaps(rights.filter { $0.side == side }, of: client)
        }
        let missing = gaps.filter { $0.unknown == nil && !$0.right.grant.isOfOneResource }
        return gaps.filter { gap in
            !missing.contains { $0 != gap && $0.right.covers(gap.right) }
        }
    }

    private struct Resource: Hashable {
        var type: AclResourceType
        var name: String
    }

    private func gaps(_ rights: [NeededRight], of client: ClusterClient) async throws(ClientError) -> [Gap] {
        let samples = rights.map { UnusedNames.samples(of: $0.grant) }
        var resources: Set<Resource> = []
        for (right, names) in zip(rights, samples) {
            resources.formUnion(names.map { Resource(type: right.grant.resourceType, name: $0) })
        }
        let told = try await operations(on: resources, of: client)
        var open: [AclOperation: Set<String>] = [:]
        for (right, names) in zip(rights, samples) where right.grant.resourceType == .topic {
            for name in names where Self.isOpen(right.grant.operation, told[Resource(type: .topic, name: name)]) {
                open[right.grant.operation, default: []].insert(name)
            }
        }
        var answers: [AclOperation: [String: Bool]] = [:]
        for (operation, names) in open { answers[operation] = try await client.permits(operation, onAbsent: names) }
        var gaps: [Gap] = []
        for (right, names) in zip(rights, samples) {
            let found = names.map { told[Resource(type: right.grant.resourceType, name: $0)] ?? .unknown(Self.untold) }
            let verdicts = zip(names, found).map { name, operations in
                Self.permits(right.grant, operations, answers[right.grant.operation]?[name])
            }
            if verdicts.contains(false) {
                gaps.append(
                    Gap(right: right, isHidden: found.contains { if case .refused = $0 { true } else { false } }))
            } else if verdicts.isEmpty || verdicts.contains(nil) {
                gaps.append(Gap(right: right, unknown: Self.reason(found)))
            }
        }
        return gaps
    }

    /// What the cluster permits, resource by resource.
    private func operations(
        on resources: Set<Resource>, of client: ClusterClient
    ) async throws(ClientError) -> [Resource: AuthorizedOperations] {
        var found: [Resource: AuthorizedOperations] = [:]
        let topics = resources.filter { $0.type == .topic }.map(\.name).sorted()
        for (name, operations) in try await client.topicOperations(topics) {
            found[Resource(type: .topic, name: name)] = operations
        }
        for resource in resources {
            switch resource.type {
            case .cluster: found[resource] = try await client.clusterOperations()
            case .group: found[resource] = try await client.groupOperations(resource.name)
            case .transactionalId:
                found[resource] =
                    switch try await client.mayWrite(transactionalId: resource.name) {
                    case true?: .told([.write, .describe])
                    case false?: .told([])
                    case nil: .unknown(Self.untold)
                    }
            case .topic, .delegationToken, .user: break
            }
        }
        return found
    }

    /// Whether the cluster has to be asked by trying.
    private static func isOpen(_ operation: AclOperation, _ operations: AuthorizedOperations?) -> Bool {
        switch operations {
        case .absent?: operation != .describe
        case .refused?: operations?.permits(operation) == nil
        default: false
        }
    }

    /// Whether the right is there; nil when the cluster does not tell.
    private static func permits(_ grant: AclGrant, _ operations: AuthorizedOperations, _ answer: Bool?) -> Bool? {
        switch (grant.resourceType, grant.operation, operations) {
        // It is there already.
        case (.topic, .create, .told): true
        // Unknown by name: so the name may be asked for.
        case (.topic, .describe, .absent): true
        default: operations.permits(grant.operation) ?? answer
        }
    }

    private static let untold = "the cluster does not tell"

    private static func reason(_ operations: [AuthorizedOperations]) -> String {
        for case .unknown(let reason) in operations { return reason }
        return operations.contains(.absent) ? "it does not exist yet" : untold
    }
}

extension NeededRight {
    /// Whether another right, needed for the same, comes with this one.
    fileprivate func covers(_ other: NeededRight) -> Bool {
        side == other.side && feature == other.feature && grant.includes(other.grant)
    }
}
