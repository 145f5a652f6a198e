import KafkaModel
import PlanReport
import Planner
import Testing

@Suite struct `Plan text` {
    @Test func `shows targets, steps, one-way steps, blocked changes and the summary`() {
        let text = PlanText.render(
            Scenario.plan(),
            PlanText.Options(
                version: "0.5.0", commit: "3f9c2e1", command: "lockstep apply plan.json", savedTo: "plan.json",
                validUntilMs: 1_795_382_047_000)
        )
        #expect(
            text == """
                lockstep 0.5.0  commit 3f9c2e1  live state read 2026-11-22 09:14:07 UTC
                  dublin  Zt8k1rBfQkO9uJm4c6yNEw  3 brokers  read-write
                  lyon    5hJr9sPzRcWq7d0tVbGxUg  1 broker   read-only
                  paris   Qx3v0dQ2T5mS1kXh2p7wLA  6 brokers  read-only

                Symbols: + create   ~ change   - delete   ! irreversible   x blocked

                1  ~ mirror topic audit.views: ACTIVE -> PAUSED        links/lyon-to-dublin.yaml:24
                2  + link paris-to-dublin                              links/paris-to-dublin.yaml:5
                       source                       paris
                       destination                  dublin
                       prefix                       "paris."
                3  + mirror topic paris.customers.v3                   topics/orders-team.yaml:13
                       from paris/customers.v3      24 partitions
                4  + mirror topic paris.orders.returns.v1              topics/orders-team.yaml:11
                       from paris/orders.returns.v1 6 partitions
                5  + mirror topic paris.orders.v1                      topics/orders-team.yaml:9
                       from paris/orders.v1         12 partitions
                6  + workers paris-to-dublin: start 2                  after 2
                7  ! mirror topic billing.invoices: ACTIVE -> PROMOTED links/lyon-to-dublin.yaml:21
                       lag now                      1204 records on 8 partitions
                       will wait for                lag 0, at most 10m; then mirroring stops for good
                       after this                   writable on dublin; lyon keeps its own copy

                x  - mirror topic audit.clicks                         links/lyon-to-dublin.yaml:23
                       would delete                 8 partitions
                       blocked                      deletionProtection is true on lyon-to-dublin (line 26)
                       to go on                     merge deletionProtection: false for the link first, then apply with
                                                    --allow-delete
                x  + mirror topic paris.typo.v1                        topics/orders-team.yaml:15
                       blocked                      source topic not found: paris/typo.v1
                       to go on                     correct the name, or create the topic on paris

                Not shown: 2 unchanged.

                Plan: 5 to create, 2 to change (1 irreversible), 0 to delete. 2 blocked.
                Saved to plan.json, valid until 2026-11-22 21:14 UTC. To apply exactly this:
                  lockstep apply plan.json --allow-irreversible --skip-blocked

                """)
    }

    @Test func `says in one line that nothing changes`() {
        let plan = Scenario.matching
        #expect(
            PlanText.render(plan, PlanText.Options(version: "0.5.0"))
                == """
                No changes. 2 objects on 1 link match.
                Note: 3 mirror topics no longer declared (lockstep status).

                """)
        var alone = plan
        alone.undeclared = []
        #expect(
            PlanText.render(alone, PlanText.Options(version: "0.5.0", commit: "3f9c2e1"))
                == "No changes. 2 objects on 1 link match commit 3f9c2e1.\n")
        alone.unchanged = 45
        alone.linkCount = 2
        #expect(
            PlanText.render(alone, PlanText.Options(version: "0.5.0")) == "No changes. 45 objects on 2 links match.\n")
    }

    @Test func `never says that nothing changes when something could not be read`() {
        let plan = Scenario.plan { desired, live in
            desired.links.removeAll { $0.name == "paris-to-dublin" }
            desired.links[0].mirrorTopics.removeAll { $0.name != "billing.payments" }
            live.clusters["lyon"] = LiveCluster(
                name: "lyon", clusterId: nil, brokerCount: 0, problem: "connection refused")
            for name in ["audit.clicks", "audit.views", "billing.invoices"] {
                live.links["lyon-to-dublin"]?.mirrors[name] = nil
            }
        }
        #expect(
            PlanText.render(plan, PlanText.Options(version: "0.5.0", command: "lockstep apply"))
                == """
                lockstep 0.5.0  live state read 2026-11-22 09:14:07 UTC
                  dublin  Zt8k1rBfQkO9uJm4c6yNEw  3 brokers  read-write
                  lyon    cannot be read: connection refused
                  paris   Qx3v0dQ2T5mS1kXh2p7wLA  6 brokers  read-only

                Incomplete: source lyon cannot be read: connection refused; 1 mirror topic was not compared.

                Not shown: 1 unchanged.

                Plan: 0 to create, 0 to change, 0 to delete. Incomplete.

                """)
    }

    @Test func `shows external workers that are missing as a note`() {
        let plan = Scenario.plan { desired, live in
            desired.links.removeAll { $0.name == "paris-to-dublin" }
            desired.links[0].mirrorTopics.removeAll { $0.name != "billing.payments" }
            desired.links[0].workerMode = .external
            desired.links[0].workerCount = 2
            for name in ["audit.clicks", "audit.views", "billing.invoices"] {
                live.links["lyon-to-dublin"]?.mirrors[name] = nil
            }
        }
        #expect(
            PlanText.render(plan, PlanText.Options(version: "0.5.0"))
                == """
                No changes. 2 objects on 1 link match.
                Note: workers lyon-to-dublin: 1 of 2 is missing; start `lockstep worker` for this link with \
                your supervisor.

                """)
    }

    @Test func `names the flags that the command needs`() {
        let plan = Scenario.plan { desired, _ in
            desired.links.removeAll { $0.name == "paris-to-dublin" }
            desired.links[0].deletionProtection = false
            desired.links[0].mirrorTopics.removeAll { $0.name == "billing.invoices" || $0.name == "audit.views" }
        }
        let text = PlanText.render(plan, PlanText.Options(version: "0.5.0", command: "lockstep apply -f links"))
        #expect(text.hasSuffix("\nTo apply:\n  lockstep apply -f links --allow-delete\n"))
        #expect(text.contains("\nNot shown: 2 unchanged, 2 mirror topics no longer declared (lockstep status).\n"))
        #expect(text.contains("\nPlan: 0 to create, 0 to change, 1 to delete.\n"))
        #expect(PlanText.oneLine(plan) == "1 change")
        #expect(PlanText.oneLine(Scenario.plan()) == "7 changes (1 irreversible), 2 blocked")
    }

    @Test func `names the cluster where several are written`() {
        let plan = Scenario.plan { desired, live in
            desired.links.removeAll { $0.name == "paris-to-dublin" }
            desired.links[0].mirrorTopics.removeAll { $0.name != "audit.views" }
            desired.clusters["cork"] = desired.clusters["dublin"]
            live.clusters["cork"] = LiveCluster(name: "cork", clusterId: "C", brokerCount: 3)
            let link = LinkSpec(
                name: "lyon-to-cork", place: Scenario.place("cork.yaml", 5), source: "lyon", destination: "cork")
            desired.links.append(link)
            live.links["lyon-to-cork"] = LiveLink(name: "lyon-to-cork")
        }
        let text = PlanText.render(plan, PlanText.Options(version: "0.5.0"))
        #expect(
            text.contains(
                """
                On cork:
                1  + state topic __lockstep on cork
                       holds       links and mirror states of this cluster; 1 partition, compacted
                2  + link lyon-to-cork                          cork.yaml:5
                       source      lyon
                       destination cork
                On dublin:
                3  ~ mirror topic audit.views: ACTIVE -> PAUSED links/lyon-to-dublin.yaml:24

                """))
    }

    @Test func `colours symbols only when asked`() {
        let plan = Scenario.plan()
        let plain = PlanText.render(plan, PlanText.Options(version: "0.5.0"))
        let coloured = PlanText.render(plan, PlanText.Options(color: true, version: "0.5.0"))
        #expect(!plain.contains("\u{1B}"))
        #expect(coloured.contains("2  \u{1B}[32m+\u{1B}[0m link paris-to-dublin "))
        #expect(coloured.contains("7  \u{1B}[1;35m!\u{1B}[0m mirror topic billing.invoices"))
        #expect(coloured.contains("\u{1B}[31mx\u{1B}[0m  \u{1B}[31m-\u{1B}[0m mirror topic audit.clicks"))
        let stripped = coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "")
        #expect(stripped == plain)
        #expect(plain.unicodeScalars.allSatisfy { $0.isASCII })
    }

    @Test func `says who Lockstep is on each cluster`() {
        let plan = Scenario.plan { desired, _ in
            desired.clusters["paris"]?.identity = "as mirror (SCRAM-SHA-512, TLS, password set)"
        }
        let text = PlanText.render(plan, PlanText.Options(version: "0.5.0"))
        #expect(
            text.contains(
                "  paris   Qx3v0dQ2T5mS1kXh2p7wLA  6 brokers  read-only  as mirror (SCRAM-SHA-512, TLS, password set)\n"
            ))
        #expect(text.contains("paris as mirror (SCRAM-SHA-512, TLS, password set)\n       destination"))
    }

    @Test func `lets no message of a broker move the cursor`() {
        let plan = Scenario.plan { _, live in
            live.clusters["lyon"]?.problem = "bad\u{1B}[2J\nx\u{202E}y"
        }
        let text = PlanText.render(plan, PlanText.Options(version: "0.5.0"))
        #expect(text.contains("read-only  cannot be read: bad [2J x y\n"))
        #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" })
    }
}

@Suite struct `UTC text` {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_827_696_000, "2000-02-29T12:34:56Z"), (-1, "1969-12-31T23:59:59Z"),
            (1_795_338_847_999, "2026-11-22T09:14:07Z"), (4_107_542_400_000, "2100-03-01T00:00:00Z"),
            (1_709_251_199_000, "2024-02-29T23:59:59Z"), (1_704_067_200_000, "2024-01-01T00:00:00Z"),
        ] as [(Int64, String)])
    func `counts days as the calendar does`(milliseconds: Int64, text: String) {
        #expect(UTCText.iso(milliseconds) == text)
    }
}
