import Planner

/// Decides which steps may still be tried after others failed, without I/O.
struct StepGate: Sendable {
    private let options: ApplyOptions
    private var missing: Set<Int> = []
    private var firstFailure: Int?
    private var isClosed: String?

    init(options: ApplyOptions) {
        self.options = options
    }

    /// Why a step is not tried; nil when it is.
    func obstacle(_ step: Step) -> String? {
        if let isClosed { return isClosed }
        if let blocker = step.after.first(where: { missing.contains($0) }) {
            return "it needs step \(blocker), which was not done"
        }
        switch step.needs {
        case .allowIrreversible where !options.allowIrreversible:
            return "it cannot be undone; give --allow-irreversible to do it"
        case .allowDelete where !options.allowDelete:
            return step.object.kind == .link
                ? "it deletes the link; give --allow-delete to do it"
                : "it deletes data; give --allow-delete to do it"
        default: break
        }
        if let firstFailure, !options.continueOnError {
            return "step \(firstFailure) failed; apply again once that is repaired"
        }
        return nil
    }

    /// Takes note of how a step ended.
    mutating func ended(_ step: Step, _ outcome: StepOutcome) {
        if outcome.isSuccess { return }
        missing.insert(step.number)
        if case .failed = outcome, firstFailure == nil { firstFailure = step.number }
    }

    /// Lets no further step through.
    mutating func close(_ reason: String) {
        isClosed = reason
    }
}
