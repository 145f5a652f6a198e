import KafkaModel
import PlanReport
import Planner
import Testing

@Suite struct `Apply text` {
    @Test func `aligns how steps end`() {
        let plan = Scenario.plan()
        let text = ApplyText(total: plan.steps.count)
        #expect(
            [
                text.started(plan.steps[1]),
                text.ended(plan.steps[1], .done(tookMs: 420, note: nil)),
                text.ended(plan.steps[5], .done(tookMs: 2100, note: "2/2 running")),
                text.waiting(plan.steps[6], "lag 310"),
                text.ended(plan.steps[6], .done(tookMs: 72_000, note: nil)),
                text.ended(plan.steps[0], .alreadyDone),
                text.ended(plan.steps[2], .failed("not authorized to create topics")),
                text.ended(plan.steps[3], .skipped("step 2 failed")),
            ] == [
                "[2/7] + link paris-to-dublin",
                "[2/7] + link paris-to-dublin ................................ done 0.4s",
                "[6/7] + workers paris-to-dublin ............................. done 2.1s (2/2 running)",
                "[7/7] ! promote billing.invoices ............ waiting, lag 310",
                "[7/7] ! promote billing.invoices ............................ done 1m12s",
                "[1/7] ~ pause audit.views ................................... done already",
                "[3/7] + mirror topic paris.customers.v3 ..................... failed: not authorized to create topics",
                "[4/7] + mirror topic paris.orders.returns.v1 ................ skipped: step 2 failed",
            ])
    }

    @Test func `keeps the column with more than nine steps and with long names`() {
        var step = Scenario.plan().steps[1]
        let text = ApplyText(total: 12, color: true)
        #expect(
            text.ended(step, .done(tookMs: 59_960, note: nil))
                == "[ 2/12] \u{1B}[32m+\u{1B}[0m link paris-to-dublin .............................. done 1m00s")
        step.number = 12
        step.object.name = String(repeating: "x", count: 60)
        #expect(text.ended(step, .alreadyDone).hasSuffix("x ... done already"))
    }

    @Test func `sums up in the past tense and says what is left`() {
        let text = ApplyText(total: 8)
        let done = StepCounts(create: 6, change: 2, irreversible: 1)
        #expect(
            [
                text.summary(ApplyText.Tally(done: done, blocked: 1, secondRead: .settled)),
                text.summary(ApplyText.Tally(done: StepCounts(delete: 1), failed: 1, skipped: 3, secondRead: .differs)),
                text.summary(ApplyText.Tally(done: done, secondRead: .incomplete)),
                text.summary(ApplyText.Tally(done: StepCounts())),
            ] == [
                "Applied: 6 created, 2 changed (1 irreversible). Left: 1 blocked.  Verified by a second read.",
                "Applied: 1 deleted. Left: 1 failed, 3 not tried.  A second read still finds differences; run plan.",
                "Applied: 6 created, 2 changed (1 irreversible). Left: nothing.  Not verified: a second read did not see "
                    + "everything; run plan.",
                "Applied: nothing. Left: nothing.",
            ])
    }
}
