import EmbeddedBroker
import Foundation
import KafkaProtocol
import TestSupport
import Testing

/// New source topics that filters select: found by workers and by applies, beside each other.
@Suite(.serialized) struct DiscoveryCommands {
    private static let configs = "configs: {metadata.max.age.ms: 1000}"

    private func declare(
        _ clusters: TwoClusters, _ filters: String, mirrorTopics: String = "[]", prefix: String = "", more: String = ""
    ) throws {
        try clusters.folder.write(
            "m/link.yaml",
            TwoClusters.link(
                """
                \(Self.configs)
                mirrorTopicOptions:
                  prefix: "\(prefix)"
                  autoCreateTopics: {enabled: true, topicFilters: [\(filters)]}
                mirrorTopics: \(mirrorTopics)
                \(more)
                """))
    }

    private func filter(_ name: String, _ type: String = "INCLUDE") -> String {
        "{name: \"\(name)\", patternType: \(name == "*" ? "LITERAL" : "PREFIXED"), filterType: \(type)}"
    }

    private func apply(_ clusters: TwoClusters, _ flags: String...) async throws {
        let run = try await CommandRun.run(
            [lockstepExecutable, "apply", "-y", "-f", clusters.manifests] + flags,
            environment: ["LOCKSTEP_STATE_DIR": clusters.state])
        #expect(run.exitCode == 0, "\(run.output)\(run.errorOutput)")
    }

    @Test(.timeLimit(.minutes(2)))
    func `a worker finds what the filters select, reports a clash, and touches nothing else`() async throws {
        try await TwoClusters.with { clusters in
            let (source, destination) = (clusters.source, clusters.destination)
            try declare(clusters, "\(filter("t.")), \(filter("t.tmp.", "EXCLUDE"))")
            try await apply(clusters)
            let worker = try clusters.start("worker", "--link", "l", "--instance-id", "w1")
            try await worker.waitForLine(containing: "1 worker(s)", inErrors: true)
            await destination.createTopic("t.taken")
            let theirs = await destination.topicId("t.taken")
            for name in ["t.taken", "t.tmp.x", "other", "__internal", "t.a"] { await source.createTopic(name) }
            await source.appendRecord(value: "x", to: "t.a")
            // Far below the five minutes of the default, and enough for a machine that has other things to do.
            try await waitUntil("t.a is mirrored", within: .seconds(60)) {
                await destination.logOffsets("t.a")?.logEnd == 1
            }
            try await worker.waitForLine(containing: "TOPIC_EXISTS_ERROR", inErrors: true)
            for name in ["t.tmp.x", "other", "__internal"] {
                #expect(await destination.topicId(name) == nil, "\(name)")
            }
            #expect(await destination.topicId("t.taken") == theirs)
            let status = try await clusters.run("status")
            #expect(status.output.contains("AutoCreateMirror"), "\(status.output)")
            let plan = try await clusters.run("plan", "--detailed-exitcode")
            #expect(plan.exitCode == 0, "\(plan.output)\(plan.errorOutput)")
            #expect(plan.output.contains("Note: mirror topic t.taken: TOPIC_EXISTS_ERROR"), "\(plan.output)")
            try await worker.stop()
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `narrower filters keep what is mirrored, and what an entry declares ABSENT does not come back`() async throws {
        try await TwoClusters.with { clusters in
            let (source, destination) = (clusters.source, clusters.destination)
            await source.createTopic("t.a")
            await source.createTopic("t.gone")
            try declare(clusters, filter("t."))
            try await apply(clusters)
            let worker = try clusters.start("worker", "--link", "l", "--instance-id", "w1")
            try await worker.waitForLine(containing: ": ACTIVE", inErrors: true)

            try declare(
                clusters, filter("t."), mirrorTopics: "[{name: t.gone, state: ABSENT}]",
                more: "policy: {deletionProtection: false}")
            try await apply(clusters, "--allow-delete")
            await source.createTopic("t.b")
            try await waitUntil("a discovery later") { await destination.topicId("t.b") != nil }
            #expect(await destination.topicId("t.gone") == nil)

            try declare(clusters, filter("u."))
            try await apply(clusters)
            await source.createTopic("t.c")
            await source.createTopic("u.a")
            await source.appendRecord(value: "x", to: "t.a")
            try await waitUntil("the new filter holds") { await destination.topicId("u.a") != nil }
            try await waitUntil("t.a is still mirrored") {
                await destination.logOffsets("t.a")?.logEnd == 1
            }
            #expect(await destination.topicId("t.c") == nil)
            try await worker.stop()
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `applies and plans beside a discovery end as if they were alone`() async throws {
        try await TwoClusters.with { clusters in
            try declare(clusters, filter("*"), mirrorTopics: "[{name: own}]")
            await clusters.source.createTopic("own")
            try await apply(clusters)
            let worker = try clusters.start("worker", "--link", "l", "--instance-id", "w1")
            try await worker.waitForLine(containing: "1 worker(s)", inErrors: true)
            for round in 0..<6 {
                for number in 0..<20 { await clusters.source.createTopic("r\(round).\(number)") }
                // Each apply has something to write, beside what it finds of the new topics.
                let state = round % 2 == 0 ? "PAUSED" : "ACTIVE"
                try declare(clusters, filter("*"), mirrorTopics: "[{name: own, state: \(state)}]")
                async let planned = clusters.run("plan", "--detailed-exitcode")
                let applied = try await clusters.run("apply", "-y")
                #expect(applied.exitCode == 0, "round \(round): \(applied.output)\(applied.errorOutput)")
                let plan = try await planned
                #expect(plan.exitCode == 0 || plan.exitCode == 2, "round \(round): \(plan.output)\(plan.errorOutput)")
            }
            try await waitUntil("everything is mirrored", within: .seconds(30), every: .milliseconds(300)) {
                let plan = try await clusters.run("plan", "--detailed-exitcode")
                return plan.exitCode == 0
            }
            try await worker.stop()
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a discovery that cannot get the lock says why, and not that it waits`() async throws {
        try await TwoClusters.with { clusters in
            try declare(clusters, filter("t."))
            try await apply(clusters)
            await clusters.destination.intercept(.initProducerId, .always) { request in
                let isOfApply = request.decoded(as: InitProducerIdRequest.self)?.transactionalId == "lockstep"
                return isOfApply ? .fail(.transactionalIdAuthorizationFailed) : .pass
            }
            let worker = try clusters.start("worker", "--link", "l", "--instance-id", "w1")
            await clusters.source.createTopic("t.a")
            try await worker.waitForLine(containing: "TRANSACTIONAL_ID_AUTHORIZATION_FAILED", inErrors: true)
            let status = try await clusters.run("status")
            #expect(status.output.contains("TRANSACTIONAL_ID_AUTHORIZATION_FAILED"), "\(status.output)")
            #expect(!status.output.contains("wait until an apply has ended"), "\(status.output)")
            await clusters.destination.stopIntercepting(.initProducerId)
            try await waitUntil("t.a is made once it may be", within: .seconds(30)) {
                await clusters.destination.topicId("t.a") != nil
            }
            try await worker.stop()
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `topics that the destination refuses hold up no other, and are not tried all the time`() async throws {
        try await TwoClusters.with { clusters in
            try declare(clusters, filter("t."))
            try await apply(clusters)
            await clusters.destination.intercept(.createTopics, .always) { request in
                let names = request.decoded(as: CreateTopicsRequest.self)?.topics.map(\.name) ?? []
                return names.contains { $0.hasPrefix("t.refused") } ? .fail(.policyViolation) : .pass
            }
            // More than one turn of a discovery takes, and in front of the one that may be made.
            for number in 0..<20 { await clusters.source.createTopic("t.refused.\(number)") }
            await clusters.source.createTopic("t.z")
            let worker = try clusters.start("worker", "--link", "l", "--instance-id", "w1")
            try await waitUntil("t.z is made", within: .seconds(30)) {
                await clusters.destination.topicId("t.z") != nil
            }
            try await worker.waitForLine(containing: "t.refused.19", inErrors: true)
            let tried = await clusters.destination.requestCount(.createTopics)
            let listed = await clusters.source.requestCount(.metadata)
            try await waitUntil("discoveries have looked again", within: .seconds(30)) {
                await clusters.source.requestCount(.metadata) > listed + 5
            }
            #expect(await clusters.destination.requestCount(.createTopics) == tried)
            try await worker.stop()
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `two links in both directions do not mirror each other's mirrors`() async throws {
        try await TwoClusters.with { clusters in
            func link(_ name: String, _ source: String, _ destination: String, _ prefix: String) -> String {
                """
                apiVersion: lockstep/v1alpha1
                kind: ClusterLink
                metadata: {name: \(name)}
                spec:
                  sourceKafkaCluster: {clusterRef: {name: \(source)}}
                  destinationKafkaCluster: {clusterRef: {name: \(destination)}}
                  workers: {mode: external}
                  \(Self.configs)
                  mirrorTopicOptions:
                    prefix: "\(prefix)"
                    autoCreateTopics: {enabled: true, topicFilters: [\(filter("*"))]}
                """
            }
            try clusters.folder.write("m/there.yaml", link("there", "a", "b", "a."))
            try clusters.folder.write("m/back.yaml", link("back", "b", "a", "b."))
            try await apply(clusters)
            let there = try clusters.start("worker", "--link", "there", "--instance-id", "w1")
            let back = try clusters.start("worker", "--link", "back", "--instance-id", "w2")
            await clusters.source.createTopic("x")
            await clusters.destination.createTopic("y")
            try await waitUntil("both are mirrored") {
                let (one, two) = (await clusters.destination.topicId("a.x"), await clusters.source.topicId("b.y"))
                return one != nil && two != nil
            }
            // Another topic shows that a discovery has looked again.
            await clusters.source.createTopic("x2")
            await clusters.destination.createTopic("y2")
            try await waitUntil("both looked again") {
                let (one, two) = (await clusters.destination.topicId("a.x2"), await clusters.source.topicId("b.y2"))
                return one != nil && two != nil
            }
            #expect(await clusters.source.topicId("b.a.x") == nil)
            #expect(await clusters.destination.topicId("a.b.y") == nil)
            try await there.stop()
            try await back.stop()
        }
    }
}
