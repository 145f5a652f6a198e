import EmbeddedBroker
import KafkaClient
import KafkaModel
import Manifest
import Planner
import TestSupport
import Testing

/// `lockstep doctor` about what is not there yet, and about what listings leave out because it may not be described.
@Suite struct DoctorVisibility {
    private static let lockstep = "User:lockstep"

    /// Two empty clusters with an authorizer, and a link whose filters select by prefix and by `*`.
    private static func with(_ body: (TwoClusters, [NeededRight]) async throws -> Void) async throws {
        let authorizer = AuthorizerOptions(superUsers: ["User:admin"])
        try await TwoClusters.with(authorizer: authorizer, users: ["admin", "lockstep"]) { clusters in
            try clusters.declareLogin(of: "lockstep")
            try clusters.folder.write(
                "m/link.yaml",
                TwoClusters.link(
                    """
                    mirrorTopicOptions:
                      prefix: eu.
                      autoCreateTopics:
                        enabled: true
                        topicFilters:
                          - {name: orders., patternType: PREFIXED, filterType: INCLUDE}
                          - {name: orders.tmp., patternType: PREFIXED, filterType: EXCLUDE}
                    configs: {consumer.offset.sync.enable: true, consumer.group.prefix.enable: true}
                    consumerGroupFilters: [{name: "*", patternType: LITERAL, filterType: INCLUDE}]
                    mirrorTopics: [{name: eu.later}]
                    """))
            await clusters.source.createTopic("later")
            let link = try #require(ManifestFiles.load([clusters.manifests]).desired?.links.first)
            try await body(clusters, RightsTable.needed(by: link))
        }
    }

    private static func change(
        _ clusters: TwoClusters, add: [NeededRight] = [], remove: [NeededRight] = []
    ) async throws {
        for side in NeededRight.Side.allCases {
            let broker = side == .source ? clusters.source : clusters.destination
            try await clusters.withClient(of: broker, as: "admin") { admin in
                let wanted = add.filter { $0.side == side }.map { $0.grant.binding(to: lockstep) }
                let unwanted = remove.filter { $0.side == side }.map { $0.grant.binding(to: lockstep) }
                for result in try await admin.createAcls(wanted).values { try result.get() }
                for result in try await admin.deleteAcls(unwanted).values { try result.get() }
            }
        }
    }

    /// What doctor finds wrong with the link's rights.
    private static func problems(_ clusters: TwoClusters) async throws -> [String] {
        let run = try await clusters.run("doctor")
        let problems = run.output.split(separator: "\n").filter { $0.hasPrefix("problem") }.map(String.init)
        #expect(run.exitCode == (problems.isEmpty ? 0 : 1), "\(run.exit) \(run.errorOutput)")
        return problems
    }

    @Test(.timeLimit(.minutes(2)))
    func `is green with the documented ACLs before anything exists, and names each one that is missing`() async throws {
        try await Self.with { clusters, rights in
            #expect(rights.count == 22)
            try await Self.change(clusters, add: rights)
            #expect(try await Self.problems(clusters) == [])
            for right in rights {
                try await Self.change(clusters, remove: [right])
                let named = try await Self.problems(clusters).filter { $0.contains("kafka-acls.sh") }
                #expect(named.count == 1, "\(right.grant): \(named)")
                let command = right.grant.command(principal: Self.lockstep)
                #expect(named.first?.hasSuffix(command) == true, "\(right.grant): \(named)")
                try await Self.change(clusters, add: [right])
            }
            #expect(try await Self.problems(clusters) == [])
            // Asking has made nothing.
            #expect(await clusters.destination.logOffsets("__lockstep", 0) == nil)
            #expect(await clusters.destination.logOffsets("eu.later", 0) == nil)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `says that it cannot see all topics or groups, unless something shows them`() async throws {
        try await Self.with { clusters, rights in
            try await Self.change(clusters, add: rights)
            let topics = try #require(rights.first { $0.grant == AclGrant(.read, .topic, "orders.", .prefixed) })
            try await Self.change(clusters, remove: [topics])
            let prefix = "problem  link l: cannot see all "
            let unseen = try await Self.problems(clusters)
            #expect(unseen.count == 1)
            #expect(
                unseen.first == prefix + "topics: cluster a lists only what it may DESCRIBE, and that is not all that "
                    + "topicFilters select. Name the topics in the filters, or grant READ on topic orders. (PREFIXED): "
                    + topics.grant.command(principal: Self.lockstep))
            // One topic of many does not show the others.
            let one = NeededRight(.source, AclGrant(.read, .topic, "orders.v1"), .mirroring)
            try await Self.change(clusters, add: [one])
            #expect(try await Self.problems(clusters).first?.hasPrefix(prefix + "topics") == true)
            // A longer prefix neither, a shorter one does.
            let longer = NeededRight(.source, AclGrant(.read, .topic, "orders.v", .prefixed), .mirroring)
            try await Self.change(clusters, add: [longer])
            #expect(try await Self.problems(clusters).first?.hasPrefix(prefix + "topics") == true)
            let shorter = NeededRight(.source, AclGrant(.read, .topic, "ord", .prefixed), .mirroring)
            try await Self.change(clusters, add: [shorter])
            #expect(try await Self.problems(clusters) == [])

            let groups = try #require(rights.first { $0.grant == AclGrant(.describe, .group, "*") })
            try await Self.change(clusters, remove: [groups])
            let hidden = try await Self.problems(clusters)
            #expect(hidden.count == 1)
            #expect(
                hidden.first == prefix + "groups: cluster a lists only what it may DESCRIBE, and that is not all that "
                    + "consumerGroupFilters select. Name the groups in the filters, or grant DESCRIBE on group *: "
                    + groups.grant.command(principal: Self.lockstep))
            // With DESCRIBE on the cluster all are listed, and their offsets may still not be read.
            let cluster = NeededRight(.source, .onCluster(.describe), .offsetSync)
            try await Self.change(clusters, add: [cluster])
            let listed = try await Self.problems(clusters)
            #expect(listed.count == 1)
            #expect(
                listed.first?.hasPrefix("problem  link l: cluster a does not permit DESCRIBE on group *, needed for")
                    == true)
            let everything = NeededRight(.source, AclGrant(.read, .group, "*"), .offsetSync)
            try await Self.change(clusters, add: [everything])
            #expect(try await Self.problems(clusters) == [])
        }
    }
}
