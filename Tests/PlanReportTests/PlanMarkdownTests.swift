import KafkaModel
import PlanReport
import Planner
import Testing

@Suite struct `Plan Markdown` {
    @Test func `puts what is dangerous first`() {
        let plan = Scenario.plan()
        let id = "\(plan.planId.prefix(15))...\(plan.planId.suffix(4))"
        #expect(
            PlanMarkdown.render(plan, PlanMarkdown.Options(commit: "3f9c2e1"))
                == """
                <!-- lockstep:plan -->
                ### lockstep plan: 5 to create, 2 to change (1 irreversible), 2 blocked

                Commit `3f9c2e1`, live state read 2026-11-22 09:14 UTC, plan `\(id)`

                > [!CAUTION]
                > **1 step cannot be undone.**
                > - `billing.invoices`: ACTIVE -&gt; PROMOTED. lag now: 1204 records on 8 partitions; \
                will wait for: lag 0, at most 10m; \
                then mirroring stops for good; after this: writable on dublin; lyon keeps its own copy

                > [!WARNING]
                > **2 changes blocked.** Nothing of this will be done.
                > - `audit.clicks`: deletionProtection is true on lyon-to-dublin. To go on: merge deletionProtection: \
                false for the link first, then apply with --allow-delete
                > - `paris.typo.v1`: source topic not found: paris/typo.v1. To go on: correct the name, or create \
                the topic on paris

                - `dublin`: `Zt8k1rBfQkO9uJm4c6yNEw`, 3 brokers, read-write
                - `lyon`: `5hJr9sPzRcWq7d0tVbGxUg`, 1 broker, read-only
                - `paris`: `Qx3v0dQ2T5mS1kXh2p7wLA`, 6 brokers, read-only

                | # | | What | On | Why |
                |--:|:-:|---|---|---|
                | 1 | ~ | mirror topic `audit.views`: ACTIVE -&gt; PAUSED | dublin | links/lyon-to-dublin.yaml:24 |
                | 2 | + | link `paris-to-dublin` | dublin | links/paris-to-dublin.yaml:5 |
                | 3 | + | mirror topic `paris.customers.v3` | dublin | topics/orders-team.yaml:13 |
                | 4 | + | mirror topic `paris.orders.returns.v1` | dublin | topics/orders-team.yaml:11 |
                | 5 | + | mirror topic `paris.orders.v1` | dublin | topics/orders-team.yaml:9 |
                | 6 | + | workers `paris-to-dublin`: start 2 | dublin | after 2 |
                | 7 | ! | mirror topic `billing.invoices`: ACTIVE -&gt; PROMOTED | dublin \
                | links/lyon-to-dublin.yaml:21 |
                |  | x | mirror topic `audit.clicks`: delete | dublin | deletionProtection is true on lyon-to-dublin |
                |  | x | mirror topic `paris.typo.v1`: create | dublin | source topic not found: paris/typo.v1 |

                <details><summary>Details</summary>

                ```diff
                @@ 2 + link paris-to-dublin  (links/paris-to-dublin.yaml:5) @@
                + source: paris
                + destination: dublin
                + prefix: "paris."
                @@ 3 + mirror topic paris.customers.v3  (topics/orders-team.yaml:13) @@
                + from paris/customers.v3: 24 partitions
                @@ 4 + mirror topic paris.orders.returns.v1  (topics/orders-team.yaml:11) @@
                + from paris/orders.returns.v1: 6 partitions
                @@ 5 + mirror topic paris.orders.v1  (topics/orders-team.yaml:9) @@
                + from paris/orders.v1: 12 partitions
                @@ 7 ! mirror topic billing.invoices: ACTIVE -> PROMOTED  (links/lyon-to-dublin.yaml:21) @@
                ! lag now: 1204 records on 8 partitions
                ! will wait for: lag 0, at most 10m; then mirroring stops for good
                ! after this: writable on dublin; lyon keeps its own copy
                ```

                </details>

                2 unchanged.

                """)
    }

    @Test func `has a comment for no changes`() {
        let plan = Scenario.matching
        #expect(
            PlanMarkdown.render(plan, PlanMarkdown.Options())
                == """
                <!-- lockstep:plan -->
                ### lockstep plan: no changes

                Live state read 2026-11-22 09:14 UTC, plan `\(plan.planId.prefix(15))...\(plan.planId.suffix(4))`

                <details><summary>2 unchanged, 3 mirror topics no longer declared</summary>

                They go on as they were: `audit.clicks`, `audit.views`, `billing.invoices`

                </details>

                """)
    }

    @Test func `shortens without hiding blocked or one-way steps`() {
        let plan = Scenario.plan { desired, live in
            for number in 0..<900 {
                let name = "bulk.topic.number.\(number)"
                desired.links[1].mirrorTopics.append(
                    MirrorTopicSpec(name: "paris.\(name)", sourceName: name, place: Scenario.place("bulk.yaml", number))
                )
                live.links["paris-to-dublin"]?.sourceTopics[name] = .present(
                    LiveTopic(
                        name: name, topicId: name, partitionCount: 1, replicationFactor: 1,
                        configs: ["cleanup.policy": "delete", "max.message.bytes": "1"]))
                live.links["paris-to-dublin"]?.destinationTopics["paris.\(name)"] = .absent
            }
        }
        for limit in [100_000, 60_000, 8_000] {
            let text = PlanMarkdown.render(plan, PlanMarkdown.Options(maximumBytes: limit))
            #expect(text.utf8.count <= limit)
            #expect(text.contains("| ! | mirror topic `billing.invoices`"))
            #expect(text.contains("| x | mirror topic `audit.clicks`"))
            #expect(text.contains("| x | mirror topic `paris.typo.v1`"))
            #expect(text.hasSuffix("\n\nShortened to fit; `lockstep plan` prints everything.\n"))
            #expect(text.contains("<details>") == text.contains("</details>"))
        }
        let short = PlanMarkdown.render(plan, PlanMarkdown.Options(maximumBytes: 8_000))
        #expect(short.contains("\n| | + | 883 more mirror topics on link `paris-to-dublin` | | |\n"))
    }

    @Test func `says of each cluster what the text plan says`() {
        let plan = Scenario.plan { desired, live in
            desired.clusters["dublin"]?.identity = "as mirror_1 (SCRAM-SHA-512, TLS, password set)"
            desired.clusters["lyon"]?.clusterId = "another"
            live.clusters["paris"] = LiveCluster(
                name: "paris", clusterId: nil, brokerCount: 0, problem: "no broker answers at <paris>")
        }
        let text = PlanMarkdown.render(plan, PlanMarkdown.Options())
        let lines = [
            "- `dublin`: `Zt8k1rBfQkO9uJm4c6yNEw`, 3 brokers, read-write, "
                + "as mirror\\_1 (SCRAM-SHA-512, TLS, password set)",
            "- `lyon`: `5hJr9sPzRcWq7d0tVbGxUg`, 1 broker, read-only, **cannot be used: it reports cluster id "
                + "5hJr9sPzRcWq7d0tVbGxUg, but clusters.yaml:4 declares another**",
            "- `paris`: **cannot be read: no broker answers at &lt;paris&gt;**",
        ]
        #expect(text.contains("\n\n" + lines.joined(separator: "\n") + "\n\n"), "\(text)")
        // The same facts stand in the text plan.
        let head = PlanText.render(plan, PlanText.Options(version: "1")).split(separator: "\n")[1...3]
        for (line, word) in zip(head, ["as mirror_1 (", "declares another", "answers at <paris>"]) {
            #expect(line.contains(word))
        }
        // What is cut to fit keeps the problems.
        let short = PlanMarkdown.render(plan, PlanMarkdown.Options(maximumBytes: 10))
        #expect(!short.contains(lines[0]) && short.contains(lines[1]) && short.contains(lines[2]))
    }

    @Test func `lets no message break the table or mention anybody`() {
        let plan = Scenario.plan { _, live in
            live.links["paris-to-dublin"]?.sourceTopics["typo.v1"] = .unreadable("ask @ops | <b>`x`</b>\n# head")
        }
        let text = PlanMarkdown.render(plan, PlanMarkdown.Options())
        #expect(
            text.contains(
                "| topic typo.v1 on paris cannot be read: ask @<!-- -->ops \\| &lt;b&gt;\\`x\\`&lt;/b&gt; \\# head |"
            ))
        #expect(
            text.contains("\n> **This plan is incomplete.** Something could not be read.\n> - topic typo.v1 on paris"))
    }
}
