import KafkaModel
import Testing

@testable import Mirror

@Suite("Details of the partition machine")
struct MachineDetailTests {
    private let copying: [MachineEvent] = [.start, .probed(end: 10, last: 4, sourceEnd: 30)]

    private func failure(_ events: [MachineEvent]) -> String? {
        if case .failed(let failure) = MachineBench.after(events).machine.phase { "\(failure)" } else { nil }
    }

    @Test func `a batch at another offset is told with both offsets`() {
        #expect(
            failure(copying + [.fetched([10...14], sourceEnd: 30), .send, .acked(at: 12)]) == """
                FOREIGN_WRITE: the batch for offset 10 of orders-3 was appended at offset 12: expected 10, actual 12. \
                Another producer wrote into the mirror. Take WRITE on the topic from everybody else, delete the mirror \
                topic and let it be made again, or fail it over to keep it as it is.
                """)
    }

    @Test func `an end that moved is told with both offsets`() {
        #expect(
            failure([.start, .probed(end: 10, sourceEnd: 10), .observed(end: 13)]) == """
                FOREIGN_WRITE: the end of orders-3 moved while nothing was written: expected 10, actual 13. Another \
                producer wrote into the mirror. Take WRITE on the topic from everybody else, delete the mirror topic \
                and let it be made again, or fail it over to keep it as it is.
                """)
    }

    @Test func `eight refusals in a row, each after a fresh probe, mean another writer`() {
        let round: [MachineEvent] = [.fetched([10...14], sourceEnd: 30), .send, .outOfSequence]
        let again: [MachineEvent] = [.pauseEnds, .probed(end: 10, last: 4, sourceEnd: 30)]
        var events = copying + round
        for _ in 0..<6 { events += again + round }
        #expect(MachineBench.after(events).text == "waits for the destination, next 10")
        #expect(
            failure(events + again + round) == """
                FOREIGN_WRITE: orders-3 refused 8 batches in a row as out of sequence at offset 10, each after its end \
                was read anew. Something else writes there with this link's producer id. Stop other workers of this \
                link.
                """)
        let progress: [MachineEvent] = [.fetched([10...14], sourceEnd: 30), .send, .acked()]
        let later: [MachineEvent] = [.fetched([15...19], sourceEnd: 30), .send, .outOfSequence]
        #expect(
            MachineBench.after(events + again + progress + later).text == "waits for the destination, next 15",
            "progress in between begins the count again")
    }

    @Test func `bytes that are no batch are told with their place`() {
        #expect(
            failure(copying + [.fetchedGarbage([], sourceEnd: 30)]) == """
                REFUSED: the source sent bytes for orders-3 at offset 10 that are no batch: magic at byte 16: -1 is out \
                of range.
                """)
    }

    @Test func `a source that lost what was copied is told with both offsets`() {
        #expect(
            failure(copying + [.diverges(at: 8)]) == """
                SOURCE_TRUNCATED: the source log of orders-3 diverges from what was copied: its epoch 6 ends at offset 8, \
                below 10, the end of the mirror. Records were lost at the source (unclean leader election). Delete the \
                mirror topic and let it be made again, or fail it over.
                """)
    }

    @Test func `pauses grow with failures and begin anew with progress`() {
        var bench = MachineBench.after(copying)
        for attempt in 1...3 {
            bench.apply(.waits(isSource: true))
            #expect(bench.machine.attempts == attempt)
            bench.apply(.pauseEnds)
            bench.apply(.probed(end: 10, last: 4, sourceEnd: 30))
        }
        #expect(bench.machine.attempts == 3, "a probe alone is no progress: the next write may be refused again")
        for event: MachineEvent in [.fetched([10...14], sourceEnd: 30), .send] { bench.apply(event) }
        #expect(bench.machine.attempts == 3)
        bench.apply(.acked())
        #expect(bench.machine.attempts == 0)
    }

    @Test func `an idle partition that is read again has no failures any more`() {
        var bench = MachineBench.after([.start, .waits(isSource: true), .pauseEnds, .probed(end: 10, sourceEnd: 10)])
        #expect(bench.machine.attempts == 1)
        bench.apply(.fetched([], sourceEnd: 10))
        #expect(bench.machine.attempts == 0)
    }

    @Test func `reads on with the epoch of the last batch`() {
        var bench = MachineBench.after(copying)
        #expect(bench.machine.fetchPosition?.lastEpoch == 7)
        bench.apply(.fetched([10...14], sourceEnd: 30))
        #expect(bench.machine.fetchPosition?.lastEpoch == 9)
    }

    @Test func `is level once it reached the source's end, and begins anew when started again`() {
        var bench = MachineBench.after(copying)
        #expect(!bench.machine.hasCaughtUp)
        for event: MachineEvent in [.fetched([10...29], sourceEnd: 30), .send, .acked()] { bench.apply(event) }
        #expect(bench.machine.hasCaughtUp)
        bench.apply(.fetched([], sourceEnd: 99))
        #expect(bench.machine.hasCaughtUp, "a short lag does not take it back")
        bench.apply(.release)
        bench.apply(.start)
        #expect(!bench.machine.hasCaughtUp)
    }

    @Test(arguments: [MachineEvent.release, .want(.paused), .waits(isSource: true), .fails(.diverged)])
    func `gives its memory back when it forgets`(_ event: MachineEvent) {
        var bench = MachineBench.after(copying + [.fetched([10...14, 15...19], sourceEnd: 30)])
        #expect(bench.usedMemory > 0)
        bench.apply(event)
        #expect(bench.usedMemory == 0)
    }

    @Test func `another incarnation's answers are of another generation`() {
        let target = MirrorTarget(
            mirror: MachineBench.mirror, sourceTopic: "orders", sourceTopicId: nil, topicId: nil, desire: .active)
        var first = PartitionMachine(target: target, incarnation: 1)
        var second = PartitionMachine(target: target, incarnation: 2)
        first.start()
        second.start()
        #expect(first.generation != second.generation)
    }
}
