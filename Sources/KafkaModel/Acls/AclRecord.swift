/// `acls/<link>/<id>` in the `__lockstep` topic: an ACL on the destination that a link's ACL sync has created.
///
/// It is written before the ACL is created and removed after the ACL was deleted, so an ACL of Lockstep's is never
/// without a record. Each ACL has a record of its own: two workers that overlap cannot lose one another's.
package struct AclRecord: Hashable, Sendable, Codable {
    /// Version of the record's form.
    package var schema: Int = 1
    /// Name of the link.
    package var link: String
    /// Id of the link: a link that was made anew owns nothing of the one before.
    package var linkId: String
    /// The ACL, as it is on the destination.
    package var acl: AclBinding
    /// When it was first to be created, in milliseconds since 1970.
    package var sinceMs: Int64

    /// A record of its parts.
    package init(link: String, linkId: String, acl: AclBinding, sinceMs: Int64) {
        self.link = link
        self.linkId = linkId
        self.acl = acl
        self.sinceMs = sinceMs
    }
}
