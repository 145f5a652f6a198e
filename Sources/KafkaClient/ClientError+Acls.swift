import KafkaModel
import KafkaProtocol

extension ClientError {
    /// What a failed request about ACLs means, and what to do next.
    ///
    /// - Parameter needed: the right on the cluster that the request needs.
    package func aboutAcls(needed: AclOperation) -> String {
        switch errorCode {
        case .securityDisabled:
            "cluster \(cluster) has no authorizer, so it has no ACLs. Configure one (authorizer.class.name) on its "
                + "brokers, or set acl.sync.enable: false."
        case .clusterAuthorizationFailed: Self.missingAclRight(needed, cluster: cluster)
        default: description
        }
    }

    /// What to say when Lockstep's principal may not list or change ACLs.
    package static func missingAclRight(_ needed: AclOperation, cluster: String) -> String {
        let grant = AclGrant.onCluster(needed)
        return "cluster \(cluster) does not permit \(needed == .alter ? "changing" : "listing") ACLs; grant \(grant): "
            + grant.command(principal: nil)
    }
}
