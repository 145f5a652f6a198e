import Applier
import PlanReport
import Planner
import Synchronization

/// Shows an apply as it goes: a line on stdout for each step that ended, what goes on in between on stderr.
final class ApplyProgress: Sendable {
    /// In a log, one line of waiting in this time is enough.
    private static let pause = Duration.seconds(5)

    private let terminal: Terminal
    private let text: ApplyText
    private let lastNote = Mutex<ContinuousClock.Instant?>(nil)

    init(total: Int, terminal: Terminal) {
        self.terminal = terminal
        text = ApplyText(total: total, color: terminal.colours)
    }

    /// Shows one event.
    func show(_ event: ApplyEvent) {
        switch event {
        case .started(let step):
            terminal.transient(text.started(step))
        case .waiting(let step, let what):
            if terminal.updatesInPlace {
                terminal.transient(text.waiting(step, what))
            } else if isDue() {
                terminal.note(text.waiting(step, what))
            }
        case .ended(let step, let outcome, let tookMs):
            terminal.result(text.ended(step, Self.ending(outcome, tookMs)))
        }
    }

    private func isDue() -> Bool {
        lastNote.withLock { last in
            let now = ContinuousClock.now
            if let last, now - last < Self.pause { return false }
            last = now
            return true
        }
    }

    private static func ending(_ outcome: StepOutcome, _ tookMs: Int64) -> ApplyText.Ending {
        switch outcome {
        case .done(let note): .done(tookMs: tookMs, note: note)
        case .alreadyDone: .alreadyDone
        case .failed(let reason): .failed(reason)
        case .skipped(let reason): .skipped(reason)
        }
    }
}
