import EmbeddedBroker
import KafkaModel
import LinkStore
import LinkSync
import Synchronization
import TestSupport
import Testing

@testable import Mirror

/// Which worker runs a task, when, and what is known of it afterwards.
@Suite struct `Tasks of a link` {
    /// Counts its passes; what it answers can be changed.
    private final class Probe: LinkTask {
        let name = LinkTaskName.aclSync
        let passes = Mutex<[LinkRecord]>([])
        let outcome = Mutex(TaskOutcome(summary: "nothing to do"))
        let wasCurrent = Mutex<[Bool]>([])

        func intervalMs(_ settings: LinkSettings) -> Int64? { settings.configs["every"].flatMap { Int64($0) } }

        func run(_ pass: TaskPass) async -> TaskOutcome {
            passes.withLock { $0.append(pass.link) }
            let isCurrent = await pass.isCurrent()
            wasCurrent.withLock { $0.append(isCurrent) }
            return outcome.withLock { $0 }
        }

        var count: Int { passes.withLock { $0.count } }
    }

    private static func contents(_ settings: LinkSettings, state: LinkSpec.State = .active) -> StoreContents {
        var contents = StoreContents()
        contents.links["l"] = LinkRecord(
            name: "l", linkId: "id", sourceClusterId: "paris", destinationClusterId: "dublin", prefix: "",
            state: state, settings: settings, createdAtMs: 1)
        contents.endOffset = 7
        return contents
    }

    private static func every(_ milliseconds: Int) -> LinkSettings {
        LinkSettings(configs: ["every": "\(milliseconds)"])
    }

    /// Runs `body` beside a runner that has the lease for an hour and shares the link with nobody.
    private func run(_ body: (TaskRunner, Probe, MirrorPair) async throws -> Void) async throws {
        try await MirrorPair.run { pair in
            await pair.destination.createTopic(StoreTopic.name, partitions: 1, configs: ["cleanup.policy": "compact"])
            let probe = Probe()
            let runner = TaskRunner(
                [probe], link: "l", worker: "w1", writer: ReportWriter(pair.dublin), loop: pair.loop, log: { _ in })
            await runner.extendLease(until: .now + .seconds(3_600))
            let running = Task { await runner.run() }
            do {
                try await body(runner, probe, pair)
            } catch {
                running.cancel()
                await running.value
                throw error
            }
            running.cancel()
            await running.value
        }
    }

    private func expectPasses(_ probe: Probe, atLeast count: Int) async throws {
        try await waitUntil("the task has run \(count) times", within: .seconds(30), every: .milliseconds(5)) {
            probe.count >= count
        }
    }

    @Test func `run at their interval while they are this worker's`() async throws {
        try await run { runner, probe, _ in
            await runner.update(Self.contents(Self.every(10)))
            #expect(probe.count == 0)
            await runner.update(PartitionShares(workers: ["w1"]))
            try await expectPasses(probe, atLeast: 3)
            #expect(probe.wasCurrent.withLock { $0.allSatisfy { $0 } })
            await runner.update(PartitionShares(workers: ["w2"]))
            // The pass at hand may still end; it is told that the task is another's.
            let count = probe.count
            await runner.update(Self.contents(Self.every(10)))
            #expect(probe.count <= count + 1)
        }
    }

    @Test func `run at once when their settings change, and stand still with their link`() async throws {
        try await run { runner, probe, _ in
            await runner.update(PartitionShares(workers: ["w1"]))
            await runner.update(Self.contents(LinkSettings()))
            await runner.update(Self.contents(Self.every(3_600_000), state: .paused))
            #expect(probe.count == 0)
            await runner.update(Self.contents(Self.every(3_600_000)))
            try await expectPasses(probe, atLeast: 1)
            await runner.update(Self.contents(Self.every(3_500_000)))
            try await expectPasses(probe, atLeast: 2)
        }
    }

    @Test func `are not woken by what is not theirs to do, and know of it in the next pass`() async throws {
        try await run { runner, probe, _ in
            await runner.update(PartitionShares(workers: ["w1"]))
            await runner.update(Self.contents(Self.every(3_600_000)))
            try await expectPasses(probe, atLeast: 1)
            for _ in 0..<5 { await runner.update(Self.contents(Self.every(3_500_000)), isUrgent: false) }
            #expect(probe.count <= 2)
            let before = probe.count
            await runner.update(PartitionShares(workers: ["w1"]))
            try await expectPasses(probe, atLeast: before + 1)
            #expect(probe.passes.withLock { $0.last?.settings } == Self.every(3_500_000))
        }
    }

    @Test func `tell what they have seen although their link is paused`() async throws {
        try await run { runner, probe, pair in
            await runner.update(PartitionShares(workers: ["w1"]))
            await runner.update(Self.contents(Self.every(10), state: .paused))
            func report() async throws -> TaskReport? {
                try await StoreReader.read(pair.dublin)?.tasks["l"]?[.aclSync]
            }
            try await waitUntil("a report is there", within: .seconds(30), every: .milliseconds(10)) {
                try await report()?.seenOffset == 7
            }
            #expect(try await report()?.summary == "the link is paused")
            var later = Self.contents(Self.every(10), state: .paused)
            later.endOffset = 9
            await runner.update(later)
            try await waitUntil("the later state is reported", within: .seconds(30), every: .milliseconds(10)) {
                try await report()?.seenOffset == 9
            }
            #expect(probe.count == 0)
        }
    }

    @Test func `are no longer this worker's when its lease has ended`() async throws {
        try await run { runner, probe, _ in
            await runner.extendLease(until: .now)
            await runner.update(PartitionShares(workers: ["w1"]))
            await runner.update(Self.contents(Self.every(1)))
            #expect(probe.count == 0)
            // Nothing else wakes a task that was due meanwhile.
            await runner.extendLease(until: .now + .seconds(3_600))
            try await expectPasses(probe, atLeast: 1)
        }
    }

    @Test func `report what they did, and keep their last success while they fail`() async throws {
        try await run { runner, probe, pair in
            await runner.update(PartitionShares(workers: ["w1"]))
            await runner.update(Self.contents(Self.every(10)))
            func report() async throws -> TaskReport? {
                try await StoreReader.read(pair.dublin)?.tasks["l"]?[.aclSync]
            }
            try await waitUntil("a report is there", within: .seconds(30), every: .milliseconds(10)) {
                try await report() != nil
            }
            let first = try #require(try await report())
            #expect(first.summary == "nothing to do" && first.worker == "w1" && first.seenOffset == 7)
            let success = try #require(first.lastSuccessMs)
            let problem = TaskProblem(.error, code: "SECURITY_DISABLED_ERROR", "no authorizer")
            probe.outcome.withLock { $0 = TaskOutcome(summary: "failed", problems: [problem]) }
            await runner.update(Self.contents(Self.every(11)))
            try await waitUntil("the failure is reported", within: .seconds(30), every: .milliseconds(10)) {
                try await report()?.isInError == true
            }
            let second = try #require(try await report())
            #expect(second.problems == [problem])
            #expect(try #require(second.lastSuccessMs) >= success)
            #expect(try #require(second.lastSuccessMs) <= second.atMs)
        }
    }

    @Test func `say how many problems were left out of a report`() async throws {
        try await run { runner, probe, pair in
            probe.outcome.withLock {
                $0 = TaskOutcome(
                    summary: "many",
                    problems: (1...80).map { TaskProblem(.skipped, code: "X", subject: "g\($0)", "in use") })
            }
            await runner.update(PartitionShares(workers: ["w1"]))
            await runner.update(Self.contents(Self.every(10)))
            try await waitUntil("a report is there", within: .seconds(30), every: .milliseconds(10)) {
                try await StoreReader.read(pair.dublin)?.tasks["l"]?[.aclSync] != nil
            }
            let problems = try #require(try await StoreReader.read(pair.dublin)?.tasks["l"]?[.aclSync]).problems
            #expect(problems.count == 51)
            #expect(problems.last?.code == "SUPPRESSED_ERRORS" && problems.last?.text.hasPrefix("30 more") == true)
        }
    }
}
