import EmbeddedBroker
import KafkaClient
import TestSupport
import Testing

@Suite struct WhyAndDoctor {
    @Test func `why names the entry or filter that decides`() async throws {
        let folder = try TemporaryDirectory("why")
        try folder.write("m/c.yaml", TwoClusters.clusters("127.0.0.1:1", "127.0.0.1:2"))
        try folder.write(
            "m/l.yaml",
            TwoClusters.link(
                """
                mirrorTopicOptions:
                  autoCreateTopics:
                    enabled: true
                    topicFilters:
                      - {name: o., patternType: PREFIXED, filterType: INCLUDE}
                      - {name: o.tmp., patternType: PREFIXED, filterType: EXCLUDE}
                mirrorTopics: [{name: c}]
                """))
        let run = try await CommandRun.run(
            [lockstepExecutable, "why", "c", "o.1", "o.tmp.1", "x", "__o", "-f", "m"], directory: folder.path)
        #expect(run.exitCode == 0)
        #expect(
            run.output == """
                c on link l: declared as mirror topic c, state ACTIVE (m/l.yaml:14:19)
                o.1 on link l: mirrored as o.1: INCLUDE o. PREFIXED (m/l.yaml:12:11)
                o.tmp.1 on link l: not mirrored: EXCLUDE o.tmp. PREFIXED wins over every INCLUDE (m/l.yaml:13:11)
                x on link l: not mirrored: no entry names it, and no filter covers it (m/l.yaml:12:9)
                __o on link l: not mirrored: names that begin with __ belong to Kafka or to a tool

                """)
    }

    @Test(.timeLimit(.minutes(1)))
    func `doctor tells what answers and what is missing`() async throws {
        try await TwoClusters.with { clusters in
            try clusters.folder.write("m/link.yaml", TwoClusters.link("mirrorTopics: [{name: t}, {name: u}]"))
            await clusters.source.createTopic("t")
            let run = try await clusters.run("doctor")
            #expect(run.exitCode == 1)
            #expect(
                clusters.neutral(run.output) == """
                    ok       cluster a: SourceCluster000000000, 1 broker
                    ok       cluster a: broker 1 answers at SOURCE
                    ok       cluster b: DestinationCluster0000, 1 broker
                    ok       cluster b: broker 1 answers at DESTINATION
                    ok       link l: its state can be read: the link is not applied yet
                    problem  link l: source topic not found: a/u
                    ok       link l: 1 of 2 source topics can be read
                    ok       link l: 20 of 20 rights are there

                    """)
            await clusters.source.createTopic("u")
            #expect(try await clusters.run("doctor").exitCode == 0)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `after a migration doctor is content, and a link that is to be deleted needs nothing`() async throws {
        try await TwoClusters.with { clusters in
            for name in ["p", "f", "gone", "left"] { await clusters.source.createTopic(name) }
            func declare(_ states: String...) throws {
                let entries = zip(["p", "f", "gone", "left"], states).map { "{name: \($0), state: \($1)}" }
                try clusters.folder.write(
                    "m/link.yaml",
                    TwoClusters.link(
                        "policy: {deletionProtection: false}\nmirrorTopics: [\(entries.joined(separator: ", "))]"))
            }
            try declare("ACTIVE", "ACTIVE", "ACTIVE", "ACTIVE")
            #expect(try await clusters.run("apply", "-y").exitCode == 0)
            try declare("PROMOTED", "FAILED_OVER", "ABSENT", "ACTIVE")
            try await clusters.withClient(of: clusters.source) { source in
                for name in ["f", "gone"] { try await source.deleteTopic(name) }
            }
            // What is to be promoted still needs its source; a failover and a deletion do not.
            let before = try await clusters.run("doctor")
            #expect(before.exitCode == 0, "\(before.output)")
            #expect(before.output.contains("link l: 2 of 2 source topics can be read"), "\(before.output)")
            let apply = try await clusters.run("apply", "-y", "--allow-irreversible", "--allow-delete")
            #expect(apply.exitCode == 0, "\(apply.output)")
            try await clusters.withClient(of: clusters.source) { try await $0.deleteTopic("p") }
            let after = try await clusters.run("doctor")
            #expect(after.exitCode == 0, "\(after.output)")
            #expect(after.output.contains("link l: 1 of 1 source topics can be read"), "\(after.output)")

            try clusters.folder.write("m/link.yaml", TwoClusters.link("state: ABSENT\nmirrorTopics: [{name: never}]"))
            let absent = try await clusters.run("doctor")
            #expect(absent.exitCode == 0, "\(absent.output)")
            #expect(absent.output.hasSuffix("it is declared ABSENT, so its topics and rights are not looked at\n"))
            let grants = try await clusters.run("doctor", "--acls")
            #expect(grants.output == "# link l is declared ABSENT: once it is gone it needs nothing\n")
            let why = try await clusters.run("why", "never", "--group", "g", "--acl", "allow User:a to READ topic t")
            let answers = clusters.neutral(why.output).split(separator: "\n")
            #expect(answers.count == 3)
            for (answer, verb) in zip(answers, ["mirrored", "synced", "synced"]) {
                #expect(answer.hasSuffix(" on link l: not \(verb): the link is declared ABSENT (DIR/m/link.yaml:8:10)"))
            }
        }
    }
}
