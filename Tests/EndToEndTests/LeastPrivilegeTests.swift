import TestSupport
import Testing

extension EndToEnd {
    /// Everything as a user whom Kafka permits what `doctor --acls` prints and nothing more, and without each of it.
    @Suite(
        "Least privilege", .enabled(if: KafkaInstallation.release("4.") != nil), .serialized, .timeLimit(.minutes(5)))
    struct LeastPrivilegeTests {
        private let site: SecuredSite
        private let source: String
        private let destination: String

        init() async throws {
            site = try await SecuredSite(
                sourcePassword: "s-pass", destinationPassword: "d-pass", mayDoEverything: false)
            source = site.source.cluster.bootstrapServers
            destination = site.destination.cluster.bootstrapServers
        }

        private func declare(_ state: String = "ACTIVE") throws {
            try site.declareWithPasswords(
                state: state,
                more: """
                      consumerGroupFilters: [{name: \(site.name), patternType: LITERAL, filterType: INCLUDE}]
                      aclFilters:
                        - resourceFilter: {resourceType: topic, patternType: any, name: \(site.name)}
                          accessFilter: {principal: "User:reader", operation: any, permissionType: any}
                    """,
                configs: "consumer.offset.sync.enable: true, consumer.offset.sync.ms: 1000, acl.sync.enable: true, "
                    + "acl.sync.ms: 1000, topic.config.sync.ms: 1000")
        }

        /// Runs `lockstep` as the user.
        private func run(_ arguments: String...) async throws -> CommandRun {
            var site = site
            site.environment["SOURCE_PASSWORD"] = "s-pass"
            site.environment["DESTINATION_PASSWORD"] = "d-pass"
            return try await site.run(arguments)
        }

        private func documented() async throws -> [DocumentedRight] {
            try DocumentedRight.parse(try await run("doctor", "--acls").output)
        }

        private func problems() async throws -> [String] {
            let run = try await run("doctor")
            let problems = run.output.split(separator: "\n").filter { $0.hasPrefix("problem") }.map(String.init)
            #expect(run.exitCode == (problems.isEmpty ? 0 : 1), "\(run.errorOutput)")
            return problems
        }

        /// Without one right doctor names it, with the command that grants it.
        private func expectNamed(_ right: DocumentedRight) async throws {
            let servers = right.isSource ? source : destination
            try await site.probe.removeAcls(right.acl, on: servers)
            let problems = try await problems()
            let cluster = right.isSource ? "paris" : "dublin"
            let isNamed = problems.contains {
                $0.contains("cluster \(cluster) does not permit \(right.sentence), needed for")
                    && $0.hasSuffix(right.command)
            }
            #expect(isNamed, "\(right.sentence) on \(cluster): \(problems)")
            #expect(problems.count(where: { $0.contains("does not permit") }) == 1, "\(right.sentence): \(problems)")
            try await site.probe.addAcls(right.acl, on: servers)
        }

        @Test func `runs with the documented ACLs, and names each one that is missing`() async throws {
            try declare()
            let rights = try await documented()
            #expect(rights.count == 17)
            #expect(try await !problems().isEmpty)
            try await grant(rights)
            #expect(try await problems() == [])
            // The state topic of this cluster may be there already, for other links.
            for right in rights where right.isCreation && right.acl.hasPrefix("TOPIC \(site.name) ") {
                try await expectNamed(right)
            }
            let apply = try await run("apply", "--auto-approve")
            #expect(apply.exitCode == 0, "\(apply.output)\(apply.errorOutput)")
            try await expectSynced()
            for right in rights where !right.isCreation { try await expectNamed(right) }
            try declare("PROMOTED")
            let worker = try startWorker()
            let promoted = try await run("apply", "--auto-approve", "--allow-irreversible")
            #expect(promoted.exitCode == 0, "\(promoted.output)\(promoted.errorOutput)")
            try await worker.stop()
        }

        @Test func `a worker lives through each missing right, and goes on`() async throws {
            try declare()
            let rights = try await documented()
            try await grant(rights)
            let apply = try await run("apply", "--auto-approve")
            #expect(apply.exitCode == 0, "\(apply.output)\(apply.errorOutput)")
            let worker = try startWorker()
            try await worker.waitForLine(containing: "ACTIVE", inErrors: true)
            for (number, right) in rights.enumerated() where !right.isCreation {
                let servers = right.isSource ? source : destination
                let heard = worker.errorOutput.count
                try await site.probe.removeAcls(right.acl, on: servers)
                try await change(number + 1)
                if right.isWorkers {
                    try await waitUntil(
                        "the worker tells of \(right.sentence)", within: .seconds(20), every: .milliseconds(100)
                    ) {
                        let lines = worker.errorOutput.dropFirst(heard).split(separator: "\n")
                        return lines.contains { $0.contains(right.operation) && $0.contains(right.subject) }
                    }
                    try await site.probe.addAcls(right.acl, on: servers)
                }
                try await expectArrival(number + 1)
                if !right.isWorkers { try await site.probe.addAcls(right.acl, on: servers) }
                #expect(worker.exit == nil, "\(right.sentence)")
            }
            try await expectNewcomer(rights)
            #expect(worker.exit == nil)
            #expect(try await site.difference(records: 30 * rights.count(where: { !$0.isCreation })) == nil)
            try await worker.stop()
        }

        /// A worker that may not read its own group when it starts waits for the right, and then shares the work.
        private func expectNewcomer(_ rights: [DocumentedRight]) async throws {
            let right = try #require(rights.first { !$0.isSource && $0.acl.hasPrefix("GROUP lockstep.") })
            try await site.probe.removeAcls(right.acl, on: destination)
            let newcomer = try startWorker()
            try await newcomer.waitForLine(containing: "workers' group: ", inErrors: true)
            try await site.probe.addAcls(right.acl, on: destination)
            try await newcomer.waitForLine(containing: "2 worker(s)", inErrors: true)
            try await newcomer.stop()
        }

        /// One more of everything that is synced, on the source.
        private func change(_ round: Int) async throws {
            let name = site.name
            _ = try await site.probe.produce(
                RecordMix(records: 30, partitions: 3, sizes: 10...100), to: name, on: source, job: uniqueName("job"))
            try await site.probe.commit(group: name, topic: name, on: source, [0: Int64(round)])
            try await site.probe.addAcls(acl(round), on: source)
            try await site.probe.alterConfigs(of: name, on: source, ["max.message.bytes": "\(2_000_000 + round)"])
            try await site.probe.growTopic(name, on: source, partitions: 3 + round)
        }

        private func acl(_ round: Int) -> String { "TOPIC \(site.name) LITERAL User:reader 10.0.0.\(round) READ ALLOW" }

        private func expectArrival(_ round: Int) async throws {
            let name = site.name
            try await waitUntil("round \(round) has arrived", within: .seconds(60), every: .milliseconds(200)) {
                let ends = try await site.probe.offsets(of: name, on: source).ends
                guard try await site.probe.offsets(of: name, on: destination).ends == ends,
                    try await site.probe.committed(group: name, topic: name, on: destination)[0] == Int64(round),
                    try await site.probe.acls(on: destination).contains(acl(round))
                else { return false }
                let configs = try await site.probe.describeTopic(name, on: destination).configs
                return configs["max.message.bytes"] == "\(2_000_000 + round)"
            }
        }

        /// Grants them all, the first one with the very command that is printed.
        private func grant(_ rights: [DocumentedRight]) async throws {
            let first = try #require(rights.first)
            let words = first.command.split(separator: " ").map(String.init)
            let run = try await site.tools.run(
                words[0], ["--bootstrap-server", first.isSource ? source : destination] + words.dropFirst())
            #expect(run.exitCode == 0, "\(run.output)\(run.errorOutput)")
            for right in rights.dropFirst() {
                try await site.probe.addAcls(right.acl, on: right.isSource ? source : destination)
            }
            #expect(try await site.probe.acls(on: first.isSource ? source : destination).contains(first.acl))
        }

        private func startWorker() throws -> RunningCommand {
            var site = site
            site.environment["SOURCE_PASSWORD"] = "s-pass"
            site.environment["DESTINATION_PASSWORD"] = "d-pass"
            return try site.startWorker()
        }

        /// Records, a group's offset, an ACL, a config and a partition arrive.
        private func expectSynced() async throws {
            let worker = try startWorker()
            let name = site.name
            _ = try await site.probe.produce(
                RecordMix(records: 300, partitions: 3, sizes: 10...100), to: name, on: source, job: uniqueName("job"))
            try await site.probe.commit(group: name, topic: name, on: source, [0: 5])
            let acl = "TOPIC \(name) LITERAL User:reader * READ ALLOW"
            try await site.probe.addAcls(acl, on: source)
            try await site.probe.alterConfigs(of: name, on: source, ["max.message.bytes": "2000000"])
            try await site.probe.growTopic(name, on: source, partitions: 4)
            try await waitUntil("everything has arrived", within: .seconds(60), every: .milliseconds(200)) {
                let ends = try await site.probe.offsets(of: name, on: source).ends
                guard try await site.probe.offsets(of: name, on: destination).ends == ends, ends.count == 4,
                    try await site.probe.committed(group: name, topic: name, on: destination)[0] == 5,
                    try await site.probe.acls(on: destination).contains(acl)
                else { return false }
                let configs = try await site.probe.describeTopic(name, on: destination).configs
                return configs["max.message.bytes"] == "2000000"
            }
            #expect(try await site.difference(records: 300) == nil)
            try await worker.stop()
        }
    }
}
