import Diagnostics
import Planner

/// Steps and blocked changes in columns: number, symbol, what, where; below each, its facts.
struct PlanRows {
    private let plan: Plan
    private let style: TextStyle
    private let numberWidth: Int
    private let titleWidth: Int
    private let labelWidth: Int

    /// Titles and labels longer than this do not push the columns of the others.
    private static let widestTitle = 80
    private static let widestLabel = 48
    /// Facts are wrapped to end before this column.
    private static let lineWidth = 112

    init(plan: Plan, style: TextStyle) {
        self.plan = plan
        self.style = style
        numberWidth = max(2, "\(plan.steps.count)".count)
        let titles = plan.steps.map(\.title) + plan.blocked.map(\.title)
        titleWidth = titles.map(\.count).filter { $0 <= Self.widestTitle }.max() ?? 0
        let labels = plan.steps.flatMap(\.details).map(\.label) + plan.blocked.flatMap(\.facts).map(\.label)
        labelWidth = labels.map(\.count).filter { $0 <= Self.widestLabel }.max() ?? 0
    }

    /// All steps; a line names the cluster where it changes, when there are several.
    func steps() -> [String] {
        let severalClusters = Set(plan.steps.map(\.destination)).count > 1
        var lines: [String] = []
        var cluster: String?
        for step in plan.steps {
            if severalClusters, step.destination != cluster {
                lines.append("On \(step.destination):")
                cluster = step.destination
            }
            lines.append(row("\(step.number)", step.action.rawValue, step.title, whereOrWhen(step)))
            lines += step.details.flatMap(fact)
        }
        return lines
    }

    /// All blocked changes, each with its reason and how to go on.
    func blocked() -> [String] {
        plan.blocked.flatMap { change in
            [row("x", change.action.rawValue, change.title, change.place.map(short) ?? "")]
                + change.facts.flatMap(fact)
        }
    }

    private func row(_ number: String, _ symbol: String, _ title: String, _ right: String) -> String {
        let head = number == "x" ? style.symbol("x") : number
        let gap = String(repeating: " ", count: numberWidth - number.count + 1)
        let start = "\(head)\(gap)\(style.symbol(symbol)) "
        return start + (right.isEmpty ? title.printable : title.printable.padded(to: titleWidth) + " " + right)
    }

    private func whereOrWhen(_ step: Step) -> String {
        if step.object.kind == .workers, !step.after.isEmpty { return "after \(NumberRanges.text(step.after))" }
        return step.place.map(short) ?? ""
    }

    private func short(_ place: SourcePlace) -> String { "\(place.file):\(place.line)" }

    private func fact(_ detail: Detail) -> [String] {
        let indent = String(repeating: " ", count: numberWidth + 5)
        let label = detail.label.printable.padded(to: labelWidth)
        let room = max(40, Self.lineWidth - indent.count - labelWidth - 1)
        let values = detail.value.printable.wrapped(at: room)
        let continuation = indent + String(repeating: " ", count: labelWidth + 1)
        return values.enumerated().map { index, value in
            index == 0 ? "\(indent)\(label) \(value)" : continuation + value
        }
    }
}

extension Step {
    /// What it acts on, and how.
    package var title: String { headline.map { "\(object): \($0)" } ?? "\(object)" }
}

extension BlockedChange {
    /// What it would act on, and how.
    package var title: String { headline.map { "\(object): \($0)" } ?? "\(object)" }

    /// The facts of the change, then why it is blocked and how to go on.
    var facts: [Detail] {
        details + [Detail("blocked", reason + (reasonPlace.map(at) ?? "")), Detail("to go on", remedy)]
    }

    private func at(_ other: SourcePlace) -> String {
        other.file == place?.file ? " (line \(other.line))" : " (\(other.file):\(other.line))"
    }
}

/// Numbers as people list them: `1-4, 7`.
enum NumberRanges {
    static func text(_ numbers: [Int]) -> String {
        var ranges: [ClosedRange<Int>] = []
        for number in numbers.sorted() {
            if let last = ranges.last, number <= last.upperBound + 1 {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                ranges.append(number...number)
            }
        }
        return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ", ")
    }
}
