import Diagnostics
import Manifest
import Testing

@Suite struct WrongValueTests {
    @Test func `reports every wrong type and word of a run`() {
        let fixture = ManifestFixture(
            Sample.files(
                #"""
                state: 1
                mirrorTopicOptions:
                  replicationFactor: "3"
                  autoCreateTopics: {enabled: yes}
                  prefix: [a]
                  startOffset: latestt
                policy:
                  deletionProtection: "true"
                  onUndeclare: DELETE
                  promote: {maxLag: -1, timeout: 10}
                  gapFill: autoo
                workers: {mode: remote, count: 1.5}
                mirrorTopics: {name: a}
                configs: [a]
                """#))
        let expected = #"""
            links/a.yaml:7:10: error[K016]: spec.state must be ACTIVE, PAUSED or ABSENT, not "1"
                7 |   state: 1
                  |          ^
            links/a.yaml:9:24: error[K012]: spec.mirrorTopicOptions.replicationFactor must be a whole number \#
            from 1 to 32767, not the text "3"
                9 |     replicationFactor: "3"
                  |                        ^~~ write 3 without quotes
            links/a.yaml:10:33: error[K012]: spec.mirrorTopicOptions.autoCreateTopics.enabled must be true or \#
            false, not "yes"
               10 |     autoCreateTopics: {enabled: yes}
                  |                                 ^~~ write true, without quotes
            links/a.yaml:11:13: error[K012]: spec.mirrorTopicOptions.prefix must be text, not a list
               11 |     prefix: [a]
                  |             ^
            links/a.yaml:12:18: error[K016]: spec.mirrorTopicOptions.startOffset must be earliest, latest or an \#
            ISO-8601 time, not "latestt"
               12 |     startOffset: latestt
                  |                  ^~~~~~~ for example 2026-11-02T08:00:00Z
            links/a.yaml:14:25: error[K012]: spec.policy.deletionProtection must be true or false, not the text \#
            "true"
               14 |     deletionProtection: "true"
                  |                         ^~~~~~ write true, without quotes
            links/a.yaml:15:18: error[K016]: spec.policy.onUndeclare must be KEEP or PAUSE, not "DELETE"
               15 |     onUndeclare: DELETE
                  |                  ^~~~~~
            links/a.yaml:16:23: error[K017]: spec.policy.promote.maxLag must be a whole number of at least 0, \#
            not -1
               16 |     promote: {maxLag: -1, timeout: 10}
                  |                       ^~
            links/a.yaml:16:36: error[K017]: spec.policy.promote.timeout must be a duration such as 500ms, 90s \#
            or 10m, not "10"
               16 |     promote: {maxLag: -1, timeout: 10}
                  |                                    ^~ add a unit: ms, s, m, h or d
            links/a.yaml:17:14: error[K016]: spec.policy.gapFill must be auto, markers, records or refuse, not \#
            "autoo"
               17 |     gapFill: autoo
                  |              ^~~~~ did you mean "auto"?
            links/a.yaml:18:19: error[K016]: spec.workers.mode must be local or external, not "remote"
               18 |   workers: {mode: remote, count: 1.5}
                  |                   ^~~~~~
            links/a.yaml:18:34: error[K012]: spec.workers.count must be a whole number from 0 to 1000, not "1.5"
               18 |   workers: {mode: remote, count: 1.5}
                  |                                  ^~~
            links/a.yaml:19:17: error[K012]: spec.mirrorTopics must be a list, not a mapping
               19 |   mirrorTopics: {name: a}
                  |                 ^
            links/a.yaml:20:12: error[K012]: spec.configs must be a mapping, not a list
               20 |   configs: [a]
                  |            ^

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }

    @Test func `tells empty values from empty lists and mappings`() {
        let fixture = ManifestFixture(
            Sample.files(
                #"""
                state:
                mirrorTopicOptions: {replicationFactor: , prefix: }
                policy:
                workers:
                mirrorTopics:
                configs:
                """#))
        let expected = #"""
            links/a.yaml:7:9: error[K015]: spec.state has no value; it must be ACTIVE, PAUSED or ABSENT
                7 |   state:
                  |         ^
            links/a.yaml:8:43: error[K015]: spec.mirrorTopicOptions.replicationFactor has no value; it must be \#
            a whole number from 1 to 32767
                8 |   mirrorTopicOptions: {replicationFactor: , prefix: }
                  |                                           ^
            links/a.yaml:8:53: error[K015]: spec.mirrorTopicOptions.prefix has no value; it must be text
                8 |   mirrorTopicOptions: {replicationFactor: , prefix: }
                  |                                                     ^

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }

    @Test func `explains states that are observed and never desired`() {
        let fixture = ManifestFixture(
            Sample.files(
                #"""
                state: FAILED
                mirrorTopics:
                  - {name: a, state: FAILED}
                  - {name: b, state: PENDING_STOPPED}
                  - {name: c, state: ACTVE}
                  - {name: d, state: {}}
                """#))
        let expected = #"""
            links/a.yaml:7:10: error[K016]: spec.state must be ACTIVE, PAUSED or ABSENT, not "FAILED"
                7 |   state: FAILED
                  |          ^~~~~~
            links/a.yaml:9:24: error[K016]: spec.mirrorTopics[0].state must be ACTIVE, PAUSED, PROMOTED, \#
            FAILED_OVER or ABSENT, not "FAILED"
                9 |     - {name: a, state: FAILED}
                  |                        ^~~~~~ FAILED is observed, never desired; FAILED_OVER ends mirroring \#
            now
            links/a.yaml:10:24: error[K016]: spec.mirrorTopics[1].state must be ACTIVE, PAUSED, PROMOTED, \#
            FAILED_OVER or ABSENT, not "PENDING_STOPPED"
               10 |     - {name: b, state: PENDING_STOPPED}
                  |                        ^~~~~~~~~~~~~~~ PENDING_STOPPED is observed; PROMOTED and \#
            FAILED_OVER lead to it
            links/a.yaml:11:24: error[K016]: spec.mirrorTopics[2].state must be ACTIVE, PAUSED, PROMOTED, \#
            FAILED_OVER or ABSENT, not "ACTVE"
               11 |     - {name: c, state: ACTVE}
                  |                        ^~~~~ did you mean "ACTIVE"?
            links/a.yaml:12:24: error[K012]: spec.mirrorTopics[3].state must be ACTIVE, PAUSED, PROMOTED, \#
            FAILED_OVER or ABSENT, not a mapping
               12 |     - {name: d, state: {}}
                  |                        ^

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }
}
