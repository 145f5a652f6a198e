import Testing

@testable import Applier

@Suite struct `Silence of workers` {
    private let start = ContinuousClock.now

    private func seconds(_ seconds: Int64) -> ContinuousClock.Instant { start + .seconds(seconds) }

    /// Notes a look `at` some seconds after the start, when the wall clock shows 1000 s more.
    private func note(_ silence: inout WorkerSilence, at: Int64, isEmpty: Bool, reportAt: Int64? = nil) {
        silence.note(
            isEmpty: isEmpty, reportMs: reportAt.map { ($0 + 1_000) * 1_000 }, at: seconds(at),
            wallMs: (at + 1_000) * 1_000)
    }

    private func rest(_ silence: WorkerSilence, at: Int64) -> Duration {
        silence.rest(emptyMs: 3_000, quietMs: 15_000, at: seconds(at))
    }

    @Test func `a group that never had members is waited for as long as one needs to join`() {
        var silence = WorkerSilence()
        note(&silence, at: 0, isEmpty: true)
        #expect(rest(silence, at: 0) == .seconds(3))
        #expect(rest(silence, at: 4) == .zero)
    }

    @Test func `what a member may have sent is waited for from when it was last seen`() {
        var silence = WorkerSilence()
        note(&silence, at: 0, isEmpty: false)
        #expect(silence.emptySince == nil)
        note(&silence, at: 1, isEmpty: true)
        #expect(rest(silence, at: 10) == .seconds(5))
        #expect(rest(silence, at: 15) == .zero)
        note(&silence, at: 16, isEmpty: false)
        note(&silence, at: 17, isEmpty: true)
        #expect(rest(silence, at: 17) == .seconds(14))
    }

    @Test func `a report is a sign of life, by its age and not from the future`() {
        var silence = WorkerSilence()
        note(&silence, at: 0, isEmpty: true, reportAt: -5)
        #expect(rest(silence, at: 0) == .seconds(10))
        note(&silence, at: 1, isEmpty: true, reportAt: 3_600)
        #expect(rest(silence, at: 1) == .seconds(15))
        // The same report again is no new sign.
        note(&silence, at: 9, isEmpty: true, reportAt: 3_600)
        #expect(rest(silence, at: 9) == .seconds(7))
        var old = WorkerSilence()
        note(&old, at: 0, isEmpty: true, reportAt: -900)
        #expect(rest(old, at: 0) == .seconds(3))
        // A stored number may be anything.
        old.note(isEmpty: true, reportMs: .max, at: seconds(1), wallMs: 1)
        old.note(isEmpty: true, reportMs: .min, at: seconds(1), wallMs: .max)
        #expect(rest(old, at: 1) == .seconds(15))
    }
}
