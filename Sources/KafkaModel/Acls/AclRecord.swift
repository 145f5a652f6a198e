/// `acls/<link>/<id>` in the `__lockstep` topic: an ACL on the destination that a link owns, because its ACL sync has
/// created it, or found it there as another link's and wants it as well.
///
/// It is written before the ACL is created and removed after the ACL was deleted, so an ACL of Lockstep's is never
/// without a record. Each link has a record of its own for each ACL: two workers that overlap cannot lose one
/// another's, and the last owner is the one that deletes the ACL.
package struct AclRecord: Hashable, Sendable, Codable {
    /// Version of the record's form.
    package var schema: Int = 1
    /// Name of the link.
    package var link: String
    /// Id of the link: a link that was made anew owns nothing of the one before.
    package var linkId: String
    /// The ACL, as it is on the destination.
    package var acl: AclBinding
    /// When the link became its owner, in milliseconds since 1970.
    package var sinceMs: Int64

    /// A record of its parts.
    package init(link: String, linkId: String, acl: AclBinding, sinceMs: Int64) {
        self.link = link
        self.linkId = linkId
        self.acl = acl
        self.sinceMs = sinceMs
    }
}
