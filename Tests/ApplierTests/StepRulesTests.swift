import KafkaModel
import Testing

@testable import Applier
@testable import Planner

@Suite("Rules of steps")
struct StepRulesTests {
    private func step(_ number: Int, after: [Int] = [], needs: Step.Consent? = nil) -> Step {
        Step(
            number: number, action: .change, object: PlannedObject(.mirrorTopic, "t\(number)"), link: "a",
            source: "paris", destination: "dublin", place: nil, headline: nil, operation: .createStore, details: [],
            preconditions: [], after: after, needs: needs)
    }

    @Test func `after a failure nothing is tried, unless it may go on with what does not depend on it`() {
        var strict = StepGate(options: ApplyOptions(holder: "h"))
        strict.ended(step(1), .failed("x"))
        #expect(strict.obstacle(step(2)) == "step 1 failed; apply again once that is repaired")
        var options = ApplyOptions(holder: "h")
        options.continueOnError = true
        var lenient = StepGate(options: options)
        lenient.ended(step(1), .failed("x"))
        #expect(lenient.obstacle(step(2)) == nil)
        #expect(lenient.obstacle(step(3, after: [1])) == "it needs step 1, which was not done")
        lenient.ended(step(3), .skipped("y"))
        #expect(lenient.obstacle(step(4, after: [3])) == "it needs step 3, which was not done")
    }

    @Test func `a step that was not allowed does not stop others`() {
        var gate = StepGate(options: ApplyOptions(holder: "h"))
        #expect(
            gate.obstacle(step(1, needs: .allowDelete)) == "it deletes data; give --allow-delete to do it")
        gate.ended(step(1), .skipped("z"))
        #expect(gate.obstacle(step(2)) == nil)
        #expect(gate.obstacle(step(3, after: [1])) == "it needs step 1, which was not done")
    }

    @Test func `a closed gate lets nothing through`() {
        var gate = StepGate(options: ApplyOptions(holder: "h"))
        gate.ended(step(1), .done(note: nil))
        gate.close("the lock is lost")
        #expect(gate.obstacle(step(2)) == "the lock is lost")
    }

    @Test func `reports count for a stop only if they name it`() {
        let stop = MirrorRecord.Stop(mode: .promote, requestId: "r", maximumLag: 0, requestedAtMs: 100)
        func report(
            _ partition: Int32, _ state: MirrorTopicState, for request: String?, atMs: Int64, next: Int64?
        ) -> WorkerReport {
            WorkerReport(
                link: "a", topic: "t", worker: "w",
                partition: PartitionReport(
                    partition: partition, state: state, reason: "why", nextOffset: next, sourceEndOffset: 10,
                    stoppedFor: request),
                atMs: atMs)
        }
        let reports = [
            report(0, .stopped, for: "r", atMs: 200, next: 10), report(1, .stopped, for: "old", atMs: 200, next: 7),
            report(2, .failed, for: nil, atMs: 50, next: 10), report(3, .failed, for: nil, atMs: 150, next: 10),
        ]
        let byPartition = Dictionary(uniqueKeysWithValues: reports.map { ($0.partition.partition, $0) })
        let progress = StopProgress(reports: byPartition, partitions: 4, stop: stop)
        #expect(progress.stopped == 1)
        #expect(progress.reportedLag == 3)
        #expect(progress.failures == ["partition 3: why"])
        #expect(!progress.isComplete)
        #expect(StopProgress(reports: byPartition, partitions: 5, stop: stop).reportedLag == nil)
        #expect(StopProgress(reports: byPartition, partitions: 1, stop: stop).isComplete)
    }

    @Test func `a partition that the mirror does not have lacks everything`() {
        let lag = Lag(source: [5, 7, 3], mirror: [5, 2])
        #expect(lag.byPartition == [0, 5, 3])
        #expect(lag.total == 8)
        #expect(lag.largest == 5)
    }
}
