import TestSupport
import Testing

extension EndToEnd {
    /// ACLs of real clusters with authorizers follow the source, as Kafka's own admin client sees them.
    @Suite("ACLs are synced", .enabled(if: KafkaInstallation.isGiven), .timeLimit(.minutes(5)), .serialized)
    struct AclSyncTests {
        private let source: String
        private let destination: String
        private let probe: KafkaProbe
        private let link: LinkFixture
        /// Part of every name, so that cases share clusters.
        private let app = uniqueName("app")

        init() async throws {
            let kafka = try KafkaInstallation.required()
            let source = try await SharedClusters.secured(kafka, .source).cluster
            let destination = try await SharedClusters.secured(kafka, .destination).cluster
            probe = try await KafkaProbe.shared(kafka)
            link = try LinkFixture(source: source, destination: destination)
            self.source = source.bootstrapServers
            self.destination = destination.bootstrapServers
        }

        private func filters(prune: String = "owned", type: String = "topic") -> String {
            """
              policy: {aclPrune: \(prune)}
              aclFilters:
                - resourceFilter: {resourceType: \(type), patternType: any}
                  accessFilter: {principal: "User:\(app)", operation: any, permissionType: any}
            """
        }

        private func declare(_ more: String, prefix: String = "") throws {
            try link.declare(
                [], more: more + (prefix.isEmpty ? "" : "\n  mirrorTopicOptions: {prefix: \(prefix)}"),
                configs: "acl.sync.enable: true, acl.sync.ms: 1000")
        }

        /// The destination's ACLs of this case.
        private func mine() async throws -> Set<String> {
            try await probe.acls(on: destination).filter { $0.contains("User:\(app) ") }
        }

        private func expectSoon(_ acls: Set<String>) async throws {
            var seen: Set<String> = []
            do {
                try await waitUntil("the ACLs are as on the source", within: .seconds(30)) {
                    seen = try await mine()
                    return seen == acls
                }
            } catch {
                let status = try await link.run("status")
                throw HarnessError("\(error): \(seen)\n\(status.output)\(status.errorOutput)")
            }
        }

        private func acl(_ topic: String, _ operation: String, _ pattern: String = "LITERAL", type: String = "TOPIC")
            -> String
        { "\(type) \(topic) \(pattern) User:\(app) * \(operation) ALLOW" }

        @Test func `additions and removals follow, what was made by hand stays`() async throws {
            let read = acl("orders-\(app)", "READ")
            let byHand = acl("by-hand-\(app)", "WRITE")
            try await probe.addAcls(byHand, on: destination)
            try await probe.addAcls(read, acl("g-\(app)", "READ", type: "GROUP"), on: source)
            try declare(filters())
            let plan = try await link.run("plan")
            try await link.apply()
            let again = try await link.run("plan", "--detailed-exitcode")
            #expect(plan.exitCode == 0)
            #expect(again.exitCode == 0, "the plan of ACLs is no change: \(again.output)")
            #expect(again.output.contains("the next ACL sync creates 1 and deletes 0 on dublin"))
            #expect(again.output.contains("+ ACL: allow User:\(app) to READ topic orders-\(app)"))
            let worker = try link.startWorker("1")
            try await expectSoon([read, byHand])
            let prefixed = acl("ord-\(app)", "DESCRIBE_CONFIGS", "PREFIXED")
            try await probe.addAcls(prefixed, on: source)
            try await expectSoon([read, prefixed, byHand])
            try await probe.removeAcls(read, on: source)
            try await expectSoon([prefixed, byHand])
            let settled = try await link.run("plan")
            #expect(settled.output.hasPrefix("No changes."))
            #expect(!settled.output.contains("ACL"))
            try await probe.removeAcls(prefixed, on: source)
            try await expectSoon([byHand])
            try await worker.stop()
        }

        @Test func `matching removes what was made by hand, as far as the filter covers it`() async throws {
            let covered = acl("by-hand-\(app)", "WRITE")
            let group = acl("by-hand-\(app)", "READ", type: "GROUP")
            try await probe.addAcls(covered, group, on: destination)
            try declare(filters(prune: "matching"))
            try await link.apply()
            let plan = try await link.run("plan")
            #expect(plan.output.contains("- ACL: allow User:\(app) to WRITE topic by-hand-\(app)"))
            let worker = try link.startWorker("1")
            try await expectSoon([group])
            try await worker.stop()
        }

        @Test func `names are rewritten when the link has a prefix`() async throws {
            try await probe.addAcls(acl("orders-\(app)", "READ"), acl("*", "DESCRIBE"), on: source)
            try declare(filters(), prefix: "p\(app.suffix(4)).")
            let plan = try await link.run("plan")
            #expect(plan.output.contains("those of topics get the prefix"))
            try await link.apply()
            let worker = try link.startWorker("1")
            try await expectSoon([
                acl("p\(app.suffix(4)).orders-\(app)", "READ"), acl("p\(app.suffix(4)).", "DESCRIBE", "PREFIXED"),
            ])
            try await worker.stop()
        }

        @Test func `without an authorizer the task says so`() async throws {
            let kafka = try KafkaInstallation.required()
            let open = try await SharedClusters.cluster(kafka, .destination)
            let secured = try await SharedClusters.secured(kafka, .source).cluster
            let link = try LinkFixture(source: secured, destination: open)
            try link.declare(
                [], more: filters(),
                configs: "acl.sync.enable: true, acl.sync.ms: 1000")
            try await link.apply()
            let plan = try await link.run("plan")
            #expect(plan.output.contains("ACLs are not synced: cluster dublin has no authorizer"))
            let worker = try link.startWorker("1")
            try await waitUntil("the status says why", within: .seconds(30)) {
                let status = try await link.run("status")
                return status.output.contains("SECURITY_DISABLED_ERROR")
                    || status.output.contains("cluster dublin has no authorizer")
            }
            try await worker.stop()
        }
    }
}
