import KafkaClient
import KafkaModel
import LinkStore

/// Lists the ACLs of both sides of a link, for what a plan says about the next sync.
struct AclListings: Sendable {
    let source: ClusterClient
    let destination: ClusterClient
    let store: StoreReader
    /// As whom Lockstep connects to the destination, where the manifests tell.
    let principal: String?

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
            let own = contents.ownAclAccess(
                acls: here, principals: Set([principal].compactMap(\.self)), declaring: spec.mirroredNames,
                planned: spec)
            return .listed(
                AclSync(
                    source: there, destination: here,
                    owned: contents.links[spec.name].map { contents.ownedAcls(of: $0) } ?? [],
                    ofOtherLinks: contents.aclsOwned(besides: spec.name),
                    ofEarlierLinks: contents.aclsOwned(before: spec.name), prefix: spec.prefix,
                    settings: spec.settings, ownAccess: own))
        } catch {
            return .unreadable("\(error)")
        }
    }
}
