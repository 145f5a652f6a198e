import EmbeddedBroker
import KafkaClient
import KafkaModel
import KafkaProtocol
import LinkStore
import LinkSync
import Testing

/// Passes of the ACL sync that are cut off, refused, or may not read.
@Suite struct AclSyncFaultTests {
    private let read = AclBinding(.allow, "User:app", .read, .topic, "orders")
    private let write = AclBinding(.allow, "User:app", .write, .topic, "orders")

    /// Where a pass that creates is cut off: at which request to the destination, before or after it took effect.
    private static let cuts: [(APIKey, Interception)] = [
        (.produce, .dropBefore), (.produce, .dropAfter), (.createAcls, .dropBefore), (.createAcls, .dropAfter),
    ]

    @Test(arguments: cuts.indices)
    func `a creation that was cut off neither loses nor invents an owner`(index: Int) async throws {
        let (key, cut) = Self.cuts[index]
        try await AclSite.run { site in
            try await site.add(read, on: site.paris)
            try await site.add(write, on: site.dublin)
            await site.destination.intercept(key, .always) { _ in cut }
            let outcome = try await site.pass()
            #expect(outcome.isInError)
            await site.destination.stopIntercepting(key)
            // Never an ACL of Lockstep's without its record.
            let made = try await site.here().subtracting([write])
            #expect(try await made.isSubset(of: site.owned()))
            // The next worker finishes what the first began, and later takes it away again.
            try await site.pass()
            #expect(try await site.here() == [read, write])
            #expect(try await site.owned() == [read])
            try await site.remove(read, on: site.paris)
            try await site.pass()
            #expect(try await site.here() == [write])
            #expect(try await site.owned() == [])
        }
    }

    @Test(arguments: cuts.indices)
    func `a creation that was cut off and is not wanted any more leaves nothing behind`(index: Int) async throws {
        let (key, cut) = Self.cuts[index]
        try await AclSite.run { site in
            try await site.add(read, on: site.paris)
            await site.destination.intercept(key, .always) { _ in cut }
            try await site.pass()
            await site.destination.stopIntercepting(key)
            try await site.remove(read, on: site.paris)
            try await site.pass()
            #expect(try await site.here() == [])
            #expect(try await site.owned() == [])
            // Nobody is taken for its owner afterwards.
            try await site.add(read, on: site.dublin)
            try await site.pass()
            #expect(try await site.here() == [read])
        }
    }

    @Test(arguments: [Interception.dropBefore, .dropAfter])
    func `a deletion that was cut off is finished by the next pass`(cut: Interception) async throws {
        try await AclSite.run { site in
            try await site.add(read, on: site.paris)
            try await site.pass()
            try await site.remove(read, on: site.paris)
            await site.destination.intercept(.deleteAcls, .always) { _ in cut }
            #expect(try await site.pass().isInError)
            await site.destination.stopIntercepting(.deleteAcls)
            try await site.pass()
            #expect(try await site.here() == [])
            #expect(try await site.owned() == [])
        }
    }

    @Test func `an ACL that the cluster refuses is reported, not owned, and not tried at every pass`() async throws {
        try await AclSite.run { site in
            try await site.add(read, on: site.paris)
            await site.destination.intercept(.createAcls, .always) { _ in .fail(.policyViolation) }
            let task = site.task()
            let outcome = try await site.pass(task)
            #expect(outcome.problems.map(\.code) == ["INVALID_REQUEST_ERROR"])
            #expect(outcome.problems.map(\.subject) == ["allow User:app to READ topic orders"])
            #expect(try await site.owned() == [])
            let requests = await site.destination.requestCount(.createAcls)
            #expect(try await site.pass(task).isInError)
            #expect(await site.destination.requestCount(.createAcls) == requests)
        }
    }

    @Test func `what one request created keeps its owner when a later one is refused`() async throws {
        try await AclSite.run { site in
            let acls = (0...ClusterClient.aclsPerRequest).map {
                AclBinding(.allow, "User:app", .read, .topic, "t\($0)")
            }
            _ = try await site.paris.createAcls(Array(acls.dropLast()))
            _ = try await site.paris.createAcls(acls.suffix(1))
            await site.destination.intercept(.createAcls, .always) { request in
                let count = request.decoded(as: CreateAclsRequest.self)?.creations.count
                return count == ClusterClient.aclsPerRequest ? .pass : .fail(.clusterAuthorizationFailed)
            }
            let outcome = try await site.pass()
            #expect(outcome.summary == "500 ACLs created and 0 deleted, then it broke off")
            #expect(outcome.problems.map(\.code) == ["AUTHORIZATION_ERROR"])
            let made = try await site.here()
            #expect(made.count == ClusterClient.aclsPerRequest)
            #expect(try await site.owned() == made)
        }
    }

    @Test func `without an authorizer it says so and removes nothing`() async throws {
        try await AclSite.run(configure: { source, _ in source.authorizer = nil }) { site in
            try await site.add(read, on: site.dublin)
            let outcome = try await site.pass()
            #expect(outcome.summary == "no ACL was changed")
            #expect(outcome.problems.map(\.code) == ["SECURITY_DISABLED_ERROR"])
            #expect(outcome.problems.first?.text.hasPrefix("cluster paris has no authorizer") == true)
            #expect(try await site.here() == [read])
        }
        try await AclSite.run(configure: { _, destination in destination.authorizer = nil }) { site in
            let outcome = try await site.pass()
            #expect(outcome.problems.map(\.code) == ["SECURITY_DISABLED_ERROR"])
            #expect(outcome.problems.first?.text.hasPrefix("cluster dublin has no authorizer") == true)
        }
    }

    @Test func `never takes what it may not read for absence`() async throws {
        try await AclSite.run { site in
            try await site.add(read, on: site.paris)
            try await site.pass()
            await site.becomeNobody(on: site.source)
            let outcome = try await site.pass()
            #expect(outcome.problems.map(\.code) == ["AUTHORIZATION_ERROR"])
            #expect(
                outcome.problems.first?.text.contains(
                    "cluster paris does not permit listing ACLs; grant DESCRIBE on the cluster: kafka-acls.sh --add "
                        + "--allow-principal \"User:<as whom Lockstep connects>\" --operation Describe --cluster")
                    == true)
            #expect(try await site.here() == [read])
            await site.source.goDown()
            #expect(try await site.pass().problems.map(\.code) == ["TIMEOUT_ERROR"])
            #expect(try await site.here() == [read])
        }
    }

    @Test func `a missing right to change ACLs is named before anything is written down`() async throws {
        try await AclSite.run { site in
            try await site.add(read, on: site.paris)
            let nobody = AclSite.nobody
            for acl in [
                AclBinding(.allow, nobody, .describe, .cluster, AclBinding.clusterName),
                AclBinding(.allow, nobody, .read, .topic, StoreTopic.name),
                AclBinding(.allow, nobody, .write, .topic, StoreTopic.name),
            ] { try await site.add(acl, on: site.dublin) }
            await site.becomeNobody(on: site.destination)
            let end = try await site.contents().endOffset
            let outcome = try await site.pass()
            #expect(outcome.problems.map(\.code) == ["AUTHORIZATION_ERROR"])
            #expect(outcome.problems.first?.text.contains("grant ALTER on the cluster") == true)
            #expect(try await site.contents().endOffset == end)
        }
    }

    @Test func `another cluster behind the address of the source changes nothing`() async throws {
        try await AclSite.run(configure: { source, _ in source.clusterId = "rome-id" }) { site in
            try await site.add(read, on: site.dublin)
            await site.store(AclSite.settings(prune: .matching))
            let outcome = try await site.pass()
            #expect(outcome.problems.map(\.code) == ["MISCONFIGURATION_ERROR"])
            #expect(try await site.here() == [read])
        }
    }
}
