/// A right that somebody needs, as the command of Kafka's tools that grants it.
package struct AclGrant: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    /// What it permits.
    package var operation: AclOperation
    /// Kind of the resource.
    package var resourceType: AclResourceType
    /// Name of the resource, or its beginning.
    package var name: String
    /// How the name is compared.
    package var patternType: AclPatternType

    /// A right of its parts.
    package init(
        _ operation: AclOperation, _ resourceType: AclResourceType, _ name: String,
        _ patternType: AclPatternType = .literal
    ) {
        self.operation = operation
        self.resourceType = resourceType
        self.name = name
        self.patternType = patternType
    }

    /// A right on the cluster itself.
    package static func onCluster(_ operation: AclOperation) -> AclGrant {
        AclGrant(operation, .cluster, AclBinding.clusterName)
    }

    /// In words, such as `READ on topic orders- (PREFIXED)`.
    package var description: String {
        let pattern = patternType == .prefixed ? " (PREFIXED)" : ""
        return resourceType == .cluster
            ? "\(operation.kafkaName) on the cluster"
            : "\(operation.kafkaName) on \(resourceType.rawValue) \(name)\(pattern)"
    }

    /// The ACL that grants it to a principal.
    package func binding(to principal: String) -> AclBinding {
        AclBinding(.allow, principal, operation, resourceType, name, patternType)
    }

    /// The command that grants it, such as `kafka-acls.sh --add --allow-principal User:app --operation Read --topic a`.
    ///
    /// Whoever runs it adds `--bootstrap-server` and `--command-config` of the cluster.
    package func command(principal: String?) -> String {
        let resource =
            switch resourceType {
            case .topic: "--topic \(Self.quoted(name))"
            case .group: "--group \(Self.quoted(name))"
            case .cluster: "--cluster"
            case .transactionalId: "--transactional-id \(Self.quoted(name))"
            case .delegationToken: "--delegation-token \(Self.quoted(name))"
            case .user: "--user-principal \(Self.quoted(name))"
            }
        let pattern = patternType == .prefixed ? " --resource-pattern-type prefixed" : ""
        let who = principal.map(Self.quoted) ?? "User:<as whom Lockstep connects>"
        return "kafka-acls.sh --add --allow-principal \(principal == nil ? "\"\(who)\"" : who) "
            + "--operation \(operation.toolName) \(resource)\(pattern)"
    }

    /// By resource, then by operation.
    package static func < (left: AclGrant, right: AclGrant) -> Bool { left.order < right.order }

    private var order: String {
        [resourceType.rawValue, name, patternType.rawValue, operation.rawValue].joined(separator: "\u{0}")
    }

    /// A word of a shell: in single quotes unless it is plain.
    private static func quoted(_ text: String) -> String {
        let plain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "._-:/@=,+".utf8.contains(byte)
            }
        }
        return plain && !text.isEmpty ? text : "'" + text.replacing("'", with: "'\\''") + "'"
    }
}
