import Diagnostics
import KafkaModel
import Manifest
import Testing

@Suite struct GroupFilterTests {
    private let everyGroup = #"[{name: "*", patternType: LITERAL, filterType: INCLUDE}]"#

    @Test func `filters and configs become the link's settings`() throws {
        let fixture = ManifestFixture(
            Sample.files(
                """
                mirrorTopicOptions: {prefix: eu.}
                consumerGroupFilters:
                  - {name: orders-, patternType: PREFIXED, filterType: INCLUDE}
                  - {name: "orders tmp/1", patternType: LITERAL, filterType: EXCLUDE}
                configs:
                  consumer.offset.sync.enable: true
                  consumer.offset.sync.ms: 15000
                  consumer.group.prefix.enable: true
                """))
        #expect(fixture.text == "")
        let settings = try #require(fixture.link?.settings)
        #expect(settings.isOffsetSyncEnabled && settings.isGroupPrefixEnabled && settings.offsetSyncMs == 15_000)
        #expect(
            settings.described == [
                "consumer.offset.sync.enable": "true", "consumer.offset.sync.ms": "15000",
                "consumer.group.prefix.enable": "true",
                "consumer.offset.group.filters": "include orders- (PREFIXED), exclude orders tmp/1 (LITERAL)",
            ])
        #expect(
            fixture.link?.configPlaces["consumer.offset.group.filters"]
                == SourcePlace(file: "links/a.yaml", line: 9, column: 5))
    }

    @Test func `without a word about groups nothing is synced, with Cluster Linking's defaults`() throws {
        let settings = try #require(ManifestFixture(Sample.files("state: ACTIVE")).link?.settings)
        #expect(!settings.isOffsetSyncEnabled && !settings.isGroupPrefixEnabled)
        #expect(settings.offsetSyncMs == 30_000)
        #expect(settings.groupFilters == nil)
    }

    @Test func `reads Cluster Linking's file unchanged`() {
        let json = """
            {"groupFilters": [
              {"name": "*",      "patternType": "LITERAL",  "filterType": "INCLUDE"},
              {"name": "moved-", "patternType": "PREFIXED", "filterType": "EXCLUDE"}
            ]}
            """
        let fixture = ManifestFixture(
            Sample.files(
                """
                consumerGroupFiltersFile: groups.json
                configs: {consumer.offset.sync.enable: true}
                """), attachments: ["links/groups.json": json])
        #expect(fixture.text == "")
        #expect(
            fixture.link?.groupFilters
                == TopicFilters([
                    TopicFilter(name: "*", patternType: .literal, filterType: .include),
                    TopicFilter(name: "moved-", patternType: .prefixed, filterType: .exclude),
                ]))
        #expect(
            fixture.link?.configPlaces["consumer.offset.group.filters"]?.description == "links/groups.json:1:18")
    }

    @Test func `switched off in words keeps the filters out and says nothing`() {
        let fixture = ManifestFixture(
            Sample.files("consumerGroupFilters: \(everyGroup)\nconfigs: {consumer.offset.sync.enable: false}"))
        #expect(fixture.text == "")
        #expect(fixture.link?.settings.groupFilters == nil)
    }

    @Test func `filters that are not switched on are a warning`() {
        let fixture = ManifestFixture(Sample.files("consumerGroupFilters: \(everyGroup)"))
        let expected = #"""
            links/a.yaml:7:25: warning[K028]: the group filters have no effect: consumer.offset.sync.enable is not set
                7 |   consumerGroupFilters: [{name: "*", patternType: LITERAL, filterType: INCLUDE}]
                  |                         ^ add consumer.offset.sync.enable: true to configs, or false to keep it off

            """#
        #expect(fixture.text == expected)
        #expect(fixture.link != nil && fixture.link?.settings.groupFilters == nil)
    }

    @Test(arguments: ["", "consumerGroupFilters: []", "consumerGroupFilters:"])
    func `switched on without filters is an error`(filters: String) {
        let fixture = ManifestFixture(
            Sample.files("configs: {consumer.offset.sync.enable: true}\n\(filters)"))
        #expect(
            fixture.summaries == [
                "links/a.yaml:7:42: error[K028]: consumer.offset.sync.enable is true without group filters"
            ])
        #expect(fixture.text.contains("add consumerGroupFilters; {name: \"*\""))
    }

    @Test func `filters that only exclude are an error`() {
        let fixture = ManifestFixture(
            Sample.files(
                """
                configs: {consumer.offset.sync.enable: true}
                consumerGroupFilters: [{name: a, patternType: LITERAL, filterType: EXCLUDE}]
                """))
        #expect(
            fixture.summaries == [
                "links/a.yaml:7:42: error[K028]: the group filters have no INCLUDE entry, so no group would be synced"
            ])
    }

    @Test func `mistakes in filters are told once`() {
        let fixture = ManifestFixture(
            Sample.files(
                """
                configs: {consumer.offset.sync.enable: true}
                consumerGroupFilters:
                  - {name: a*, patternType: LITERAL, filterType: INCLUDE}
                  - {name: __a, patternType: LITERAL, filterType: INCLUDE}
                  - {name: lockstep., patternType: PREFIXED, filterType: INCLUDE}
                """))
        #expect(
            fixture.summaries == [
                #"links/a.yaml:9:14: error[K027]: "*" is no wildcard inside a name: "a*" matches nothing"#,
                #"links/a.yaml:10:14: error[K026]: "__a" is internal to a cluster and is never synced"#,
                #"links/a.yaml:11:14: error[K026]: "lockstep." is internal to a cluster and is never synced"#,
            ])
    }

    @Test func `a list and a file together are an error, and so is a file with mistakes`() {
        let fixture = ManifestFixture(
            Sample.files(
                """
                configs: {consumer.offset.sync.enable: true}
                consumerGroupFilters: \(everyGroup)
                consumerGroupFiltersFile: groups.json
                """), attachments: ["links/groups.json": #"{"groupFilters": [{"name": "a"}]}"#])
        #expect(
            fixture.summaries == [
                "links/a.yaml:9:29: error[K036]: consumerGroupFilters and consumerGroupFiltersFile exclude each other",
                #"links/groups.json:1:20: error[K013]: "patternType" is missing in groupFilters[0]"#,
                #"links/groups.json:1:20: error[K013]: "filterType" is missing in groupFilters[0]"#,
            ])
    }

    @Test func `prefixed groups need a prefix`() {
        let fixture = ManifestFixture(Sample.files("configs: {consumer.group.prefix.enable: true}"))
        #expect(
            fixture.summaries == [
                "links/a.yaml:7:43: error[K036]: consumer.group.prefix.enable needs a prefix, and the link has none"
            ])
    }

    @Test func `an interval below a second and filters as a config are refused`() {
        let fixture = ManifestFixture(
            Sample.files(
                #"""
                configs:
                  consumer.offset.sync.ms: 999
                  consumer.offset.group.filters: '{"groupFilters": []}'
                """#))
        #expect(
            fixture.summaries == [
                "links/a.yaml:8:30: error[K017]: config \"consumer.offset.sync.ms\" must be a whole number from 1000 to "
                    + "2147483647, not \"999\"",
                #"links/a.yaml:9:5: error[K036]: config "consumer.offset.group.filters" has a place of its own"#,
            ])
    }

    @Test func `internal groups are never selected`() {
        let filters = TopicFilters([
            TopicFilter(name: "*", patternType: .literal, filterType: .include),
            TopicFilter(name: "moved-", patternType: .prefixed, filterType: .exclude),
        ])
        #expect(["a", "lockstep", "_a"].allSatisfy { filters.selects(group: $0) })
        #expect(!["moved-a", "__a", "lockstep.paris-to-dublin"].contains { filters.selects(group: $0) })
    }
}
