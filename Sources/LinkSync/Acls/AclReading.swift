import KafkaClient
import KafkaModel
import LinkStore

/// Reads the ACLs of both clusters for one pass.
struct AclReading {
    let source: ClusterClient
    let destination: ClusterClient
    let declared: AclSyncTask.Declared

    /// Fails when a cluster is another one than the link was made for: its ACLs say nothing about this link's.
    func checkClusters(of link: LinkRecord) async throws(AclProblem) {
        for check in [ClusterCheck.source(source, of: link), .destination(destination, of: link)] {
            if let problem = await check.problem() { throw AclProblem(problem.code, problem.text) }
        }
    }

    /// Looks at one broker of each cluster.
    ///
    /// - Returns: what differs, and how many ACLs of the source are in words of a newer Kafka.
    func look(
        _ link: LinkRecord, _ contents: StoreContents
    ) async throws(AclProblem) -> (changes: AclChanges, unknownCount: Int) {
        let there = try await ask(source) { (client) async throws(ClientError) in try await client.describeAcls() }
        let here = try await ask(destination) { (client) async throws(ClientError) in try await client.describeAcls() }
        return (sync(there.bindings, here.bindings, link, contents).changes, there.unknownCount)
    }

    /// Looks at every broker of each cluster: a change reaches them one after the other, and one may be behind.
    ///
    /// An ACL is created when every broker of the source has it and none of the destination, and deleted when no broker
    /// of the source has it. Whatever is in between waits for the next pass.
    ///
    /// - Returns: the changes that are certain to be right.
    func lookEverywhere(
        _ link: LinkRecord, _ contents: StoreContents
    ) async throws(AclProblem) -> AclChanges {
        let there = try await ask(source) { (client) async throws(ClientError) in
            try await client.describeAclsOfEveryBroker()
        }
        let here = try await ask(destination) { (client) async throws(ClientError) in
            try await client.describeAclsOfEveryBroker()
        }
        let anywhere = Self.union(here)
        let (some, all) = (Self.union(there), Self.intersection(there))
        var changes = sync(some, anywhere, link, contents).changes
        if some != all { changes.create = sync(all, anywhere, link, contents).changes.create }
        return changes
    }

    private func sync(
        _ there: Set<AclBinding>, _ here: Set<AclBinding>, _ link: LinkRecord, _ contents: StoreContents
    ) -> AclSync {
        AclSync(
            source: there, destination: here, owned: contents.ownedAcls(of: link),
            ofOtherLinks: contents.aclsOwned(besides: link.name),
            ofEarlierLinks: contents.aclsOwned(before: link.name), prefix: link.prefix, settings: link.settings,
            ownAccess: contents.ownAclAccess(
                acls: here, principals: declared.principals, declaring: declared.mirrorTopics))
    }

    private func ask<Value: Sendable>(
        _ client: ClusterClient, _ operation: (ClusterClient) async throws(ClientError) -> Value
    ) async throws(AclProblem) -> Value {
        do throws(ClientError) {
            return try await operation(client)
        } catch {
            // Listing needs DESCRIBE, which ALTER permits.
            throw AclProblem(error, needed: client === destination ? .alter : .describe)
        }
    }

    private static func union(_ listings: [Int32: AclListing]) -> Set<AclBinding> {
        listings.values.reduce(into: []) { $0.formUnion($1.bindings) }
    }

    private static func intersection(_ listings: [Int32: AclListing]) -> Set<AclBinding> {
        guard let first = listings.values.first else { return [] }
        return listings.values.reduce(into: first.bindings) { $0.formIntersection($1.bindings) }
    }
}
