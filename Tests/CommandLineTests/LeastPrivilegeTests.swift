import Credentials
import EmbeddedBroker
import KafkaClient
import KafkaModel
import TestSupport
import Testing

/// Everything with exactly the ACLs that `doctor --acls` prints and nothing more, and without each of them.
@Suite struct LeastPrivilege {
    private static let lockstep = "User:lockstep"

    /// Two clusters where the program is `User:lockstep`, whom only ACLs permit something.
    private static func with(_ body: (TwoClusters) async throws -> Void) async throws {
        let authorizer = AuthorizerOptions(superUsers: ["User:admin"])
        try await TwoClusters.with(authorizer: authorizer, users: ["admin", "lockstep"]) { clusters in
            try clusters.declareLogin(of: "lockstep")
            try declare(clusters, "ACTIVE")
            await clusters.source.createTopic("orders", partitions: 2)
            for number in 0..<6 {
                await clusters.source.appendRecord(value: "\(number)", to: "orders", Int32(number % 2))
            }
            try await body(clusters)
        }
    }

    private static func declare(_ clusters: TwoClusters, _ state: String) throws {
        try clusters.folder.write(
            "m/link.yaml",
            TwoClusters.link(
                """
                configs: {acl.sync.enable: true, acl.sync.ms: 1000}
                aclFilters:
                  - resourceFilter: {resourceType: topic, patternType: any, name: orders}
                    accessFilter: {principal: "User:app", operation: any, permissionType: any}
                mirrorTopics: [{name: orders, state: \(state)}]
                """))
    }

    /// A right as a line of `doctor --acls` has it, and on which side.
    private struct Right: Hashable {
        var isSource: Bool
        var grant: AclGrant
    }

    /// The rights that `doctor --acls` prints.
    private static func documented(_ clusters: TwoClusters) async throws -> [Right] {
        let run = try await clusters.run("doctor", "--acls")
        #expect(run.exitCode == 0)
        var isSource = true
        var rights: [Right] = []
        for line in run.output.split(separator: "\n") {
            if line.hasPrefix("# link") { isSource = line.contains("source") }
            guard line.hasPrefix("kafka-acls.sh") else { continue }
            let words = line.split(separator: " ").map(String.init)
            func value(_ flag: String) -> String? { words.firstIndex(of: flag).map { words[$0 + 1] } }
            let operation = AclOperation.allCases.first { $0.toolName == value("--operation") }
            let resource: (AclResourceType, String) =
                if let topic = value("--topic") {
                    (.topic, topic)
                } else if let group = value("--group") {
                    (.group, group)
                } else if let id = value("--transactional-id") {
                    (.transactionalId, id)
                } else {
                    (.cluster, AclBinding.clusterName)
                }
            rights.append(
                Right(
                    isSource: isSource, grant: AclGrant(try #require(operation), resource.0, resource.1)))
        }
        return rights
    }

    private static func change(_ clusters: TwoClusters, add: [Right] = [], remove: [Right] = []) async throws {
        for isSource in [true, false] {
            try await clusters.withClient(
                of: isSource ? clusters.source : clusters.destination, as: "admin"
            ) { admin in
                let wanted = add.filter { $0.isSource == isSource }.map { $0.grant.binding(to: lockstep) }
                let unwanted = remove.filter { $0.isSource == isSource }.map { $0.grant.binding(to: lockstep) }
                for result in try await admin.createAcls(wanted).values { try result.get() }
                for result in try await admin.deleteAcls(unwanted).values { try result.get() }
            }
        }
    }

    /// The problems that doctor names.
    private static func problems(_ clusters: TwoClusters) async throws -> [String] {
        let run = try await clusters.run("doctor")
        let problems = run.output.split(separator: "\n").filter { $0.hasPrefix("problem") }.map(String.init)
        #expect(run.exitCode == (problems.isEmpty ? 0 : 1))
        return problems
    }

    /// Without one right doctor names exactly that one.
    private static func expectNamed(_ right: Right, _ clusters: TwoClusters) async throws {
        try await change(clusters, remove: [right])
        let problems = try await problems(clusters)
        let sentence = "cluster \(right.isSource ? "a" : "b") does not permit \(right.grant), needed for"
        #expect(problems.count(where: { $0.contains(sentence) }) == 1, "\(right.grant): \(problems)")
        let command = right.grant.command(principal: lockstep)
        #expect(problems.allSatisfy { $0.contains(command) || !$0.contains("needed for") })
        try await change(clusters, add: [right])
    }

    @Test(.timeLimit(.minutes(2)))
    func `runs with the documented ACLs, and names each one that is missing`() async throws {
        try await Self.with { clusters in
            let rights = try await Self.documented(clusters)
            #expect(rights.count == 15)
            #expect(try await Self.problems(clusters).count >= 5)
            try await Self.change(clusters, add: rights)
            #expect(try await Self.problems(clusters) == [])
            for right in rights where right.grant.operation == .create {
                try await Self.expectNamed(right, clusters)
            }
            let applied = try await clusters.run("apply", "--auto-approve")
            #expect(applied.exitCode == 0, "\(applied.output)\(applied.errorOutput)")
            let worker = try clusters.start("worker", "--link", "l")
            try await clusters.untilMirrored("orders", [3, 3])
            let acl = AclBinding(.allow, "User:app", .read, .topic, "orders")
            try await clusters.withClient(of: clusters.source, as: "admin") { _ = try await $0.createAcls([acl]) }
            try await waitUntil("the ACL is copied", within: .seconds(20)) {
                try await clusters.withClient(of: clusters.destination, as: "admin") {
                    try await $0.describeAcls().bindings.contains(acl)
                }
            }
            for right in rights where right.grant.operation != .create {
                try await Self.expectNamed(right, clusters)
            }
            #expect(try await Self.problems(clusters) == [])
            try Self.declare(clusters, "PROMOTED")
            let promoted = try await clusters.run("apply", "--auto-approve", "--allow-irreversible")
            #expect(promoted.exitCode == 0, "\(promoted.output)\(promoted.errorOutput)")
            try await worker.stop()
        }
    }

    /// What may not be read is not there for the views, and they say so with the reason and the exit code.
    @Test(.timeLimit(.minutes(1)))
    func `status and describe fail when they may not read everything`() async throws {
        try await Self.with { clusters in
            let rights = try await Self.documented(clusters)
            try await Self.change(clusters, add: rights)
            #expect(try await clusters.run("apply", "--auto-approve").exitCode == 0)
            let well = try await clusters.run("status", "-o", "json")
            #expect(well.exitCode == 0 && well.output.contains("\"complete\": true"), "\(well.output)")
            #expect(try await clusters.run("describe").exitCode == 0)
            for (isSource, type, name, sentence) in [
                (false, AclResourceType.group, "", "workers unknown (cluster b: "),
                (true, .topic, "orders", "      cannot be read in full: cluster a: "),
                (
                    false, .topic, "orders",
                    "      cannot be read in full: cluster b does not tell the partitions of topic orders: "
                ),
            ] {
                let taken = rights.filter {
                    $0.isSource == isSource && $0.grant.resourceType == type && $0.grant.name.hasPrefix(name)
                }
                #expect(!taken.isEmpty)
                try await Self.change(clusters, remove: taken)
                let status = try await clusters.run("status")
                #expect(status.exitCode == 1 && status.output.contains(sentence), "\(status.output)")
                let json = try await clusters.run("status", "-o", "json")
                #expect(json.exitCode == 1 && json.output.contains("\"complete\": false"), "\(json.output)")
                let describe = try await clusters.run("describe")
                #expect(describe.exitCode == 1)
                let cluster = isSource ? "a" : "b"
                let note = "lockstep: link l: mirror topic orders cannot be read in full: cluster \(cluster)"
                #expect(describe.errorOutput.contains(note) == (type == .topic), "\(describe.errorOutput)")
                try await Self.change(clusters, add: taken)
            }
        }
    }
}
