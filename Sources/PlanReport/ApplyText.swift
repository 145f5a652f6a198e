import Planner

/// Progress of an apply, one line per event, in the numbering of its plan.
package struct ApplyText: Sendable {
    /// How a step ended.
    package enum Ending: Hashable, Sendable {
        /// It was done; how long it took in milliseconds, and what a person may want to know.
        case done(tookMs: Int64, note: String?)
        /// It was found done already.
        case alreadyDone
        /// It was not done; why, as a sentence.
        case failed(String)
        /// It was not tried; why, as a sentence.
        case skipped(String)
    }

    /// What a second read found of what was applied.
    package enum SecondRead: Hashable, Sendable {
        /// Everything is as declared.
        case settled
        /// Something differs still.
        case differs
        /// Not all of it could be read, so nothing is proved.
        case incomplete
    }

    /// What an apply came to.
    package struct Tally: Hashable, Sendable {
        /// Steps that were done.
        package var done: StepCounts
        /// Steps that failed.
        package var failed: Int
        /// Steps that were not tried.
        package var skipped: Int
        /// Changes that the plan had blocked.
        package var blocked: Int
        /// What a second read found; nil = it was not read again.
        package var secondRead: SecondRead?

        /// A tally of its parts.
        package init(
            done: StepCounts, failed: Int = 0, skipped: Int = 0, blocked: Int = 0, secondRead: SecondRead? = nil
        ) {
            self.done = done
            self.failed = failed
            self.skipped = skipped
            self.blocked = blocked
            self.secondRead = secondRead
        }
    }

    private let total: Int
    private let style: TextStyle

    /// Lines for a plan of `total` steps.
    package init(total: Int, color: Bool = false) {
        self.total = total
        style = TextStyle(color: color)
    }

    /// The line when a step starts, such as `[1/8] + link paris-to-dublin`.
    package func started(_ step: Step) -> String { head(step).text }

    /// The line while a step waits, such as `[8/8] ! promote invoices ...... waiting, lag 310`.
    package func waiting(_ step: Step, _ what: String) -> String {
        line(step, dotsTo: 45, "waiting, \(what.printable)")
    }

    /// The line when a step ended, such as `[1/8] + link paris-to-dublin ...... done 0.4s`.
    package func ended(_ step: Step, _ ending: Ending) -> String {
        switch ending {
        case .done(let took, let note):
            line(step, dotsTo: 61, "done \(Self.duration(took))" + (note.map { " (\($0.printable))" } ?? ""))
        case .alreadyDone: line(step, dotsTo: 61, "done already")
        case .failed(let reason): line(step, dotsTo: 61, "\(style.failure("failed")): \(reason.printable)")
        case .skipped(let reason): line(step, dotsTo: 61, "\(style.warning("skipped")): \(reason.printable)")
        }
    }

    /// The last line: what was done, what is left, whether it was verified.
    package func summary(_ tally: Tally) -> String {
        var done: [String] = []
        if tally.done.create > 0 { done.append("\(tally.done.create) created") }
        if tally.done.change > 0 {
            let oneWay = tally.done.irreversible > 0 ? " (\(tally.done.irreversible) irreversible)" : ""
            done.append("\(tally.done.change) changed\(oneWay)")
        }
        if tally.done.delete > 0 { done.append("\(tally.done.delete) deleted") }
        var left: [String] = []
        if tally.failed > 0 { left.append("\(tally.failed) failed") }
        if tally.skipped > 0 { left.append("\(tally.skipped) not tried") }
        if tally.blocked > 0 { left.append("\(tally.blocked) blocked") }
        var text = "Applied: \(done.isEmpty ? "nothing" : done.joined(separator: ", "))."
        text += " Left: \(left.isEmpty ? "nothing" : left.joined(separator: ", "))."
        switch tally.secondRead {
        case .settled: text += "  Verified by a second read."
        case .differs: text += "  A second read still finds differences; run plan."
        case .incomplete: text += "  Not verified: a second read did not see everything; run plan."
        case nil: break
        }
        return text
    }

    /// `0.4s`, `1m12s`, `2h05m`.
    static func duration(_ milliseconds: Int64) -> String {
        let tenths = max(0, (milliseconds + 50) / 100)
        if tenths < 600 { return "\(tenths / 10).\(tenths % 10)s" }
        let seconds = tenths / 10
        if seconds < 3600 { return "\(seconds / 60)m\(two(seconds % 60))s" }
        return "\(seconds / 3600)h\(two(seconds / 60 % 60))m"
    }

    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private func line(_ step: Step, dotsTo column: Int, _ text: String) -> String {
        let head = head(step)
        let dots = String(repeating: ".", count: max(3, column - head.width - 1))
        return "\(head.text) \(dots) \(text)"
    }

    private func head(_ step: Step) -> (text: String, width: Int) {
        let number = String(repeating: " ", count: max(0, "\(total)".count - "\(step.number)".count)) + "\(step.number)"
        let title = step.deed.printable
        return (
            "[\(number)/\(total)] \(style.symbol(step.action.rawValue)) \(title)",
            number.count + "\(total)".count + 6 + title.count
        )
    }
}

extension Step {
    /// What is being done, shorter than the title of the plan.
    var deed: String {
        switch operation {
        case .promoteMirror(let topic, _, _, _): "promote \(topic)"
        case .failOverMirror(let topic, _): "fail over \(topic)"
        case .pauseMirror(let topic): "pause \(topic)"
        case .resumeMirror(let topic): "resume \(topic)"
        case .deleteMirror(let topic, _): "delete \(topic)"
        case .forgetMirror(let topic): "forget \(topic)"
        case .addPartitions, .changeLinkState, .changeLinkSettings, .changeMirrorConfigs, .stopWorkers: title
        case .deleteLink: "delete \(object)"
        case .createStore, .createLink, .createMirrorTopic, .startWorkers: "\(object)"
        }
    }
}
