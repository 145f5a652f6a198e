import KafkaClient
import KafkaModel
import LinkStore

/// Lists the ACLs of both sides of a link, for what a plan says about the next sync.
struct AclListings: Sendable {
    let source: ClusterClient
    let destination: ClusterClient
    let store: StoreReader

    /// The ACLs, and which of the destination's are the link's own.
    func read(_ spec: LinkSpec) async -> LiveAcls {
        let there: Set<AclBinding>
        let here: Set<AclBinding>
        do throws(ClientError) {
            there = try await source.describeAcls().bindings
            here = try await destination.describeAcls().bindings
        } catch {
            return .unreadable(error.aboutAcls(needed: .describe))
        }
        do throws(StoreError) {
            let contents = try await store.read() ?? StoreContents()
            let topics = spec.mirrorTopics.filter { $0.state == .active || $0.state == .paused }.map(\.name)
            return .listed(
                AclSync(
                    source: there, destination: here,
                    owned: contents.links[spec.name].map { contents.ownedAcls(of: $0) } ?? [], prefix: spec.prefix,
                    settings: spec.settings, ownAccess: contents.ownAclAccess(acls: here, creating: topics)))
        } catch {
            return .unreadable("\(error)")
        }
    }
}
