import Diagnostics
import KafkaModel
import Planner

/// A plan as text for people (ASCII unless a name is not, no colour needed to understand it).
package enum PlanText {
    /// What stands around the plan.
    package struct Options: Hashable, Sendable {
        /// Whether symbols are coloured.
        package var color: Bool
        /// Version of Lockstep.
        package var version: String
        /// Commit of the manifests, when they are in git.
        package var commit: String?
        /// The command that applies, without the flags the plan asks for; nil = not shown.
        package var command: String?
        /// File the plan was saved to.
        package var savedTo: String?
        /// Until when the saved plan is valid, in milliseconds since 1970.
        package var validUntilMs: Int64?

        /// Options of their parts.
        package init(
            color: Bool = false, version: String, commit: String? = nil, command: String? = nil,
            savedTo: String? = nil, validUntilMs: Int64? = nil
        ) {
            self.color = color
            self.version = version
            self.commit = commit
            self.command = command
            self.savedTo = savedTo
            self.validUntilMs = validUntilMs
        }
    }

    /// The whole report, with a line end at its end.
    package static func render(_ plan: Plan, _ options: Options) -> String {
        let report = PlanTextReport(plan: plan, options: options)
        return report.lines().joined(separator: "\n") + "\n"
    }

    /// One line for a log, such as `8 changes (1 irreversible), 1 blocked`.
    package static func oneLine(_ plan: Plan) -> String {
        var text = counted(plan.steps.count, "change")
        if plan.counts.irreversible > 0 { text += " (\(plan.counts.irreversible) irreversible)" }
        if plan.isBlocked { text += ", \(plan.blocked.count) blocked" }
        if plan.isIncomplete { text += ", incomplete" }
        return text
    }

    /// The flags that `apply` needs to do all of the plan that can be done.
    package static func flags(_ plan: Plan) -> [String] {
        var flags: [String] = []
        if plan.needsIrreversible { flags.append(Step.Consent.allowIrreversible.rawValue) }
        if plan.needsDelete { flags.append(Step.Consent.allowDelete.rawValue) }
        if plan.isBlocked { flags.append("--skip-blocked") }
        return flags
    }
}

/// The parts of the report, from top to bottom.
private struct PlanTextReport {
    let plan: Plan
    let options: PlanText.Options
    let style: TextStyle
    let rows: PlanRows

    init(plan: Plan, options: PlanText.Options) {
        self.plan = plan
        self.options = options
        style = TextStyle(color: options.color)
        rows = PlanRows(plan: plan, style: style)
    }

    func lines() -> [String] {
        guard plan.hasChanges || plan.isBlocked || plan.isIncomplete else { return noChanges() }
        var blocks = [head()]
        if plan.hasChanges || plan.isBlocked {
            blocks.append(["Symbols: " + symbols()])
            blocks.append(rows.steps())
            blocks.append(rows.blocked())
        }
        blocks.append(plan.incomplete.map { "\(style.warning("Incomplete")): \(Self.sentence($0))" } + notes())
        blocks.append(notShown())
        blocks.append(summary())
        return Array(blocks.filter { !$0.isEmpty }.joined(separator: [""]))
    }

    private func noChanges() -> [String] {
        let verb = plan.unchanged == 1 ? "matches" : "match"
        let what = options.commit.map { "\(verb) commit \($0)" } ?? verb
        var lines = [
            "No changes. \(counted(plan.unchanged, "object")) on \(counted(plan.linkCount, "link")) \(what)."
        ]
        lines += notes()
        if !plan.undeclared.isEmpty {
            lines.append(
                "Note: \(counted(plan.undeclared.count, "mirror topic")) no longer declared (lockstep status).")
        }
        return lines
    }

    private func head() -> [String] {
        let commit = options.commit.map { "  commit \($0)" } ?? ""
        var lines = ["lockstep \(options.version)\(commit)  live state read \(UTCText.spaced(plan.readAtMs))"]
        let names = plan.clusters.map(\.name.count).max() ?? 0
        let ids = plan.clusters.compactMap(\.clusterId?.count).max() ?? 0
        let brokers = plan.clusters.map { counted($0.brokerCount, "broker").count }.max() ?? 0
        for cluster in plan.clusters {
            var line = "  \(cluster.name.padded(to: names))  "
            if let id = cluster.clusterId {
                line += "\(id.padded(to: ids))  \(counted(cluster.brokerCount, "broker").padded(to: brokers))  "
                line += cluster.access == .readOnly ? "read-only" : "read-write"
                if let identity = cluster.identity { line += "  \(identity.printable)" }
                if let problem = cluster.problem { line += "  \(style.failure(problem.printable))" }
            } else {
                line += style.failure((cluster.problem ?? "cannot be read").printable)
            }
            lines.append(line)
        }
        return lines
    }

    private func symbols() -> String {
        let words = [("+", "create"), ("~", "change"), ("-", "delete"), ("!", "irreversible"), ("x", "blocked")]
        return words.map { "\(style.symbol($0.0)) \($0.1)" }.joined(separator: "   ")
    }

    /// The text with a full stop, unless it ends a sentence by itself.
    private static func sentence(_ text: String) -> String {
        let shown = text.printable
        return shown.last.map { ".?!".contains($0) } ?? true ? shown : "\(shown)."
    }

    private func notes() -> [String] { plan.notes.map { "Note: \(Self.sentence($0.text))" } }

    private func notShown() -> [String] {
        var parts: [String] = []
        if plan.unchanged > 0 { parts.append("\(plan.unchanged) unchanged") }
        if !plan.undeclared.isEmpty {
            parts.append("\(counted(plan.undeclared.count, "mirror topic")) no longer declared (lockstep status)")
        }
        return parts.isEmpty ? [] : ["Not shown: \(parts.joined(separator: ", "))."]
    }

    private func summary() -> [String] {
        let counts = plan.counts
        var line = "Plan: \(counts.create) to create, \(counts.change) to change"
        if counts.irreversible > 0 { line += " (\(counts.irreversible) irreversible)" }
        line += ", \(counts.delete) to delete."
        if plan.isBlocked { line += " \(plan.blocked.count) blocked." }
        if plan.isIncomplete { line += " \(style.warning("Incomplete"))." }
        return [line] + howToApply()
    }

    private func howToApply() -> [String] {
        guard plan.hasChanges else { return [] }
        let flags = PlanText.flags(plan).map { " \($0)" }.joined()
        guard let command = options.command else { return [] }
        if let file = options.savedTo {
            let valid = options.validUntilMs.map { ", valid until \(UTCText.minutes($0))" } ?? ""
            return ["Saved to \(file)\(valid). To apply exactly this:", "  \(command)\(flags)"]
        }
        return ["To apply:", "  \(command)\(flags)"]
    }
}
