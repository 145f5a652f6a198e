import PlanReport
import Planner

/// What a second read says of what was applied: a plan made after it, looked at where the first one had steps.
///
/// What others changed elsewhere meanwhile, such as a topic that was created on a source, is for the next apply.
struct SecondRead: Hashable {
    /// What was found.
    let finding: ApplyText.SecondRead
    /// Why it is not settled, as far as a person cannot read it from the next plan's steps.
    let reasons: [String]

    private struct Subject: Hashable {
        var destination: String
        var link: String
        var object: PlannedObject
    }

    init(_ now: Plan, after applied: Plan) {
        func subject(_ step: Step) -> Subject {
            Subject(destination: step.destination, link: step.link ?? "", object: step.object)
        }
        func subject(_ change: BlockedChange) -> Subject {
            Subject(destination: change.destination, link: change.link, object: change.object)
        }
        let done = Set(applied.steps.map(subject))
        // What was blocked, or could not be read, when the plan was made was told then.
        let unread = Set(now.incomplete).subtracting(applied.incomplete).sorted()
        let wasBlocked = Set(applied.blocked.map(subject))
        let blocked = now.blocked.filter { done.contains(subject($0)) && !wasBlocked.contains(subject($0)) }
        let differs = !blocked.isEmpty || now.steps.contains { done.contains(subject($0)) }
        finding = !unread.isEmpty ? .incomplete : differs ? .differs : .settled
        let told = Set(unread)
        reasons = unread + blocked.filter { !told.contains($0.reason) }.map { "\($0.object): \($0.reason)" }
    }
}
