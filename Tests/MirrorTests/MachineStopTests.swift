import KafkaModel
import Testing

@testable import Mirror

private func promote(_ id: String = "p1", lag: Int64 = 0) -> MirrorTarget.Desire {
    .stop(.init(mode: .promote, requestId: id, maximumLag: lag, requestedAtMs: 0))
}

private func failover(_ id: String = "f1") -> MirrorTarget.Desire {
    .stop(.init(mode: .failover, requestId: id, maximumLag: 0, requestedAtMs: 0))
}

private let copying: [MachineEvent] = [.start, .probed(end: 10, last: 4, sourceEnd: 30)]
private let sending: [MachineEvent] = copying + [.fetched([10...14, 15...19], sourceEnd: 30), .send]
private let level: [MachineEvent] = [.start, .probed(end: 10, last: 4, sourceEnd: 10)]

@Suite("Stops of the partition machine")
struct MachineStopTests {
    @Test(arguments: [
        MachineCase("before it began", [.want(failover()), .settled(end: 9)], "stopped for f1, next 9"),
        MachineCase("as the first wish", [.start, .settled(end: 9)], "stopped for f1, next 9", desire: failover()),
        MachineCase("while it probes", [.start, .want(failover()), .settled(end: 9)], "stopped for f1, next 9"),
        MachineCase("while it copies", copying + [.want(failover())], "stopped for f1, next 10"),
        MachineCase(
            "with batches that wait", copying + [.fetched([10...14], sourceEnd: 30), .want(failover())],
            "stopped for f1, next 10"),
        MachineCase(
            "while it waits", [.start, .waits(isSource: true), .want(failover()), .settled(end: 9)],
            "stopped for f1, next 9"),
        MachineCase(
            "when it failed", [.start, .fails(.diverged), .want(failover()), .settled(end: 9)],
            "stopped for f1, next 9"),
        MachineCase(
            "when it failed later", copying + [.fails(.diverged), .want(failover())],
            "stopped for f1, next 10"),
        MachineCase("when it is paused", copying + [.want(.paused), .want(failover())], "stopped for f1, next 10"),
        MachineCase(
            "not before the answer", sending + [.want(failover())], "copying from 20, next 10, queued, sending 10/5"),
        MachineCase("once answered", sending + [.want(failover()), .acked()], "stopped for f1, next 15"),
        MachineCase("once refused", sending + [.want(failover()), .refused], "stopped for f1, next 10"),
        MachineCase("refused for now", sending + [.want(failover()), .again], "stopped for f1, next 10"),
        MachineCase("out of sequence", sending + [.want(failover()), .outOfSequence], "stopped for f1, next 10"),
        MachineCase("foreign write", sending + [.want(failover()), .acked(at: 12)], "stopped for f1, next 10"),
        MachineCase(
            "when the source was lost meanwhile", sending + [.waits(isSource: true), .want(failover()), .acked()],
            "stopped for f1, next 10"),
        MachineCase(
            "when the source was lost and the batch refused",
            sending + [.waits(isSource: true), .want(failover()), .again], "stopped for f1, next 10"),
        MachineCase(
            "later events change nothing",
            copying + [.want(failover()), .late(.probed(end: 1, sourceEnd: 2))]
                + [.pauseEnds, .fetched([10...14], sourceEnd: 30), .start, .release], "stopped for f1, next 10"),
        MachineCase(
            "for a newer request", level + [.want(promote()), .want(failover("f2"))], "stopped for f2, next 10"),
    ])
    func `fails over at once in every phase`(_ row: MachineCase) {
        #expect(row.outcome == row.expected)
    }

    /// The new writers' records must not get a late batch of ours between them.
    @Test(arguments: [
        MachineCase("an earlier owner's", [.start], "probing", desire: failover()),
        MachineCase("also without a start", [.want(failover())], "probing"),
        MachineCase("ours, asked for later", sending + [.lost, .want(failover())], "probing, next 10"),
        MachineCase(
            "ours, asked for before", sending + [.want(failover()), .lost],
            "waits for the destination, next 10"),
        MachineCase(
            "asked for again behind a pause", sending + [.want(failover()), .lost, .pauseEnds], "probing, next 10"),
        MachineCase(
            "arrived", sending + [.lost, .want(failover()), .settled(end: 15)], "stopped for f1, next 15"),
        MachineCase(
            "did not arrive while it could", sending + [.lost, .want(failover()), .settled(end: 10)],
            "stopped for f1, next 10"),
        MachineCase(
            "after the source was lost too", sending + [.waits(isSource: true), .want(failover()), .lost],
            "waits for the source, next 10"),
        MachineCase(
            "after it failed meanwhile", sending + [.want(failover()), .fails(.diverged), .lost], "probing, next 10"),
        MachineCase(
            "the destination does not answer", sending + [.lost, .want(failover()), .waits(isSource: false)],
            "waits for the destination, next 10"),
        MachineCase(
            "an answer from before does not count", sending + [.lost, .want(failover()), .late(.settled(end: 10))],
            "probing, next 10"),
        MachineCase(
            "a probe since then is enough once it cannot arrive any more",
            sending + [.lost, .pauseEnds, .probed(end: 10, last: 4, sourceEnd: 30), .want(failover())],
            "stopped for f1, next 10"),
        MachineCase(
            "and is not as long as it can",
            sending + [.lost, .pauseEnds, .probed(end: 10, last: 4, sourceEnd: 30, isQuiet: false)]
                + [.want(failover())], "probing, next 10"),
        MachineCase(
            "nor is its being sent again to a mirror that lacks more",
            sending + [.lost, .pauseEnds, .probed(end: 10, last: 4, sourceEnd: 30, isQuiet: false)]
                + [.fetched([10...14], sourceEnd: 30), .send, .acked(), .want(failover())], "probing, next 15"),
        MachineCase(
            "a mirror that has all records of the source has those of the batch",
            sending + [.lost, .pauseEnds, .probed(end: 10, last: 4, sourceEnd: 15, isQuiet: false)]
                + [.fetched([10...14], sourceEnd: 15), .send, .acked(), .want(failover())], "stopped for f1, next 15"),
        MachineCase(
            "but not when the source lost them too",
            sending + [.lost, .pauseEnds, .probed(end: 10, last: 4, sourceEnd: 10, isQuiet: false)]
                + [.want(failover())], "probing, next 10"),
        MachineCase(
            "an earlier owner's, behind a mirror that lacks records",
            [.start, .probed(end: 10, last: 4, sourceEnd: 30, isQuiet: false), .want(failover())], "probing, next 10"),
        MachineCase(
            "an earlier owner's, in a mirror that has all",
            [.start, .probed(end: 10, last: 4, sourceEnd: 10, isQuiet: false), .want(failover())],
            "stopped for f1, next 10"),
    ])
    func `fails over behind a batch that may arrive late`(_ row: MachineCase) {
        #expect(row.outcome == row.expected)
    }

    @Test(arguments: [
        MachineCase(
            "not within the lag", [.probed(end: 10, last: 4, sourceEnd: 30, isQuiet: false)],
            "copying from 10, next 10"),
        MachineCase(
            "it goes on copying",
            [.probed(end: 10, last: 4, sourceEnd: 30, isQuiet: false), .fetched([10...14], sourceEnd: 30), .send]
                + [.acked()], "copying from 15, next 15"),
        MachineCase(
            "not when the source lost the same records",
            [.probed(end: 10, last: 4, sourceEnd: 10, isQuiet: false)], "copying from 10, next 10"),
        MachineCase(
            "looks at both ends again when none can arrive any more",
            [.probed(end: 10, last: 4, sourceEnd: 30, isQuiet: false), .quiet], "probing, next 10"),
        MachineCase(
            "and stops where it finds them",
            [.probed(end: 10, last: 4, sourceEnd: 30, isQuiet: false), .quiet]
                + [.probed(end: 15, last: 9, sourceEnd: 30)], "stopped for p1, next 15"),
        MachineCase(
            "at once when it has all records",
            [.probed(end: 10, last: 4, sourceEnd: 15, isQuiet: false), .fetched([10...14], sourceEnd: 15), .send]
                + [.acked()], "stopped for p1, next 15"),
    ])
    func `promotes behind a batch that may arrive late`(_ row: MachineCase) {
        let outcome = MachineBench.after(sending + [.lost, .want(promote(lag: 30))] + row.events).text
        #expect(outcome == row.expected)
    }

    @Test(arguments: [
        MachineCase("asks for both ends anew", level + [.want(promote())], "probing, next 10"),
        MachineCase(
            "stops when level", level + [.want(promote()), .probed(end: 10, last: 4, sourceEnd: 10)],
            "stopped for p1, next 10"),
        MachineCase(
            "an answer from before the request does not count",
            level + [.want(promote()), .late(.fetched([], sourceEnd: 10))], "probing, next 10"),
        MachineCase(
            "nor a probe from before it", [.start, .want(promote()), .late(.probed(end: 10, sourceEnd: 10))],
            "probing"),
        MachineCase(
            "copies the rest first", level + [.want(promote()), .probed(end: 10, last: 4, sourceEnd: 15)],
            "copying from 10, next 10"),
        MachineCase(
            "waits for the last batch",
            level + [.want(promote()), .probed(end: 10, last: 4, sourceEnd: 15), .fetched([10...14], sourceEnd: 15)]
                + [.send], "copying from 15, next 10, sending 10/5"),
        MachineCase(
            "stops behind the last batch",
            level + [.want(promote()), .probed(end: 10, last: 4, sourceEnd: 15), .fetched([10...14], sourceEnd: 15)]
                + [.send, .acked()], "stopped for p1, next 15"),
        MachineCase(
            "goes on while the source goes on",
            level + [.want(promote()), .probed(end: 10, last: 4, sourceEnd: 15), .fetched([10...14], sourceEnd: 20)]
                + [.send, .acked()], "copying from 15, next 15"),
        MachineCase(
            "stops within the lag", copying + [.want(promote(lag: 20)), .probed(end: 10, last: 4, sourceEnd: 30)],
            "stopped for p1, next 10"),
        MachineCase(
            "not beyond the lag", copying + [.want(promote(lag: 19)), .probed(end: 10, last: 4, sourceEnd: 30)],
            "copying from 10, next 10"),
        MachineCase("while sending it waits", sending + [.want(promote())], "probing later, next 10, sending 10/5"),
        MachineCase("then probes", sending + [.want(promote()), .acked()], "probing, next 10"),
        MachineCase(
            "waits for the source",
            level + [.want(promote()), .waits(isSource: true)], "waits for the source, next 10"),
        MachineCase("a failed one tries again", [.start, .fails(.refused), .want(promote())], "probing"),
        MachineCase(
            "and fails again", [.start, .fails(.diverged), .want(promote()), .fails(.diverged)], "failed DIVERGED"),
        MachineCase("a paused one begins", [.want(.paused), .want(promote())], "probing"),
        MachineCase("as the first wish", [.start], "probing", desire: promote()),
        MachineCase(
            "a newer request is answered too",
            level + [.want(promote()), .probed(end: 10, last: 4, sourceEnd: 10), .want(promote("p2"))]
                + [.probed(end: 10, last: 4, sourceEnd: 10)], "stopped for p2, next 10"),
        MachineCase(
            "copying again after a stop that was taken back",
            level + [.want(promote()), .probed(end: 10, last: 4, sourceEnd: 10), .want(.active)], "probing, next 10"),
    ])
    func `promotes when level`(_ row: MachineCase) {
        #expect(row.outcome == row.expected)
    }

    @Test(arguments: [
        MachineCase("pause", copying + [.want(.paused)], "idle, next 10"),
        MachineCase("pause of the link", copying + [.want(.linkPaused)], "idle, next 10"),
        MachineCase("pause while sending", sending + [.want(.paused)], "idle, next 10, sending 10/5"),
        MachineCase("pause, then answered", sending + [.want(.paused), .acked()], "idle, next 10"),
        MachineCase("resume", copying + [.want(.paused), .want(.active)], "probing, next 10"),
        MachineCase(
            "resume while sending", sending + [.want(.paused), .want(.active)], "probing later, next 10, sending 10/5"),
        MachineCase("the same wish", copying + [.want(.active)], "copying from 10, next 10"),
        MachineCase("pause of a failed one", [.start, .fails(.refused), .want(.paused)], "idle"),
        MachineCase("resume of a failed one", [.start, .fails(.refused), .want(.paused), .want(.active)], "probing"),
        MachineCase("the same wish of a failed one", [.start, .fails(.refused), .want(.active)], "failed REFUSED"),
        MachineCase("pause while waiting", [.start, .waits(isSource: true), .want(.paused), .pauseEnds], "idle"),
    ])
    func `pauses and resumes`(_ row: MachineCase) {
        #expect(row.outcome == row.expected)
    }
}
