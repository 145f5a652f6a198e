import EmbeddedBroker
import EventLoop
import TestSupport
import Testing

/// Applies and plans beside each other, begun at moments that differ a little each time.
@Suite(.serialized) struct ApplyRaces {
    private static let rounds = 12

    private struct Ended {
        var code: Int32?
        var output: String
        /// Whether it made a mirror topic.
        var hasChanged: Bool {
            output.split(separator: "\n").contains { line in
                line.contains("mirror topic t") && line.contains(". done ") && !line.hasSuffix("already")
            }
        }
    }

    private static func run(_ clusters: TwoClusters, _ words: String..., after delay: Duration) async throws -> Ended {
        let loop = try EventLoop()
        await loop.pause(delay)
        loop.stop()
        let run = try await CommandRun.run(
            [lockstepExecutable] + words + ["-f", clusters.manifests],
            environment: ["LOCKSTEP_STATE_DIR": clusters.state])
        return Ended(code: run.exitCode, output: run.output + run.errorOutput)
    }

    /// On a cluster without a state topic in every second round: its creation is part of the race.
    @Test(.timeLimit(.minutes(5)))
    func `of two applies one wins, and the other changes nothing`() async throws {
        var lost = 0
        for round in 0..<Self.rounds {
            try await TwoClusters.with { clusters in
                try await prepare(clusters, hasStore: round % 2 == 0)
                async let one = Self.run(clusters, "apply", "-y", after: .zero)
                async let two = Self.run(clusters, "apply", "-y", after: .milliseconds(round * 4))
                let ends = try await [one, two]
                let codes = ends.map { $0.code ?? -1 }.sorted()
                // The second one may also come when the first has ended.
                #expect(codes == [0, 5] || codes == [0, 0], "round \(round): \(ends)")
                #expect(ends.count(where: \.hasChanged) == 1, "round \(round): \(ends)")
                lost += codes == [0, 5] ? 1 : 0
                let plan = try await clusters.run("plan", "--detailed-exitcode")
                #expect(plan.exitCode == 0, "\(plan.output)")
            }
        }
        #expect(lost > 0, "no two applies met")
    }

    @Test(.timeLimit(.minutes(5)))
    func `a plan beside an apply takes nothing for somebody else's`() async throws {
        for round in 0..<Self.rounds {
            try await TwoClusters.with { clusters in
                try await prepare(clusters, hasStore: round % 2 == 0)
                async let applying = Self.run(clusters, "apply", "-y", after: .zero)
                async let planning = Self.run(
                    clusters, "plan", "--detailed-exitcode", after: .milliseconds(10 + round * 5))
                let (applied, planned) = try await (applying, planning)
                #expect(applied.code == 0, "round \(round): \(applied)")
                #expect(planned.code == 0 || planned.code == 2, "round \(round): \(planned)")
            }
        }
    }

    /// Eight mirror topics to create.
    private func prepare(_ clusters: TwoClusters, hasStore: Bool) async throws {
        var entries: [String] = []
        for number in 0..<8 {
            await clusters.source.createTopic("t\(number)")
            entries.append("{name: t\(number)}")
        }
        if hasStore {
            try clusters.folder.write("m/link.yaml", TwoClusters.link("mirrorTopics: []"))
            let first = try await clusters.run("apply", "-y")
            #expect(first.exitCode == 0, "\(first.errorOutput)")
        }
        try clusters.folder.write(
            "m/link.yaml", TwoClusters.link("mirrorTopics: [\(entries.joined(separator: ", "))]"))
    }
}
