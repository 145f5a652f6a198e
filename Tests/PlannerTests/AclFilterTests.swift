import KafkaModel
import Testing

/// Which ACLs a filter covers: as Kafka's `AclBindingFilter` has it.
@Suite struct AclFilterTests {
    private static let literal = AclBinding(.allow, "User:app", .read, .topic, "orders")
    private static let prefixed = AclBinding(.allow, "User:app", .read, .topic, "ord", .prefixed)
    private static let wildcard = AclBinding(.allow, "User:app", .read, .topic, "*")
    private static let other = AclBinding(.allow, "User:app", .read, .topic, "other")

    /// Pattern type and name of a filter, and which of the four ACLs it covers.
    private static let names: [(AclFilter.PatternType, String?, [AclBinding])] = [
        (.any, nil, [literal, prefixed, wildcard, other]),
        (.match, nil, [literal, prefixed, wildcard, other]),
        (.literal, nil, [literal, wildcard, other]),
        (.prefixed, nil, [prefixed]),
        (.any, "orders", [literal]),
        (.any, "ord", [prefixed]),
        (.any, "*", [wildcard]),
        (.literal, "orders", [literal]),
        (.literal, "ord", []),
        (.literal, "*", [wildcard]),
        (.prefixed, "ord", [prefixed]),
        (.prefixed, "orders", []),
        (.match, "orders", [literal, prefixed, wildcard]),
        (.match, "ord", [prefixed, wildcard]),
        (.match, "order", [prefixed, wildcard]),
        (.match, "or", [wildcard]),
        (.match, "*", [wildcard]),
        (.any, "Orders", []),
    ]

    @Test(arguments: names)
    func `compares names`(pattern: AclFilter.PatternType, name: String?, expected: [AclBinding]) {
        let filter = AclFilter(patternType: pattern, name: name)
        let covered = [Self.literal, Self.prefixed, Self.wildcard, Self.other].filter(filter.covers)
        #expect(covered == expected)
    }

    @Test func `compares everything else word by word`() {
        let acl = AclBinding(.deny, "User:app", .all, .group, "g", host: "10.0.0.1")
        let covering = [
            AclFilter(), AclFilter(resourceType: .group), AclFilter(principal: "User:app"), AclFilter(host: "10.0.0.1"),
            AclFilter(operation: .all), AclFilter(permission: .deny),
            AclFilter(resourceType: .group, name: "g", principal: "User:app", operation: .all, permission: .deny),
        ]
        let passing = [
            AclFilter(resourceType: .topic), AclFilter(principal: "User:App"), AclFilter(principal: "User:*"),
            AclFilter(host: "*"), AclFilter(operation: .read), AclFilter(permission: .allow),
        ]
        for filter in covering { #expect(filter.covers(acl), "\(filter.described)") }
        for filter in passing { #expect(!filter.covers(acl), "\(filter.described)") }
        #expect(AclFilters(passing + [covering[0]]).covers(acl))
        #expect(!AclFilters(passing).covers(acl))
    }

    @Test func `has Kafka's codes`() {
        #expect(AclResourceType.allCases.map(\.code) == [2, 3, 4, 5, 6, 7])
        #expect(AclPatternType.allCases.map(\.code) == [3, 4])
        #expect(AclOperation.allCases.map(\.code) == Array(2...15))
        #expect(AclPermission.allCases.map(\.code) == [2, 3])
        for operation in AclOperation.allCases { #expect(AclOperation(code: operation.code) == operation) }
        for code: Int8 in [0, 1, 16, -1] { #expect(AclOperation(code: code) == nil) }
        for code: Int8 in [0, 1, 8] { #expect(AclResourceType(code: code) == nil) }
        for code: Int8 in [0, 1, 2, 5] { #expect(AclPatternType(code: code) == nil) }
        for code: Int8 in [0, 1, 4] { #expect(AclPermission(code: code) == nil) }
    }

    @Test func `reads in words`() {
        #expect("\(Self.prefixed)" == "allow User:app to READ topic ord (PREFIXED)")
        let deny = AclBinding(.deny, "User:*", .alterConfigs, .cluster, "kafka-cluster", host: "::1")
        #expect("\(deny)" == "deny User:* to ALTER_CONFIGS cluster kafka-cluster from host ::1")
        #expect(AclFilter().described == "any on any resource")
        #expect(
            AclFilter(resourceType: .topic, patternType: .prefixed, name: "o", principal: "User:a", permission: .deny)
                .described == "any (deny) on topic o (prefixed) of User:a")
    }

    @Test func `a right reads as the command that grants it`() {
        let grants: [(AclGrant, String)] = [
            (AclGrant(.read, .topic, "orders"), "--operation Read --topic orders"),
            (
                AclGrant(.describeConfigs, .topic, "o r'd", .prefixed),
                "--operation DescribeConfigs --topic 'o r'\\''d' --resource-pattern-type prefixed"
            ),
            (AclGrant(.read, .group, "lockstep.a"), "--operation Read --group lockstep.a"),
            (AclGrant(.write, .transactionalId, "lockstep"), "--operation Write --transactional-id lockstep"),
            (.onCluster(.alter), "--operation Alter --cluster"),
        ]
        for (grant, text) in grants {
            #expect(
                grant.command(principal: "User:lock step")
                    == "kafka-acls.sh --add --allow-principal 'User:lock step' \(text)")
        }
        #expect(
            AclGrant.onCluster(.alter).command(principal: nil)
                == "kafka-acls.sh --add --allow-principal \"User:<as whom Lockstep connects>\" "
                + "--operation Alter --cluster")
    }
}
