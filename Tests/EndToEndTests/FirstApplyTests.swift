import TestSupport
import Testing

extension EndToEnd {
    /// On a cluster that has no state topic yet, for a user who may not make it.
    @Suite("First apply", .enabled(if: KafkaInstallation.release("4.") != nil), .timeLimit(.minutes(3)))
    struct FirstApplyTests {
        @Test func `names the right to make the state topic, and works once it is there`() async throws {
            let own = try await SecuredCluster.start(KafkaInstallation.required("4."))
            do {
                try await run(own)
            } catch {
                await own.cluster.stop()
                throw error
            }
            await own.cluster.stop()
        }

        private func run(_ own: SecuredCluster) async throws {
            var site = try await SecuredSite(
                destination: own, sourcePassword: "s-pass", destinationPassword: "d-pass", mayDoEverything: false)
            site.environment["SOURCE_PASSWORD"] = "s-pass"
            site.environment["DESTINATION_PASSWORD"] = "d-pass"
            try site.declareWithPasswords()
            let servers = own.cluster.bootstrapServers
            let rights = try DocumentedRight.parse(try await site.run(["doctor", "--acls"]).output)
            let creation = try #require(rights.first { $0.sentence == "CREATE on topic __lockstep" })
            for right in rights where right.acl != creation.acl {
                try await site.probe.addAcls(
                    right.acl, on: right.isSource ? site.source.cluster.bootstrapServers : servers)
            }

            let doctor = try await site.run(["doctor"])
            #expect(doctor.exitCode == 1)
            let problems = doctor.output.split(separator: "\n").filter { $0.hasPrefix("problem") }
            #expect(
                problems == [
                    "problem  link \(site.name): cluster dublin does not permit CREATE on topic __lockstep, needed for the "
                        + "link and its workers: \(creation.command)"
                ], "\(doctor.output)")
            // Asking has made nothing, not even what coordinators keep their things in.
            #expect(try await topics(site) == [])
            let apply = try await site.run(["apply", "--auto-approve"])
            #expect(apply.exitCode == 1, "\(apply.output)")
            let shown = apply.output + apply.errorOutput
            for words in [
                "topic __lockstep", "principal CREATE on topic __lockstep", "--operation Create --topic __lockstep",
            ] {
                #expect(shown.contains(words), "\(shown)")
            }
            #expect(try await topics(site).isDisjoint(with: ["__lockstep", site.name]))

            try await site.probe.addAcls(creation.acl, on: servers)
            #expect(try await site.run(["doctor"]).exitCode == 0)
            let again = try await site.run(["apply", "--auto-approve"])
            #expect(again.exitCode == 0, "\(again.output)\(again.errorOutput)")
            #expect(try await topics(site).isSuperset(of: ["__lockstep", site.name]))
            #expect(try await site.run(["doctor"]).exitCode == 0)
        }

        /// All topics of the destination, internal ones among them.
        private func topics(_ site: SecuredSite) async throws -> Set<String> {
            let list = try await site.tools.run(
                "kafka-topics.sh", ["--bootstrap-server", site.destination.cluster.bootstrapServers, "--list"])
            #expect(list.exitCode == 0, "\(list.errorOutput)")
            return Set(list.output.split(separator: "\n").map(String.init))
        }
    }
}
