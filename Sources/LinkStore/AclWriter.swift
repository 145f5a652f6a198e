import Bytes
import KafkaClient
import KafkaModel

/// Writes which ACLs a link has created into `__lockstep`, with plain appends: each ACL has a record of its own.
package struct AclWriter: Sendable {
    private let append: StoreAppend

    /// A writer through `client`.
    ///
    /// - Parameter lane: a connection on which no batch of a mirror waits.
    package init(_ client: ClusterClient, lane: ClusterClient.Lane = .produce(-2)) {
        append = StoreAppend(client: client, lane: lane)
    }

    /// Writes that the link owns these ACLs of the destination.
    package func own(_ acls: [AclBinding], by link: LinkRecord) async throws(StoreError) {
        let now = WallClock.nowMs
        try await append(
            acls.map { acl in
                let record = AclRecord(link: link.name, linkId: link.linkId, acl: acl, sinceMs: now)
                return (StoreKey.acl(of: link.name, acl), StoreJSON.write(record))
            })
    }

    /// Writes that the link does not own these ACLs any more.
    package func disown(_ acls: [AclBinding], by link: LinkRecord) async throws(StoreError) {
        try await append(acls.map { (StoreKey.acl(of: link.name, $0), nil) })
    }
}

extension StoreKey {
    /// The key of an ACL's record: names may hold any character, so the id is a digest of all that the ACL says.
    static func acl(of link: String, _ acl: AclBinding) -> StoreKey {
        let parts = [
            acl.resourceType.rawValue, acl.name, acl.patternType.rawValue, acl.principal, acl.host,
            acl.operation.rawValue, acl.permission.rawValue,
        ]
        let text = parts.map { "\($0.utf8.count):\($0)" }.joined()
        return .acl(link: link, id: String(SHA256Digest.hexadecimal(Array(text.utf8)).prefix(32)))
    }
}
