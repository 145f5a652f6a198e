/// Kinds of resources that Kafka guards; the raw value is Cluster Linking's word.
package enum AclResourceType: String, Hashable, Sendable, Codable, CaseIterable {
    /// A topic.
    case topic
    /// A consumer group.
    case group
    /// The cluster itself, whose only name is `kafka-cluster`.
    case cluster
    /// A transactional id.
    case transactionalId
    /// A delegation token.
    case delegationToken
    /// A user, for whom others may ask for tokens (Kafka 3.3).
    case user

    /// Kafka's code (`ResourceType`).
    package var code: Int8 {
        switch self {
        case .topic: 2
        case .group: 3
        case .cluster: 4
        case .transactionalId: 5
        case .delegationToken: 6
        case .user: 7
        }
    }

    /// The word of a code; nil for codes of a newer Kafka.
    package init?(code: Int8) {
        guard let word = Self.allCases.first(where: { $0.code == code }) else { return nil }
        self = word
    }
}

/// How the resource name of an ACL is compared with the names it is about.
package enum AclPatternType: String, Hashable, Sendable, Codable, CaseIterable {
    /// The whole name; `*` alone stands for every name.
    case literal
    /// The beginning of the name.
    case prefixed

    /// Kafka's code (`PatternType`).
    package var code: Int8 {
        switch self {
        case .literal: 3
        case .prefixed: 4
        }
    }

    /// The word of a code; nil for codes of a newer Kafka.
    package init?(code: Int8) {
        guard let word = Self.allCases.first(where: { $0.code == code }) else { return nil }
        self = word
    }
}

/// What an ACL is about to allow or deny; the raw value is Cluster Linking's word.
package enum AclOperation: String, Hashable, Sendable, Codable, CaseIterable {
    /// All of them.
    case all
    /// Reads records, or takes part in a group.
    case read
    /// Writes records, or uses a transactional id.
    case write
    /// Creates topics.
    case create
    /// Deletes topics, records, groups.
    case delete
    /// Adds partitions; on the cluster, changes ACLs.
    case alter
    /// Asks about it; READ, WRITE, DELETE and ALTER allow it, too.
    case describe
    /// What brokers do among themselves.
    case clusterAction = "cluster_action"
    /// Reads configs; ALTER_CONFIGS allows it, too.
    case describeConfigs = "describe_configs"
    /// Changes configs.
    case alterConfigs = "alter_configs"
    /// Takes a producer id (before Kafka 2.8).
    case idempotentWrite = "idempotent_write"
    /// Asks for tokens of others (Kafka 3.3).
    case createTokens = "create_tokens"
    /// Asks about tokens of others (Kafka 3.3).
    case describeTokens = "describe_tokens"
    /// Takes part in a two-phase commit (Kafka 4.1).
    case twoPhaseCommit = "two_phase_commit"

    /// Kafka's code (`AclOperation`).
    package var code: Int8 {
        switch self {
        case .all: 2
        case .read: 3
        case .write: 4
        case .create: 5
        case .delete: 6
        case .alter: 7
        case .describe: 8
        case .clusterAction: 9
        case .describeConfigs: 10
        case .alterConfigs: 11
        case .idempotentWrite: 12
        case .createTokens: 13
        case .describeTokens: 14
        case .twoPhaseCommit: 15
        }
    }

    /// The word of a code; nil for codes of a newer Kafka.
    package init?(code: Int8) {
        guard let word = Self.allCases.first(where: { $0.code == code }) else { return nil }
        self = word
    }

    /// As Kafka's tools print it, such as `DESCRIBE_CONFIGS`.
    package var kafkaName: String { rawValue.uppercased() }

    /// As `kafka-acls.sh` takes it, such as `DescribeConfigs`; it does not know `DESCRIBE_CONFIGS`.
    package var toolName: String {
        rawValue.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    /// Whether an ACL that allows this operation allows `other`, as Kafka's authorizers have it.
    package func allows(_ other: AclOperation) -> Bool {
        switch other {
        case _ where self == other || self == .all: true
        case .describe: [.read, .write, .delete, .alter].contains(self)
        case .describeConfigs: self == .alterConfigs
        default: false
        }
    }
}

/// Whether an ACL allows or denies; a denial beats every allowance.
package enum AclPermission: String, Hashable, Sendable, Codable, CaseIterable {
    /// Forbids it.
    case deny
    /// Permits it.
    case allow

    /// Kafka's code (`AclPermissionType`).
    package var code: Int8 {
        switch self {
        case .deny: 2
        case .allow: 3
        }
    }

    /// The word of a code; nil for codes of a newer Kafka.
    package init?(code: Int8) {
        guard let word = Self.allCases.first(where: { $0.code == code }) else { return nil }
        self = word
    }
}
