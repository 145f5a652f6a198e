import Diagnostics
import Manifest
import Testing

@Suite struct NotAvailableTests {
    let attachments = [
        "links/good.json": #"{"topicFilters": [{"name": "a", "patternType": "LITERAL", "filterType": "INCLUDE"}]}"#,
        "links/wrong.json": #"{"topicFilters": [{"name": "a", "patternType": "LITERAL"}], "x": 1}"#,
        "links/broken.json": #"{"topicFilters": ["#, "links/empty.json": "",
    ]

    @Test func `refuses what a link cannot do yet`() {
        let fixture = ManifestFixture(
            Sample.files(
                #"""
                state: ABSENT
                mirrorTopicOptions: {startOffset: latest}
                workers: {mode: external}
                consumerGroupFilters: []
                aclFilters:
                  - resourceFilter: {resourceType: topic, patternType: any}
                    accessFilter: {operation: any, permissionType: any}
                configs:
                  consumer.offset.sync.enable: false
                  consumer.offset.sync.ms: 15000
                  acl.sync.enable: true
                  acl.sync.ms: 1000
                  link.mode: BIDIRECTIONAL
                  replica.fetch.max.bytes: 1
                policy: {gapFill: markers, aclPrune: never, promote: {requireVerified: true}}
                """#), attachments: attachments)
        let expected = #"""
            links/a.yaml:8:24: error[K040]: "mirrorTopicOptions.startOffset: latest" is not available in this \#
            version of Lockstep
                8 |   mirrorTopicOptions: {startOffset: latest}
                  |                        ^~~~~~~~~~~ mirrors begin at the earliest offset for now; write \#
            earliest
            links/a.yaml:19:5: error[K040]: "link.mode: BIDIRECTIONAL" is not available in this version of \#
            Lockstep
               19 |     link.mode: BIDIRECTIONAL
                  |     ^~~~~~~~~ links read from the source; remove it
            links/a.yaml:21:12: error[K040]: "policy.gapFill: markers" is not available in this version of \#
            Lockstep
               21 |   policy: {gapFill: markers, aclPrune: never, promote: {requireVerified: true}}
                  |            ^~~~~~~ use auto or refuse; topics with gaps stop with the reason
            links/a.yaml:21:57: error[K040]: "policy.promote.requireVerified: true" is not available in this \#
            version of Lockstep
               21 |   policy: {gapFill: markers, aclPrune: never, promote: {requireVerified: true}}
                  |                                                         ^~~~~~~~~~~~~~~ remove it for now

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }

    @Test func `checks what is not available all the same`() {
        let fixture = ManifestFixture(
            Sample.files(
                #"""
                consumerGroupFilters: [{name: a*, patternType: LITERAL, filterType: INCLUDE}]
                aclFilters: [{resourceFilter: {resourceType: topics, patternType: any}, accessFilter: {}}]
                mirrorTopics: [{name: a, configs: {retention.ms: week}}]
                """#), attachments: attachments)
        let expected = #"""
            links/a.yaml:7:33: error[K027]: "*" is no wildcard inside a name: "a*" matches nothing
                7 |   consumerGroupFilters: [{name: a*, patternType: LITERAL, filterType: INCLUDE}]
                  |                                 ^~ write name: a with patternType: PREFIXED
            links/a.yaml:8:48: error[K016]: spec.aclFilters[0].resourceFilter.resourceType must be any, topic, \#
            group, cluster, transactionalId, delegationToken or user, not "topics"
                8 |   aclFilters: [{resourceFilter: {resourceType: topics, patternType: any}, accessFilter: {}}]
                  |                                                ^~~~~~ did you mean "topic"?
            links/a.yaml:8:89: error[K013]: "operation" is missing in spec.aclFilters[0].accessFilter
                8 |   aclFilters: [{resourceFilter: {resourceType: topics, patternType: any}, accessFilter: {}}]
                  |                                                                                         ^
            links/a.yaml:8:89: error[K013]: "permissionType" is missing in spec.aclFilters[0].accessFilter
                8 |   aclFilters: [{resourceFilter: {resourceType: topics, patternType: any}, accessFilter: {}}]
                  |                                                                                         ^
            links/a.yaml:9:52: error[K017]: topic config "retention.ms" must be a whole number of at least -1, \#
            not "week"
                9 |   mirrorTopics: [{name: a, configs: {retention.ms: week}}]
                  |                                                    ^~~~

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }

    @Test func `accepts values that ask for nothing`() {
        let fixture = ManifestFixture(
            Sample.files(
                #"""
                state: ACTIVE
                mirrorTopicOptions: {startOffset: earliest}
                consumerGroupFilters: []
                aclFilters:
                configs:
                  consumer.offset.sync.enable: false
                  consumer.offset.sync.ms:
                  acl.sync.enable: false
                  link.mode: destination
                  connection.mode: OUTBOUND
                mirrorTopics: [{name: a, configs: {}}]
                policy: {gapFill: refuse, aclPrune: owned, promote: {requireVerified: false}}
                """#), attachments: attachments)
        #expect(fixture.text == "")
        #expect(fixture.load.desired != nil)
    }
}
