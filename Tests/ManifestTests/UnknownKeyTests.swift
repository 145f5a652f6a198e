import Diagnostics
import Manifest
import Testing

@Suite struct UnknownKeyTests {
    @Test func `names every unknown key with what was probably meant`() {
        let fixture = ManifestFixture(
            Sample.files(
                #"""
                consumerGroupFilter: []
                mirrorTopicOptions: {prefixx: a, autoCreateTopics: {enable: true}}
                policy: {promote: {maxlag: 1}}
                workers: {modus: local}
                mirrorTopics: [{name: a, states: ACTIVE}]
                zzz: 1
                """#))
        let expected = #"""
            links/a.yaml:7:3: error[K014]: unknown key "consumerGroupFilter" in spec
                7 |   consumerGroupFilter: []
                  |   ^~~~~~~~~~~~~~~~~~~ did you mean "consumerGroupFilters"?
            links/a.yaml:8:24: error[K014]: unknown key "prefixx" in spec.mirrorTopicOptions
                8 |   mirrorTopicOptions: {prefixx: a, autoCreateTopics: {enable: true}}
                  |                        ^~~~~~~ did you mean "prefix"?
            links/a.yaml:8:55: error[K014]: unknown key "enable" in spec.mirrorTopicOptions.autoCreateTopics
                8 |   mirrorTopicOptions: {prefixx: a, autoCreateTopics: {enable: true}}
                  |                                                       ^~~~~~ did you mean "enabled"?
            links/a.yaml:9:22: error[K014]: unknown key "maxlag" in spec.policy.promote
                9 |   policy: {promote: {maxlag: 1}}
                  |                      ^~~~~~ did you mean "maxLag"?
            links/a.yaml:10:13: error[K014]: unknown key "modus" in spec.workers
               10 |   workers: {modus: local}
                  |             ^~~~~ known here: count, mode
            links/a.yaml:11:28: error[K014]: unknown key "states" in spec.mirrorTopics[0]
               11 |   mirrorTopics: [{name: a, states: ACTIVE}]
                  |                            ^~~~~~ did you mean "state"?
            links/a.yaml:12:3: error[K014]: unknown key "zzz" in spec
               12 |   zzz: 1
                  |   ^~~

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }

    @Test func `refuses a duplicate key and names both places`() {
        let fixture = ManifestFixture(
            Sample.files(
                #"""
                state: ACTIVE
                workers: {count: 1}
                state: PAUSED
                """#))
        let expected = #"""
            links/a.yaml:9:3: error[K007]: key "state" stands twice in the same mapping
                9 |   state: PAUSED
                  |   ^~~~~ remove one of them
                  also see links/a.yaml:7:3 (the first one)

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }
}
