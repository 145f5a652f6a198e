import KafkaConnection
import KafkaProtocol
import TestSupport
import Testing

/// ACLs, asked of the embedded broker and of real ones.
@Suite("ACL conformance", .timeLimit(.minutes(5)), .serialized)
struct AclConformanceTests {
    @Test(arguments: ConformanceCluster.all)
    func `keeps every kind of ACL, each once, until it is deleted`(_ cluster: ConformanceCluster) async throws {
        try await GuardedCluster.withSession(cluster) { session in
            let name = uniqueName("kept")
            var acls: [AclCodes] = []
            for (type, operations) in [
                (2, [2, 3, 4, 5, 6, 7, 8, 10, 11]), (3, [2, 3, 6, 8]), (5, [4, 8, 15]), (6, [8]), (7, [13, 14]),
            ] as [(Int8, [Int8])] {
                for operation in operations {
                    acls.append(AclCodes(type: type, name: name, operation: operation))
                    acls.append(
                        AclCodes(
                            type: type, name: name, pattern: 4, principal: "User:*", host: "10.0.0.1",
                            operation: operation, permission: 2))
                }
            }
            #expect(try await session.createAcls(acls).allSatisfy { $0 == "0 " })
            #expect(try await session.createAcls(acls).allSatisfy { $0 == "0 " })
            try await waitUntil("all are listed") { try await session.acls(name) == Set(acls) }
            let deleted = try await session.deleteAcls(acls)
            #expect(deleted.filterResults.map(\.matchingAcls.count) == acls.map { _ in 1 })
            #expect(deleted.filterResults.allSatisfy { $0.errorCode == 0 && $0.errorMessage == nil })
            #expect(deleted.filterResults.first?.matchingAcls.first?.principal == "User:app")
            try await waitUntil("none is listed") { try await session.acls(name).isEmpty }
            #expect(try await session.deleteAcls(acls).filterResults.allSatisfy(\.matchingAcls.isEmpty))
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `refuses what is no ACL, one by one`(_ cluster: ConformanceCluster) async throws {
        try await GuardedCluster.withSession(cluster) { session in
            let good = AclCodes(name: uniqueName("good"))
            let outcome = try await session.createAcls([
                AclCodes(type: 4, name: "other"), good, AclCodes(name: ""),
            ])
            #expect(
                outcome == [
                    "42 The only valid name for the CLUSTER resource is kafka-cluster", "0 ",
                    "42 Invalid empty resource name",
                ])
            try await waitUntil("the good one is listed") { try await session.acls(good.name) == [good] }
            _ = try await session.deleteAcls([good])
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `filters compare as Kafka's do`(_ cluster: ConformanceCluster) async throws {
        try await GuardedCluster.withSession(cluster) { session in
            // Of a kind that guards nothing here, so that the wildcard harms nobody.
            let name = uniqueName("filter")
            let short = String(name.dropLast())
            let literal = AclCodes(type: 7, name: name, operation: 13)
            let prefixed = AclCodes(type: 7, name: short, pattern: 4, operation: 14)
            let wildcard = AclCodes(type: 7, name: "*", principal: "User:\(name)", operation: 13, permission: 2)
            let acls = [literal, prefixed, wildcard]
            _ = try await session.createAcls(acls)
            try await waitUntil("all are listed") {
                try await session.acls(nil, type: 7).isSuperset(of: acls)
            }
            func covered(_ filter: () async throws -> Set<AclCodes>) async throws -> [AclCodes] {
                let found = try await filter()
                return acls.filter(found.contains)
            }
            #expect(try await covered { try await session.acls(name) } == [literal])
            #expect(try await covered { try await session.acls(short) } == [prefixed])
            #expect(try await covered { try await session.acls(name, pattern: 2) } == [literal, prefixed, wildcard])
            #expect(try await covered { try await session.acls(short, pattern: 2) } == [prefixed, wildcard])
            #expect(try await covered { try await session.acls("*", pattern: 2) } == [wildcard])
            #expect(try await covered { try await session.acls("*") } == [wildcard])
            #expect(try await covered { try await session.acls(name, pattern: 4) } == [])
            #expect(try await covered { try await session.acls(nil, type: 7, pattern: 4) } == [prefixed])
            #expect(try await covered { try await session.acls(nil, type: 2) } == [])
            #expect(try await covered { try await session.acls(nil, operation: 14) } == [prefixed])
            #expect(try await covered { try await session.acls(nil, permission: 2) } == [wildcard])
            #expect(try await covered { try await session.acls(nil, principal: "User:\(name)") } == [wildcard])
            #expect(try await covered { try await session.acls(nil, host: "10.0.0.1") } == [])
            _ = try await session.deleteAcls(acls)
        }
    }

    @Test(arguments: ConformanceCluster.all)
    func `without an authorizer it says so`(_ cluster: ConformanceCluster) async throws {
        try await cluster.withSession { session in
            let described = try await session.connection.send(
                DescribeAclsRequest {
                    $0.resourceTypeFilter = 1
                    $0.resourceNameFilter = nil
                    $0.patternTypeFilter = 1
                    $0.principalFilter = nil
                    $0.hostFilter = nil
                    $0.operation = 1
                    $0.permissionType = 1
                })
            #expect(ErrorCode(described.errorCode) == .securityDisabled)
            #expect(described.errorMessage == "No Authorizer is configured on the broker")
            let acl = AclCodes(name: "nowhere")
            #expect(try await session.createAcls([acl]) == ["54 No Authorizer is configured."])
            let deleted = try await session.deleteAcls([acl])
            #expect(deleted.filterResults.map(\.errorCode) == [54])
            #expect(deleted.filterResults.map(\.errorMessage) == ["No Authorizer is configured."])
        }
    }
}
