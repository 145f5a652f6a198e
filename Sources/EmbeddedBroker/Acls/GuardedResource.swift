/// A resource that requests need permission for, by Kafka's codes.
struct GuardedResource: Hashable, Sendable {
    /// Kinds of resources (`ResourceType`).
    enum Kind: Int8, Sendable {
        case topic = 2
        case group = 3
        case cluster = 4
        case transactionalId = 5
        case delegationToken = 6
        case user = 7
    }

    var kind: Kind
    var name: String

    /// The cluster itself.
    static let cluster = GuardedResource(kind: .cluster, name: "kafka-cluster")

    static func topic(_ name: String) -> GuardedResource { GuardedResource(kind: .topic, name: name) }
    static func group(_ name: String) -> GuardedResource { GuardedResource(kind: .group, name: name) }
    static func transactionalId(_ name: String) -> GuardedResource {
        GuardedResource(kind: .transactionalId, name: name)
    }

    /// Operations that a kind knows, as `AclEntry.supportedOperations` has them.
    var operations: [GuardedOperation] {
        switch kind {
        case .topic: [.read, .write, .create, .delete, .alter, .describe, .describeConfigs, .alterConfigs]
        case .group: [.read, .delete, .describe, .describeConfigs, .alterConfigs]
        case .cluster:
            [.create, .alter, .describe, .clusterAction, .describeConfigs, .alterConfigs, .idempotentWrite]
        case .transactionalId: [.write, .describe, .twoPhaseCommit]
        case .delegationToken: [.describe]
        case .user: [.createTokens, .describeTokens]
        }
    }
}

/// What a request wants to do with a resource, by Kafka's codes (`AclOperation`).
enum GuardedOperation: Int8, Sendable {
    case all = 2
    case read = 3
    case write = 4
    case create = 5
    case delete = 6
    case alter = 7
    case describe = 8
    case clusterAction = 9
    case describeConfigs = 10
    case alterConfigs = 11
    case idempotentWrite = 12
    case createTokens = 13
    case describeTokens = 14
    case twoPhaseCommit = 15

    /// Whether an ACL that allows this operation allows `other`.
    func implies(_ other: GuardedOperation) -> Bool {
        switch other {
        case _ where self == other || self == .all: true
        case .describe: self == .read || self == .write || self == .delete || self == .alter
        case .describeConfigs: self == .alterConfigs
        default: false
        }
    }
}
