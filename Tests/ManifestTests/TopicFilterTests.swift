import Diagnostics
import Manifest
import Testing

@Suite struct TopicFilterTests {
    let attachments = [
        "links/good.json": #"{"topicFilters": [{"name": "a", "patternType": "LITERAL", "filterType": "INCLUDE"}]}"#,
        "links/wrong.json": #"{"topicFilters": [{"name": "a", "patternType": "LITERAL"}], "x": 1}"#,
        "links/broken.json": #"{"topicFilters": ["#, "links/empty.json": "",
        "links/groups.json": #"{"groupFilters": [{"name": "*", "patternType": "LITERAL", "filterType": "INCLUDE"}]}"#,
    ]

    @Test func `refuses filters that cannot mean what was meant`() {
        let fixture = ManifestFixture(
            Sample.files(
                #"""
                mirrorTopicOptions:
                  autoCreateTopics:
                    enabled: true
                    topicFilters:
                      - {name: "*", patternType: PREFIXED, filterType: INCLUDE}
                      - {name: "orders*", patternType: LITERAL, filterType: INCLUDE}
                      - {name: "a*b", patternType: PREFIXED, filterType: INCLUDE}
                      - {name: "__x", patternType: PREFIXED, filterType: INCLUDE}
                      - {name: "a b", patternType: PREFIXED, filterType: INCLUDE}
                      - {name: a, patternType: REGEX, filterType: INCLUDED}
                      - {name: a}
                      - a
                """#), attachments: attachments)
        let expected = #"""
            links/a.yaml:11:18: error[K027]: "*" must be LITERAL, not PREFIXED
               11 |         - {name: "*", patternType: PREFIXED, filterType: INCLUDE}
                  |                  ^~~ write patternType: LITERAL
            links/a.yaml:12:18: error[K027]: "*" is no wildcard inside a name: "orders*" matches nothing
               12 |         - {name: "orders*", patternType: LITERAL, filterType: INCLUDE}
                  |                  ^~~~~~~~~ write name: orders with patternType: PREFIXED
            links/a.yaml:13:18: error[K027]: "*" is no wildcard inside a name: "a*b" matches nothing
               13 |         - {name: "a*b", patternType: PREFIXED, filterType: INCLUDE}
                  |                  ^~~~~ filters know whole names and prefixes
            links/a.yaml:14:18: error[K026]: "__x" is internal to a cluster and is never mirrored
               14 |         - {name: "__x", patternType: PREFIXED, filterType: INCLUDE}
                  |                  ^~~~~ names that start with "__" belong to Kafka and its tools
            links/a.yaml:15:18: error[K025]: "a b" matches no topic: a topic name has only letters, digits, \#
            '.', '_' and '-'
               15 |         - {name: "a b", patternType: PREFIXED, filterType: INCLUDE}
                  |                  ^~~~~
            links/a.yaml:16:34: error[K016]: spec.mirrorTopicOptions.autoCreateTopics.topicFilters[5].patternTyp\#
            e must be LITERAL or PREFIXED, not "REGEX"
               16 |         - {name: a, patternType: REGEX, filterType: INCLUDED}
                  |                                  ^~~~~
            links/a.yaml:16:53: error[K016]: spec.mirrorTopicOptions.autoCreateTopics.topicFilters[5].filterType\#
             must be INCLUDE or EXCLUDE, not "INCLUDED"
               16 |         - {name: a, patternType: REGEX, filterType: INCLUDED}
                  |                                                     ^~~~~~~~ did you mean "INCLUDE"?
            links/a.yaml:17:12: error[K013]: "patternType" is missing in \#
            spec.mirrorTopicOptions.autoCreateTopics.topicFilters[6]
               17 |         - {name: a}
                  |            ^~~~
            links/a.yaml:17:12: error[K013]: "filterType" is missing in \#
            spec.mirrorTopicOptions.autoCreateTopics.topicFilters[6]
               17 |         - {name: a}
                  |            ^~~~
            links/a.yaml:18:11: error[K012]: spec.mirrorTopicOptions.autoCreateTopics.topicFilters[7] must be a \#
            mapping, not "a"
               18 |         - a
                  |           ^

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }

    @Test func `refuses auto-creation without filters`() {
        let fixture = ManifestFixture(
            Sample.files(
                #"""
                mirrorTopicOptions: {autoCreateTopics: {enabled: true}}
                """#), attachments: attachments)
        let expected = #"""
            links/a.yaml:7:52: error[K028]: autoCreateTopics is enabled without topic filters
                7 |   mirrorTopicOptions: {autoCreateTopics: {enabled: true}}
                  |                                                    ^~~~
                  add topicFilters; {name: "*", patternType: LITERAL, filterType: INCLUDE} is every topic

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }

    @Test func `refuses auto-creation with an empty list`() {
        let fixture = ManifestFixture(
            Sample.files(
                #"""
                mirrorTopicOptions: {autoCreateTopics: {enabled: true, topicFilters: []}}
                """#), attachments: attachments)
        let expected = #"""
            links/a.yaml:7:52: error[K028]: autoCreateTopics is enabled without topic filters
                7 |   mirrorTopicOptions: {autoCreateTopics: {enabled: true, topicFilters: []}}
                  |                                                    ^~~~
                  add topicFilters; {name: "*", patternType: LITERAL, filterType: INCLUDE} is every topic

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }

    @Test func `refuses auto-creation that only excludes`() {
        let fixture = ManifestFixture(
            Sample.files(
                #"""
                mirrorTopicOptions:
                  autoCreateTopics:
                    enabled: true
                    topicFilters: [{name: a, patternType: LITERAL, filterType: EXCLUDE}]
                """#), attachments: attachments)
        let expected = #"""
            links/a.yaml:9:16: error[K028]: autoCreateTopics has no INCLUDE filter, so it would mirror nothing
                9 |       enabled: true
                  |                ^~~~ add an entry; {name: "*", patternType: LITERAL, filterType: INCLUDE} is \#
            every topic

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }

    @Test func `warns about filters that are not switched on`() {
        let fixture = ManifestFixture(
            Sample.files(
                #"""
                mirrorTopicOptions:
                  autoCreateTopics:
                    topicFilters: [{name: a, patternType: LITERAL, filterType: INCLUDE}]
                """#), attachments: attachments)
        let expected = #"""
            links/a.yaml:9:7: warning[K028]: the topic filters have no effect: autoCreateTopics is not enabled
                9 |       topicFilters: [{name: a, patternType: LITERAL, filterType: INCLUDE}]
                  |       ^~~~~~~~~~~~ add enabled: true, or enabled: false to keep it off

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired != nil)
    }

    @Test func `refuses a list and a file together`() {
        let fixture = ManifestFixture(
            Sample.files(
                #"""
                mirrorTopicOptions:
                  autoCreateTopics:
                    enabled: true
                    topicFilters: [{name: a, patternType: LITERAL, filterType: INCLUDE}]
                    topicFiltersFile: good.json
                """#), attachments: attachments)
        let expected = #"""
            links/a.yaml:11:25: error[K036]: topicFilters and topicFiltersFile exclude each other
               11 |       topicFiltersFile: good.json
                  |                         ^~~~~~~~~ keep one of them
                  also see links/a.yaml:10:21

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }

    @Test func `points into a filter file with mistakes`() {
        let fixture = ManifestFixture(
            Sample.files(
                #"""
                mirrorTopicOptions: {autoCreateTopics: {enabled: true, topicFiltersFile: wrong.json}}
                """#), attachments: attachments)
        let expected = #"""
            links/wrong.json:1:20: error[K013]: "filterType" is missing in topicFilters[0]
                1 | {"topicFilters": [{"name": "a", "patternType": "LITERAL"}], "x": 1}
                  |                    ^~~~~~
            links/wrong.json:1:61: error[K014]: unknown key "x" in the document
                1 | {"topicFilters": [{"name": "a", "patternType": "LITERAL"}], "x": 1}
                  |                                                             ^~~ known here: topicFilters

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }

    @Test func `refuses a filter file that is no JSON`() {
        let fixture = ManifestFixture(
            Sample.files(
                #"""
                mirrorTopicOptions: {autoCreateTopics: {enabled: true, topicFiltersFile: broken.json}}
                """#), attachments: attachments)
        let expected = #"""
            links/broken.json:2:1: error[K005]: this is not JSON: did not find expected node content

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }

    @Test func `refuses an empty filter file`() {
        let fixture = ManifestFixture(
            Sample.files(
                #"""
                mirrorTopicOptions: {autoCreateTopics: {enabled: true, topicFiltersFile: empty.json}}
                """#), attachments: attachments)
        let expected = #"""
            links/empty.json:1:1: error[K027]: filters are one JSON object, and this is empty
                  it looks like {"topicFilters": [{…}, …]}

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }

    @Test func `refuses a filter file that is missing`() {
        let fixture = ManifestFixture(
            Sample.files(
                #"""
                mirrorTopicOptions: {autoCreateTopics: {enabled: true, topicFiltersFile: missing.json}}
                """#), attachments: attachments)
        let expected = #"""
            links/a.yaml:7:76: error[K002]: the file "links/missing.json" cannot be read: no such file or \#
            directory
                7 |   mirrorTopicOptions: {autoCreateTopics: {enabled: true, topicFiltersFile: missing.json}}
                  |                                                                            ^~~~~~~~~~~~

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }

    @Test func `reads filters only from JSON files`() {
        let fixture = ManifestFixture(
            Sample.files(
                #"""
                mirrorTopicOptions: {autoCreateTopics: {enabled: true, topicFiltersFile: ../../etc/passwd}}
                """#), attachments: attachments)
        let expected = #"""
            links/a.yaml:7:76: error[K017]: spec.mirrorTopicOptions.autoCreateTopics.topicFiltersFile must be a \#
            .json file, not "../../etc/passwd"
                7 |   mirrorTopicOptions: {autoCreateTopics: {enabled: true, topicFiltersFile: \#
            ../../etc/passwd}}
                  |                                                                            ^~~~~~~~~~~~~~~~ \#
            Cluster Linking's filter files are JSON

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }
}
