import Diagnostics
import KafkaModel
import Manifest
import Testing

@Suite struct LinkManifestTests {
    @Test func `reads every field that is available`() throws {
        let fixture = ManifestFixture(
            Sample.files(
                """
                state: PAUSED
                mirrorTopicOptions:
                  prefix: "paris."
                  startOffset: earliest
                  replicationFactor: 3
                  autoCreateTopics:
                    enabled: true
                    topicFilters:
                      - {name: orders., patternType: PREFIXED, filterType: INCLUDE}
                      - {name: orders.tmp., patternType: prefix, filterType: exclude}
                configs: {metadata.max.age.ms: 5000}
                mirrorTopics:
                  - name: paris.b
                    state: PROMOTED
                  - name: paris.a
                    sourceTopicName: a
                    configs:
                workers: {mode: external, count: 2}
                policy:
                  deletionProtection: false
                  onUndeclare: PAUSE
                  promote: {maxLag: 100, timeout: 90s, requireVerified: false}
                  gapFill: refuse
                  aclPrune: owned
                """))
        #expect(fixture.text == "")
        func place(_ line: Int, _ column: Int) -> SourcePlace {
            SourcePlace(file: "links/a.yaml", line: line, column: column)
        }
        var expected = LinkSpec(name: "paris-to-dublin", place: place(3, 18), source: "paris", destination: "dublin")
        expected.state = .paused
        expected.statePlace = place(7, 10)
        expected.prefix = "paris."
        expected.replicationFactor = 3
        expected.autoCreateFilters = TopicFilters([
            TopicFilter(name: "orders.", patternType: .prefixed, filterType: .include),
            TopicFilter(name: "orders.tmp.", patternType: .prefixed, filterType: .exclude),
        ])
        expected.autoCreatePlace = place(15, 9)
        expected.configs = ["metadata.max.age.ms": "5000"]
        expected.configPlaces = [
            "metadata.max.age.ms": place(17, 34), "auto.create.mirror.topics.filters": place(15, 9),
            "cluster.link.prefix": place(9, 13), "replicationFactor": place(11, 24),
            "policy.deletionProtection": place(26, 25), "policy.onUndeclare": place(27, 18),
            "policy.promote.maxLag": place(28, 23), "policy.promote.timeout": place(28, 37),
            "policy.aclPrune": place(30, 15),
        ]
        expected.filterPlaces = ["auto.create.mirror.topics.filters": [place(15, 11), place(16, 11)]]
        expected.mirrorTopics = [
            MirrorTopicSpec(name: "paris.a", sourceName: "a", place: place(21, 7)),
            MirrorTopicSpec(
                name: "paris.b", sourceName: "b", state: .promoted, place: place(19, 7), statePlace: place(20, 14)),
        ]
        expected.workerMode = .external
        expected.workerCount = 2
        expected.deletionProtection = false
        expected.deletionProtectionPlace = place(26, 25)
        expected.onUndeclare = .pause
        expected.promoteMaximumLag = 100
        expected.promoteTimeoutMs = 90_000
        let link = try #require(fixture.link)
        #expect(link == expected)
        #expect(fixture.load.desired?.fileCount == 2)
        #expect(fixture.load.documentCounts == ["Cluster": 2, "ClusterLink": 1])
    }

    @Test func `has the defaults of the manifest`() throws {
        let fixture = ManifestFixture(Sample.files("mirrorTopics: [{name: a}]"))
        #expect(fixture.text == "")
        let link = try #require(fixture.link)
        let place = SourcePlace(file: "links/a.yaml", line: 3, column: 18)
        var expected = LinkSpec(name: "paris-to-dublin", place: place, source: "paris", destination: "dublin")
        expected.mirrorTopics = [
            MirrorTopicSpec(
                name: "a", sourceName: "a", place: SourcePlace(file: "links/a.yaml", line: 7, column: 19))
        ]
        #expect(link == expected)
        #expect(link.deletionProtection && link.workerCount == 1 && link.promoteTimeoutMs == 600_000)
    }

    @Test(arguments: [
        ("ACTIVE", MirrorTopicSpec.State.active), ("active", .active), ("PAUSED", .paused), ("Pause", .paused),
        ("PROMOTED", .promoted), ("promote", .promoted), ("FAILED_OVER", .failedOver), ("failover", .failedOver),
        ("failed over", .failedOver), ("ABSENT", .absent),
    ])
    func `accepts the words of other tools for states`(word: String, state: MirrorTopicSpec.State) {
        let fixture = ManifestFixture(Sample.files("mirrorTopics: [{name: a, state: \(word)}]"))
        #expect(fixture.text == "")
        #expect(fixture.link?.mirrorTopics.map(\.state) == [state])
    }

    @Test func `joins sets of several files and sorts by name`() {
        var files = Sample.files("mirrorTopics: [{name: m}]")
        files["sets/b.yaml"] = Sample.set("linkRef: {name: paris-to-dublin}\nmirrorTopics: [{name: z}, {name: b}]")
        files["sets/c.yaml"] = Sample.set("linkRef: {name: paris-to-dublin}\nmirrorTopics: [{name: a}]", name: "c")
        let fixture = ManifestFixture(files)
        #expect(fixture.text == "")
        #expect(fixture.link?.mirrorTopics.map(\.name) == ["a", "b", "m", "z"])
        #expect(fixture.link?.mirrorTopics[0].place.file == "sets/c.yaml")
    }

    @Test func `sorts links by name`() {
        var files = Sample.files("state: ACTIVE")
        files["links/b.yaml"] = Sample.link(name: "a-first")
        #expect(ManifestFixture(files).load.desired?.links.map(\.name) == ["a-first", "paris-to-dublin"])
    }

    @Test func `reads Cluster Linking's filter file unchanged`() {
        let spec = """
            mirrorTopicOptions:
              autoCreateTopics: {enabled: true, topicFiltersFile: ../filters/topics.json}
            """
        let json = """
            {"topicFilters": [
            \t{"name": "*",  "patternType": "LITERAL",  "filterType": "INCLUDE"},
            \t{"name":"scratch","patternType":"PREFIXED","filterType":"EXCLUDE"}
            ]}
            """
        let fixture = ManifestFixture(Sample.files(spec), attachments: ["links/../filters/topics.json": json])
        #expect(fixture.text == "")
        #expect(
            fixture.link?.autoCreateFilters
                == TopicFilters([
                    TopicFilter(name: "*", patternType: .literal, filterType: .include),
                    TopicFilter(name: "scratch", patternType: .prefixed, filterType: .exclude),
                ]))
        #expect(fixture.link?.autoCreatePlace?.description == "links/../filters/topics.json:1:18")
        #expect(fixture.load.fileCount == 3)
    }

    @Test func `switched off filters are checked and not used`() {
        let spec = """
            mirrorTopicOptions:
              autoCreateTopics:
                enabled: false
                topicFilters: [{name: a, patternType: LITERAL, filterType: INCLUDE}]
            """
        let fixture = ManifestFixture(Sample.files(spec))
        #expect(fixture.text == "")
        #expect(fixture.link != nil)
        #expect(fixture.link?.autoCreateFilters == nil)
    }

    @Test func `aliases and merge keys work across a document`() {
        let fixture = ManifestFixture(
            Sample.files(
                """
                mirrorTopics:
                  - &paused {name: a, state: PAUSED}
                  - {<<: *paused, name: b}
                """))
        #expect(fixture.text == "")
        #expect(fixture.link?.mirrorTopics.map(\.state) == [.paused, .paused])
    }
}
