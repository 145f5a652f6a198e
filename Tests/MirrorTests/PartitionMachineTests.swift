import KafkaModel
import Testing

@testable import Mirror

/// One row of a table: events, and where they lead.
struct MachineCase: Sendable, CustomTestStringConvertible {
    var name: String
    var desire = MirrorTarget.Desire.active
    var events: [MachineEvent]
    var expected: String

    init(_ name: String, _ events: [MachineEvent], _ expected: String, desire: MirrorTarget.Desire = .active) {
        self.name = name
        self.events = events
        self.expected = expected
        self.desire = desire
    }

    var testDescription: String { name }

    var outcome: String { MachineBench.after(events, desire: desire).text }
}

/// A machine that copies from offset 10, with the source's end at 30.
private let copying: [MachineEvent] = [.start, .probed(end: 10, last: 4, sourceEnd: 30)]
/// The same with two batches read, the first of them on its way.
private let sending: [MachineEvent] = copying + [.fetched([10...14, 15...19], sourceEnd: 30), .send]
/// A machine that is level with its source at offset 10.
private let level: [MachineEvent] = [.start, .probed(end: 10, last: 4, sourceEnd: 10)]

@Suite("Partition machine")
struct PartitionMachineTests {
    @Test(arguments: [
        MachineCase("a new machine stands still", [], "idle"),
        MachineCase("it begins with a probe", [.start], "probing"),
        MachineCase("a paused one does not begin", [.start], "idle", desire: .paused),
        MachineCase("nor one of a paused link", [.start], "idle", desire: .linkPaused),
        MachineCase("a probe leads to copying at the mirror's end", copying, "copying from 10, next 10"),
        MachineCase("starting twice changes nothing", copying + [.start], "copying from 10, next 10"),
        MachineCase("a probe that must wait", [.start, .waits(isSource: true)], "waits for the source"),
        MachineCase("the pause leads back to a probe", [.start, .waits(isSource: false), .pauseEnds], "probing"),
        MachineCase("a probe that fails stays", [.start, .fails(.diverged), .pauseEnds, .start], "failed DIVERGED"),
        MachineCase("a late probe is dropped", [.start, .late(.probed(end: 5, sourceEnd: 9))], "probing"),
        MachineCase("a late wait is dropped", copying + [.late(.waits(isSource: true))], "copying from 10, next 10"),
        MachineCase("a late failure is dropped", copying + [.late(.fails(.diverged))], "copying from 10, next 10"),
        MachineCase(
            "the end of an earlier pause is dropped", [.start, .waits(isSource: true), .late(.pauseEnds)],
            "waits for the source"),
        MachineCase("a second probe is dropped", copying + [.probed(end: 3, sourceEnd: 9)], "copying from 10, next 10"),
        MachineCase("release forgets", copying + [.release], "idle, next 10"),
        MachineCase("and starting again probes", copying + [.release, .start], "probing, next 10"),
    ])
    func `begins with a probe`(_ row: MachineCase) {
        #expect(row.outcome == row.expected)
    }

    @Test(arguments: [
        MachineCase(
            "what is read waits to be written", copying + [.fetched([10...14, 15...19], sourceEnd: 30)],
            "copying from 20, next 10, queued"),
        MachineCase(
            "the sequence follows the last one", sending, "copying from 20, next 10, queued, sending 10/5"),
        MachineCase(
            "without state it is seeded by the offset",
            [.start, .probed(end: 10, sourceEnd: 30), .fetched([10...14], sourceEnd: 30), .send],
            "copying from 15, next 10, sending 10/10"),
        MachineCase(
            "the seed wraps at 2^31",
            [
                .start, .probed(end: 1 << 31, sourceEnd: 1 << 32),
                .fetched([(1 << 31)...(1 << 31) + 1], sourceEnd: 1 << 32), .send,
            ],
            "copying from 2147483650, next 2147483648, sending 2147483648/0"),
        MachineCase(
            "the sequence wraps at 2^31",
            [
                .start, .probed(end: 10, last: .max, sourceEnd: 30), .fetched([10...14], sourceEnd: 30), .send,
            ], "copying from 15, next 10, sending 10/0"),
        MachineCase(
            "a batch may straddle the wrap",
            [
                .start, .probed(end: 10, last: .max - 2, sourceEnd: 30), .fetched([10...14, 15...15], sourceEnd: 30),
                .send, .acked(), .send,
            ], "copying from 16, next 15, sending 15/3"),
        MachineCase(
            "one batch at a time", sending + [.send], "copying from 20, next 10, queued, sending"),
        MachineCase("an acknowledged batch counts", sending + [.acked()], "copying from 20, next 15, queued"),
        MachineCase(
            "the next sequence follows", sending + [.acked(), .send], "copying from 20, next 15, sending 15/10"),
        MachineCase("all written", sending + [.acked(), .send, .acked()], "copying from 20, next 20"),
        MachineCase(
            "batches below are skipped", copying + [.fetched([0...4, 5...9, 10...14], sourceEnd: 30)],
            "copying from 15, next 10, queued"),
        MachineCase(
            "nothing read changes nothing", copying + [.fetched([], sourceEnd: 31)], "copying from 10, next 10"),
        MachineCase(
            "a late fetch is dropped", copying + [.late(.fetched([10...14], sourceEnd: 30))],
            "copying from 10, next 10"),
        MachineCase("a fetch for a waiting one is dropped", [.start, .fetched([0...4], sourceEnd: 30)], "probing"),
        MachineCase(
            "nothing is sent while it waits", sending + [.acked(), .waits(isSource: true), .send],
            "waits for the source, next 15"),
    ])
    func `copies in order`(_ row: MachineCase) {
        #expect(row.outcome == row.expected)
    }

    @Test(arguments: [
        MachineCase("a refusal that passes", sending + [.again], "waits for the destination, next 10"),
        MachineCase(
            "after it the end is asked for anew",
            sending + [.again, .pauseEnds, .probed(end: 15, last: 9, sourceEnd: 30)], "copying from 15, next 15"),
        MachineCase("a refusal that lasts", sending + [.refused], "waits for the destination, next 10"),
        MachineCase("another offset than expected", sending + [.acked(at: 11)], "failed FOREIGN_WRITE, next 10"),
        MachineCase("a lower offset than expected", sending + [.acked(at: 5)], "failed FOREIGN_WRITE, next 10"),
        MachineCase(
            "an answer to an earlier question counts only as answered",
            sending + [.waits(isSource: true), .pauseEnds, .acked()], "probing, next 10"),
        MachineCase(
            "no probe while a batch is on its way", sending + [.waits(isSource: true), .pauseEnds],
            "probing later, next 10, sending 10/5"),
        MachineCase("release while sending", sending + [.release], "idle, next 10, sending 10/5"),
        MachineCase(
            "begun again while sending", sending + [.release, .start], "probing later, next 10, sending 10/5"),
        MachineCase("and then answered", sending + [.release, .start, .acked(at: 99)], "probing, next 10"),
        MachineCase("refused after release", sending + [.release, .refused], "idle, next 10"),
        MachineCase("out of sequence after release", sending + [.release, .outOfSequence], "idle, next 10"),
    ])
    func `accepts nothing but the expected offset`(_ row: MachineCase) {
        #expect(row.outcome == row.expected)
    }

    @Test(arguments: [
        MachineCase("the end where we left it", level + [.observed(end: 10)], "copying from 10, next 10"),
        MachineCase("the end moved up", level + [.observed(end: 11)], "failed FOREIGN_WRITE, next 10"),
        MachineCase("the end moved down", level + [.observed(end: 9)], "probing, next 10"),
        MachineCase(
            "the end moved up behind a lost answer",
            sending + [.lost, .pauseEnds, .probed(end: 10, last: 4, sourceEnd: 30, isQuiet: false)]
                + [.observed(end: 15)], "probing, next 10"),
        MachineCase("an old look", level + [.late(.observed(end: 11))], "copying from 10, next 10"),
        MachineCase(
            "a look while batches wait", copying + [.fetched([10...14], sourceEnd: 30), .observed(end: 11)],
            "copying from 15, next 10, queued"),
        MachineCase(
            "a look while one is on its way",
            copying + [.fetched([10...14], sourceEnd: 30), .send, .observed(end: 15)],
            "copying from 15, next 10, sending 10/5"),
        MachineCase(
            "a look that a write overtook",
            copying + [.fetched([10...14], sourceEnd: 30), .send, .acked(), .observedBeforeWrite(end: 10)],
            "copying from 15, next 15"),
        MachineCase("a look at a paused one", level + [.want(.paused), .observed(end: 12)], "idle, next 10"),
    ])
    func `notices foreign writes at an idle mirror`(_ row: MachineCase) {
        #expect(row.outcome == row.expected)
    }

    @Test(arguments: [
        MachineCase("below the end of the mirror", copying + [.diverges(at: 9)], "failed SOURCE_TRUNCATED, next 10"),
        MachineCase("at the end of the mirror", copying + [.diverges(at: 10)], "waits for the source, next 10"),
        MachineCase(
            "within what waits", copying + [.fetched([10...14, 15...19], sourceEnd: 30), .diverges(at: 15)],
            "waits for the source, next 10"),
        MachineCase(
            "within a batch on its way", sending + [.diverges(at: 12)], "waits for the source, next 10, sending 10/5"),
        MachineCase(
            "which is answered before anything is compared", sending + [.diverges(at: 12), .pauseEnds, .acked()],
            "probing, next 10"),
        MachineCase("an old answer", copying + [.late(.diverges(at: 5))], "copying from 10, next 10"),
    ])
    func `stops where the source's log departs from the mirror, and only there`(_ row: MachineCase) {
        #expect(row.outcome == row.expected)
    }

    @Test(arguments: [
        MachineCase(
            "what is before it is written first",
            copying + [.fetchedTransaction([10...14], sourceEnd: 30)], "copying, full, next 10, queued"),
        MachineCase(
            "still on its way", copying + [.fetchedTransaction([10...14], sourceEnd: 30), .send],
            "copying, full, next 10, sending 10/5"),
        MachineCase(
            "then it stops", copying + [.fetchedTransaction([10...14], sourceEnd: 30), .send, .acked()],
            "failed NEEDS_GAP_FILL, next 15"),
        MachineCase(
            "at once when nothing is before it",
            level + [.fetchedTransaction([5...9], sourceEnd: 30)], "failed NEEDS_GAP_FILL, next 10"),
        MachineCase(
            "bytes that are no batch", copying + [.fetchedGarbage([10...14], sourceEnd: 30), .send, .acked()],
            "failed REFUSED, next 15"),
        MachineCase(
            "a failed write is repeated first",
            copying + [.fetchedTransaction([10...14], sourceEnd: 30), .send, .again, .pauseEnds]
                + [.probed(end: 10, last: 4, sourceEnd: 30)], "copying from 10, next 10"),
        MachineCase(
            "a gap", copying + [.fetched([12...14], sourceEnd: 30)], "failed NEEDS_GAP_FILL, next 10"),
        MachineCase(
            "a gap behind good batches", copying + [.fetched([10...11, 13...14], sourceEnd: 30), .send, .acked()],
            "failed NEEDS_GAP_FILL, next 12"),
        MachineCase(
            "a batch that begins below", copying + [.fetched([8...14], sourceEnd: 30)],
            "failed NEEDS_REBUILD, next 10"),
    ])
    func `stops in front of what it cannot copy`(_ row: MachineCase) {
        #expect(row.outcome == row.expected)
    }
}
