import Diagnostics
import KafkaModel
import Planner

/// A plan as a comment on a pull request: what is dangerous comes first, what is long is folded.
package enum PlanMarkdown {
    /// First line of every comment, to find the one to update.
    package static let marker = "<!-- lockstep:plan -->"

    /// What stands around the plan.
    package struct Options: Hashable, Sendable {
        /// Commit of the manifests, when they are in git.
        package var commit: String?
        /// Most bytes the comment should have; GitHub takes 65,536 characters.
        package var maximumBytes: Int

        /// Options of their parts.
        package init(commit: String? = nil, maximumBytes: Int = 60_000) {
            self.commit = commit
            self.maximumBytes = maximumBytes
        }
    }

    /// The comment, in the fullest form that fits; blocked and one-way rows are never left out.
    package static func render(_ plan: Plan, _ options: Options) -> String {
        var text = ""
        for form in PlanMarkdownReport.Form.allCases {
            text = PlanMarkdownReport(plan: plan, options: options, form: form).text()
            if text.utf8.count <= options.maximumBytes { break }
        }
        return text
    }
}

private struct PlanMarkdownReport {
    /// From everything to the least; a later form leaves more out.
    enum Form: Int, CaseIterable, Comparable {
        case everything, withoutUndeclared, withoutCreationFacts, withoutFacts, creationsGrouped

        static func < (left: Form, right: Form) -> Bool { left.rawValue < right.rawValue }
    }

    /// How many creations of a link are shown before the rest is only counted.
    static let shownCreations = 20
    /// How many blocked changes the box on top lists.
    static let shownInBox = 10

    let plan: Plan
    let options: PlanMarkdown.Options
    let form: Form

    func text() -> String {
        let blocks = [
            headline(), source(), oneWay(), blockedBox(), incomplete(), clusters(), table(), facts(), rest(), cut(),
        ]
        return ([PlanMarkdown.marker] + blocks.filter { !$0.isEmpty }).joined(separator: "\n\n")
            .replacing("\(PlanMarkdown.marker)\n\n", with: "\(PlanMarkdown.marker)\n") + "\n"
    }

    private func headline() -> String {
        let counts = plan.counts
        var parts: [String] = []
        if counts.create > 0 { parts.append("\(counts.create) to create") }
        if counts.change > 0 {
            parts.append(
                "\(counts.change) to change" + (counts.irreversible > 0 ? " (\(counts.irreversible) irreversible)" : "")
            )
        }
        if counts.delete > 0 { parts.append("\(counts.delete) to delete") }
        if plan.isBlocked { parts.append("\(plan.blocked.count) blocked") }
        if plan.isIncomplete { parts.append("incomplete") }
        return "### lockstep plan: " + (parts.isEmpty ? "no changes" : parts.joined(separator: ", "))
    }

    private func source() -> String {
        let commit = options.commit.map { "Commit \(MarkdownText.code($0)), l" } ?? "L"
        let id = plan.planId.count > 19 ? "\(plan.planId.prefix(15))...\(plan.planId.suffix(4))" : plan.planId
        return "\(commit)ive state read \(UTCText.minutes(plan.readAtMs)), plan \(MarkdownText.code(id))"
    }

    // MARK: Boxes

    private func oneWay() -> String {
        let steps = plan.steps.filter { $0.needs != nil }
        guard !steps.isEmpty else { return "" }
        var lines = ["> [!CAUTION]", "> **\(counted(steps.count, "step")) cannot be undone.**"]
        for step in steps {
            let facts = step.details.map { "\($0.label): \($0.value)" }.joined(separator: "; ")
            let how = step.headline ?? (step.action == .delete ? "deleted" : "stopped")
            lines.append("> - \(MarkdownText.code(step.object.name)): \(MarkdownText.plain("\(how). \(facts)"))")
        }
        return lines.joined(separator: "\n")
    }

    private func blockedBox() -> String {
        guard plan.isBlocked else { return "" }
        var lines = [
            "> [!WARNING]", "> **\(counted(plan.blocked.count, "change")) blocked.** Nothing of this will be done.",
        ]
        for change in plan.blocked.prefix(Self.shownInBox) {
            let words = "\(change.reason). To go on: \(change.remedy)"
            lines.append("> - \(MarkdownText.code(change.object.name)): \(MarkdownText.plain(words))")
        }
        if plan.blocked.count > Self.shownInBox {
            lines.append("> - and \(plan.blocked.count - Self.shownInBox) more, see the table")
        }
        return lines.joined(separator: "\n")
    }

    private func incomplete() -> String {
        let lines = plan.incomplete.map { "> - \(MarkdownText.plain($0))" }
        let notes = plan.notes.map { "- \(MarkdownText.plain($0.text))" }
        var blocks: [String] = []
        if !lines.isEmpty {
            let head = ["> [!WARNING]", "> **This plan is incomplete.** Something could not be read."]
            blocks.append((head + lines).joined(separator: "\n"))
        }
        if !notes.isEmpty { blocks.append(notes.joined(separator: "\n")) }
        return blocks.joined(separator: "\n\n")
    }

    // MARK: Clusters

    /// The lines of the text plan's head; in short forms only those of clusters that have a problem.
    private func clusters() -> String {
        guard plan.hasChanges || plan.isBlocked || plan.isIncomplete else { return "" }
        return plan.clusters.filter { form < .withoutFacts || $0.problem != nil }
            .map { "- \(MarkdownText.code($0.name)): \(words($0).joined(separator: ", "))" }
            .joined(separator: "\n")
    }

    private func words(_ cluster: PlannedCluster) -> [String] {
        func strong(_ problem: String) -> String { "**\(MarkdownText.plain(problem))**" }
        guard let id = cluster.clusterId else { return [strong(cluster.problem ?? "cannot be read")] }
        let words = [
            MarkdownText.code(id), counted(cluster.brokerCount, "broker"),
            cluster.access == .readOnly ? "read-only" : "read-write",
        ]
        return words + [cluster.identity.map(MarkdownText.plain), cluster.problem.map(strong)].compactMap(\.self)
    }

    // MARK: Table and facts

    private func table() -> String {
        guard plan.hasChanges || plan.isBlocked else { return "" }
        var lines = ["| # | | What | On | Why |", "|--:|:-:|---|---|---|"]
        var shown: [String: Int] = [:]
        var hidden: [String: Int] = [:]
        for step in plan.steps {
            if form >= .creationsGrouped, case .createMirrorTopic = step.operation, let link = step.link {
                shown[link, default: 0] += 1
                if shown[link, default: 0] > Self.shownCreations {
                    hidden[link, default: 0] += 1
                    continue
                }
            }
            let why =
                step.object.kind == .workers && !step.after.isEmpty
                ? "after \(NumberRanges.text(step.after))" : step.place.map(short) ?? ""
            lines.append(row("\(step.number)", step.action.rawValue, step.object, step.headline, step.destination, why))
        }
        for (link, count) in hidden.sorted(by: { $0.key < $1.key }) {
            lines.append(
                "| | + | \(counted(count, "more mirror topic")) on link \(MarkdownText.code(link, inTable: true)) | | |"
            )
        }
        for change in plan.blocked {
            let headline = change.headline ?? change.action.word
            lines.append(row("", "x", change.object, headline, change.destination, change.reason))
        }
        return lines.joined(separator: "\n")
    }

    private func row(
        _ number: String, _ symbol: String, _ object: PlannedObject, _ headline: String?, _ cluster: String,
        _ why: String
    ) -> String {
        let kind = "\(object)".dropLast(object.name.count)
        let name = MarkdownText.code(object.name, inTable: true)
        let how = headline.map { ": \(MarkdownText.plain($0))" } ?? ""
        return
            "| \(number) | \(symbol) | \(kind)\(name)\(how) | \(MarkdownText.plain(cluster)) "
            + "| \(MarkdownText.plain(why)) |"
    }

    private func facts() -> String {
        guard form < .withoutFacts else { return "" }
        var lines: [String] = []
        for step in plan.steps where !step.details.isEmpty {
            if form >= .withoutCreationFacts, step.action == .create { continue }
            let at = step.place.map { "  (\(short($0)))" } ?? ""
            lines.append("@@ \(step.number) \(step.action.rawValue) \(step.title)\(at) @@")
            lines += step.details.map {
                "\(step.action == .change ? "!" : step.action.rawValue) \($0.label): \($0.value)"
            }
        }
        guard !lines.isEmpty else { return "" }
        let body = lines.map(MarkdownText.fenced).joined(separator: "\n")
        return "<details><summary>Details</summary>\n\n```diff\n\(body)\n```\n\n</details>"
    }

    private func rest() -> String {
        guard plan.unchanged > 0 || !plan.undeclared.isEmpty else { return "" }
        let undeclared = counted(plan.undeclared.count, "mirror topic") + " no longer declared"
        let summary =
            plan.undeclared.isEmpty ? "\(plan.unchanged) unchanged" : "\(plan.unchanged) unchanged, \(undeclared)"
        guard !plan.undeclared.isEmpty, form < .withoutUndeclared else { return summary + "." }
        let names = plan.undeclared.map { MarkdownText.code($0.topic) }.joined(separator: ", ")
        return "<details><summary>\(summary)</summary>\n\nThey go on as they were: \(names)\n\n</details>"
    }

    private func cut() -> String {
        form == .everything ? "" : "Shortened to fit; `lockstep plan` prints everything."
    }

    private func short(_ place: SourcePlace) -> String { "\(place.file):\(place.line)" }
}
