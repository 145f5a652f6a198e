import Diagnostics
import KafkaModel
import TestSupport
import Testing

@testable import CommandLine

/// ACL filters against ACLs: what is covered, and what `lockstep why --acl` says decides it.
@Suite struct AclFilterTable {
    private static let read = "allow User:app to READ topic orders"
    private static let kept = "  once the source lacks it, it is deleted on b if Lockstep created it (aclPrune: owned)"

    /// Filters, an ACL, the filter that covers it by number or nil, and what differs otherwise.
    private static let table: [(filters: [AclFilter], acl: String, covered: Int?, differences: [String])] = [
        ([AclFilter()], read, 0, []),
        ([AclFilter()], "deny User:* to ALL group g from host 10.0.0.7", 0, []),
        ([AclFilter(resourceType: .topic)], read, 0, []),
        ([AclFilter(resourceType: .group)], read, nil, ["the resource type is topic"]),
        ([AclFilter(resourceType: .group), AclFilter()], read, 1, []),
        ([AclFilter(), AclFilter(resourceType: .topic)], read, 0, []),
        ([AclFilter(patternType: .literal)], read, 0, []),
        ([AclFilter(patternType: .literal)], read + " (PREFIXED)", nil, ["the pattern is PREFIXED"]),
        ([AclFilter(patternType: .prefixed)], read, nil, ["the pattern is LITERAL"]),
        ([AclFilter(patternType: .prefixed)], read + " (PREFIXED)", 0, []),
        ([AclFilter(name: "orders")], read, 0, []),
        ([AclFilter(name: "orders")], read + " (PREFIXED)", 0, []),
        ([AclFilter(name: "order")], read, nil, ["the name is orders"]),
        ([AclFilter(name: "Orders")], read, nil, ["the name is orders"]),
        ([AclFilter(name: "*")], read, nil, ["the name is orders"]),
        ([AclFilter(name: "*")], "allow User:app to READ topic *", 0, []),
        ([AclFilter(patternType: .literal, name: "orders")], read, 0, []),
        ([AclFilter(patternType: .prefixed, name: "orders")], read, nil, ["the pattern is LITERAL"]),
        ([AclFilter(patternType: .match, name: "orders.v1")], read, nil, ["the name is orders"]),
        ([AclFilter(patternType: .match, name: "orders.v1")], read + " (PREFIXED)", 0, []),
        ([AclFilter(patternType: .match, name: "orders.v1")], "allow User:app to READ topic *", 0, []),
        ([AclFilter(principal: "User:app")], read, 0, []),
        ([AclFilter(principal: "User:App")], read, nil, ["the principal is User:app"]),
        ([AclFilter(principal: "User:*")], read, nil, ["the principal is User:app"]),
        ([AclFilter(host: "*")], read, 0, []),
        ([AclFilter(host: "*")], read + " from host h", nil, ["the host is h"]),
        ([AclFilter(operation: .read)], read, 0, []),
        ([AclFilter(operation: .all)], read, nil, ["the operation is READ"]),
        ([AclFilter(operation: .read)], "allow User:app to ALL topic orders", nil, ["the operation is ALL"]),
        ([AclFilter(permission: .allow)], read, 0, []),
        ([AclFilter(permission: .deny)], read, nil, ["the permission is allow"]),
        (
            [AclFilter(resourceType: .group), AclFilter(operation: .write), AclFilter(host: "h")], read, nil,
            ["the resource type is topic", "the operation is READ", "the host is *"]
        ),
    ]

    private func link(_ filters: [AclFilter], prefix: String = "") -> LinkSpec {
        var link = LinkSpec(name: "l", place: place(1), source: "a", destination: "b")
        link.aclFilters = AclFilters(filters)
        link.prefix = prefix
        link.configs["acl.sync.enable"] = "true"
        link.configPlaces["acl.filters"] = place(6)
        link.filterPlaces["acl.filters"] = filters.indices.map { place(7 + $0) }
        return link
    }

    private func place(_ line: Int) -> SourcePlace { SourcePlace(file: "l.yaml", line: line, column: 3) }

    private func lines(_ text: String, _ link: LinkSpec, as principal: String? = nil) throws -> [String] {
        AclExplanation(acl: try #require(AclBinding(text)), link: link, principal: principal).lines
    }

    @Test(arguments: table)
    func `says who decides`(_ filters: [AclFilter], _ acl: String, _ covered: Int?, _ differences: [String]) throws {
        let link = link(filters)
        let lines = try lines(acl, link)
        if let covered {
            let filter = filters[covered].described
            #expect(lines == ["synced as \(acl): \(filter) (l.yaml:\(7 + covered):3)", Self.kept])
        } else {
            #expect(lines.first == "not synced: no filter covers it (l.yaml:6:3)")
            let rest = zip(filters, differences).enumerated().map {
                "  \($1.0.described) (l.yaml:\(7 + $0):3): \($1.1)"
            }
            #expect(lines.dropFirst() == rest[...])
        }
        #expect(AclFilters(filters).covers(try #require(AclBinding(acl))) == (covered != nil))
    }

    /// Names on the destination are those that the sync itself makes.
    @Test(arguments: [
        (read, false, "allow User:app to READ topic eu.orders"),
        (read + " (PREFIXED)", false, "allow User:app to READ topic eu.orders (PREFIXED)"),
        ("allow User:app to READ topic *", false, "allow User:app to READ topic eu. (PREFIXED)"),
        ("allow User:app to READ group g", false, "allow User:app to READ group g"),
        ("allow User:app to READ group g", true, "allow User:app to READ group eu.g"),
        ("allow User:app to READ group *", true, "allow User:app to READ group eu. (PREFIXED)"),
        ("allow User:app to WRITE transactionalId t", true, "allow User:app to WRITE transactionalId t"),
        ("allow User:app to CREATE cluster kafka-cluster", true, "allow User:app to CREATE cluster kafka-cluster"),
    ])
    func `tells the name on the destination`(_ acl: String, _ prefixesGroups: Bool, _ copy: String) throws {
        var link = link([AclFilter()], prefix: "eu.")
        link.configs["consumer.group.prefix.enable"] = "\(prefixesGroups)"
        #expect(try lines(acl, link)[0] == "synced as \(copy): any on any resource (l.yaml:7:3)")
    }

    @Test func `tells what an ACL of the destination is a copy of`() throws {
        let link = link([AclFilter(name: "orders"), AclFilter(name: "*")], prefix: "eu.")
        #expect(
            try lines("allow User:app to READ topic eu.orders", link) == [
                "not synced: no filter covers it (l.yaml:6:3)",
                "  any on any resource orders (l.yaml:7:3): the name is eu.orders",
                "  any on any resource * (l.yaml:8:3): the name is eu.orders",
                "  on b it is the copy of allow User:app to READ topic orders: any on any resource orders (l.yaml:7:3); "
                    + "once the source lacks that, it is deleted on b if Lockstep created it (aclPrune: owned)",
            ])
        #expect(
            try lines("allow User:app to READ topic eu. (PREFIXED)", link).last?
                .hasPrefix("  on b it is the copy of allow User:app to READ topic *: ") == true)
        #expect(try lines("allow User:app to READ topic eu.other", link).count == 3)
    }

    @Test func `tells what the policy does once the source lacks it`() throws {
        var link = link([AclFilter()])
        link.aclPrune = .never
        #expect(try lines(Self.read, link)[1] == "  once the source lacks it, it stays on b (aclPrune: never)")
        link.aclPrune = .matching
        #expect(
            try lines(Self.read, link, as: "User:lockstep")[1]
                == "  once the source lacks it, it is deleted on b, whoever created it (aclPrune: matching)")
        #expect(
            try lines(Self.read, link, as: "User:app")[1]
                == "  once the source lacks it, it is deleted on b if Lockstep created it, because Lockstep works as "
                + "this principal (aclPrune: matching)")
    }

    @Test func `tells what would lock Lockstep out`() throws {
        var link = link([AclFilter()])
        let everybody = "deny User:* to WRITE topic orders"
        #expect(try lines(everybody, link).count == 2)
        link.mirrorTopics = [MirrorTopicSpec(name: "orders", sourceName: "orders", place: place(9))]
        let refused = try lines(everybody, link)
        #expect(refused.count == 1)
        #expect(refused[0].hasPrefix("not copied, although covered by any on any resource (l.yaml:7:3): it would deny"))
        #expect(try lines("deny User:me to WRITE topic orders", link).count == 2)
        #expect(try lines("deny User:me to WRITE topic orders", link, as: "User:me").count == 1)
        // What has stopped is Lockstep's no longer.
        link.mirrorTopics[0].state = .promoted
        #expect(try lines(everybody, link).count == 2)
        // Nor may anybody be denied what a filter will select.
        let filter = TopicFilter(name: "or", patternType: .prefixed, filterType: .include)
        link.autoCreateFilters = TopicFilters([filter])
        #expect(try lines(everybody, link).count == 1)
    }

    @Test func `says that nothing is synced while it is off`() throws {
        var link = link([AclFilter()])
        link.configs["acl.sync.enable"] = nil
        let off = ["not synced: aclFilters are not declared, or acl.sync.enable is not true"]
        #expect(try lines(Self.read, link) == off)
    }

    @Test func `the command takes what plan prints, and shows the form otherwise`() async throws {
        let folder = try TemporaryDirectory("why-acl")
        try folder.write("m/c.yaml", TwoClusters.clusters("127.0.0.1:1", "127.0.0.1:2"))
        try folder.write(
            "m/l.yaml",
            TwoClusters.link(
                """
                configs: {acl.sync.enable: true}
                mirrorTopicOptions: {prefix: eu.}
                aclFiltersFile: acls.json
                """))
        try folder.write(
            "m/acls.json",
            """
            {"aclFilters": [
              {"resourceFilter": {"resourceType": "group", "patternType": "any"},
               "accessFilter": {"operation": "any", "permissionType": "any"}},
              {"resourceFilter": {"resourceType": "topic", "patternType": "any"},
               "accessFilter": {"operation": "any", "permissionType": "any"}}]}
            """)
        let run = try await CommandRun.run(
            [lockstepExecutable, "why", "-f", "m", "--acl", Self.read + " (PREFIXED)"], directory: folder.path)
        #expect(run.exitCode == 0, "\(run.errorOutput)")
        #expect(
            run.output == """
                ACL allow User:app to READ topic orders (PREFIXED) on link l: synced as allow User:app to READ topic \
                eu.orders (PREFIXED): any on topic (m/acls.json:4:3)
                \(Self.kept)

                """)
        let wrong = try await CommandRun.run(
            [lockstepExecutable, "why", "-f", "m", "--acl", "TOPIC:orders"], directory: folder.path)
        #expect(wrong.exitCode == 64)
        #expect(wrong.errorOutput.contains(AclBinding.form), "\(wrong.errorOutput)")
    }
}
