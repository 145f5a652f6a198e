import Diagnostics
import Manifest
import Testing

@Suite struct ReferenceTests {
    @Test func `names the known documents and the one that was meant`() {
        let fixture = ManifestFixture([
            "a.yaml": Sample.cluster("pariss"),
            "b.yaml": Sample.link(),
            "c.yaml": Sample.set("linkRef: {name: paris-to-dubin}\nmirrorTopics: [{name: a}]"),
        ])
        let expected = #"""
            b.yaml:5:43: error[K024]: there is no Cluster "paris"
                5 |   sourceKafkaCluster: {clusterRef: {name: paris}}
                  |                                           ^~~~~ did you mean "pariss"?
                  Declared: pariss.
            b.yaml:6:48: error[K024]: there is no Cluster "dublin"
                6 |   destinationKafkaCluster: {clusterRef: {name: dublin}}
                  |                                                ^~~~~~
                  Declared: pariss.
            c.yaml:5:19: error[K024]: there is no ClusterLink "paris-to-dubin"
                5 |   linkRef: {name: paris-to-dubin}
                  |                   ^~~~~~~~~~~~~~ did you mean "paris-to-dublin"?
                  Declared: paris-to-dublin.

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }

    @Test func `says nothing about references when a file is broken`() {
        let fixture = ManifestFixture([
            "a.yaml": "a: b: c",
            "b.yaml": Sample.link(),
        ])
        let expected = #"""
            a.yaml:1:5: error[K005]: this is not YAML: mapping values are not allowed in this context
                1 | a: b: c
                  |     ^ put text that contains ": " in quotes; check the indentation here and on the line \#
            above

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }

    @Test func `refuses the same mirror topic twice and names both places`() {
        let fixture = ManifestFixture([
            "a.yaml": Sample.cluster("paris"),
            "a2.yaml": Sample.cluster("dublin"),
            "b.yaml": Sample.link("mirrorTopics: [{name: a}, {name: b}, {name: a}]"),
            "c.yaml": Sample.set("linkRef: {name: paris-to-dublin}\nmirrorTopics: [{name: b}]"),
            "d.yaml": Sample.link("mirrorTopics: [{name: b}]", name: "second"),
        ])
        let expected = #"""
            b.yaml:7:47: error[K032]: mirror topic "a" on cluster "dublin" is declared twice
                7 |   mirrorTopics: [{name: a}, {name: b}, {name: a}]
                  |                                               ^ remove one of the entries
                  also see b.yaml:7:25 (the first one)
            c.yaml:6:25: error[K032]: mirror topic "b" on cluster "dublin" is declared twice
                6 |   mirrorTopics: [{name: b}]
                  |                         ^ remove one of the entries
                  also see b.yaml:7:36 (the first one)
            d.yaml:7:25: error[K032]: mirror topic "b" on cluster "dublin" is declared twice by the links \#
            "paris-to-dublin" and "second"
                7 |   mirrorTopics: [{name: b}]
                  |                         ^ remove one of the entries
                  also see b.yaml:7:36 (the first one)

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }

    @Test func `refuses two documents of one name`() {
        let fixture = ManifestFixture([
            "a.yaml": Sample.cluster("paris"),
            "b.yaml": Sample.cluster("paris"),
        ])
        let expected = #"""
            b.yaml:3:18: error[K023]: Cluster "paris" is declared twice
                3 | metadata: {name: paris}
                  |                  ^~~~~ give one of them another name, or remove it
                  also see a.yaml:3:18 (the first one)

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }

    @Test func `refuses clusters that cannot be linked`() {
        let fixture = ManifestFixture([
            "a.yaml": Sample.cluster("paris"),
            "b.yaml": Sample.cluster("dublin", "bootstrapServers: [a:1]\naccess: READ_ONLY"),
            "c.yaml": Sample.link(),
            "d.yaml": Sample.link(name: "self").replacing("{name: dublin}", with: "{name: paris}"),
        ])
        let expected = #"""
            c.yaml:6:48: error[K037]: cluster "dublin" is READ_ONLY and cannot be a destination
                6 |   destinationKafkaCluster: {clusterRef: {name: dublin}}
                  |                                                ^~~~~~ remove access: READ_ONLY, or link to \#
            another cluster
                  also see b.yaml:3:18 (the cluster)
            d.yaml:6:48: error[K037]: source and destination are the same cluster "paris"
                6 |   destinationKafkaCluster: {clusterRef: {name: paris}}
                  |                                                ^~~~~
                  also see d.yaml:5:43 (the source)

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }

    @Test func `warns about prefixes that begin with each other`() {
        let fixture = ManifestFixture([
            "a.yaml": Sample.cluster("paris"),
            "a2.yaml": Sample.cluster("dublin"),
            "b.yaml": Sample.link("mirrorTopicOptions: {prefix: shop}"),
            "c.yaml": Sample.link("mirrorTopicOptions: {prefix: shop.eu}", name: "second"),
        ])
        let expected = #"""
            c.yaml:7:32: warning[K038]: prefix "shop.eu" begins with the prefix "shop" of link "paris-to-dublin"
                7 |   mirrorTopicOptions: {prefix: shop.eu}
                  |                                ^~~~~~~ end prefixes with a separator such as "."
                  also see b.yaml:7:32

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired != nil)
    }

    @Test func `refuses references that are none of the three`() {
        let fixture = ManifestFixture(
            Sample.cluster(
                "paris",
                #"""
                bootstrapServers: [a:1]
                properties:
                  client.id: "${env:}"
                  client.rack: "${vault:hunter2}"
                  request.timeout.ms: "${env:X"
                """#))
        let expected = #"""
            links/a.yaml:7:16: error[K030]: property "client.id" has a reference that is not known: "${env…}"
                7 |     client.id: "${env:}"
                  |                ^~~~~~~~~ use ${env:NAME}, ${file:path} or ${file:path:key}
            links/a.yaml:8:18: error[K030]: property "client.rack" has a reference that is not known: \#
            "${vault…}"
                8 |     client.rack: "${vault:hunter2}"
                  |                  ^~~~~~~~~~~~~~~~~~ use ${env:NAME}, ${file:path} or ${file:path:key}
            links/a.yaml:9:25: error[K030]: property "request.timeout.ms" has "${" without "}"
                9 |     request.timeout.ms: "${env:X"
                  |                         ^~~~~~~~~

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }

    @Test(arguments: [
        ("Pa${ssW0rd}x", "${…}"), ("Pa${hunter2:x}", "${…}"), ("${vaultX:y}", "${…}"), ("${env:A-B}", "${env…}"),
        ("${dir:a:b}", "${dir…}"),
    ])
    func `shows a provider that is known, and nothing else of a malformed reference`(value: String, shown: String) {
        let fixture = ManifestFixture(
            Sample.cluster(
                "paris",
                "bootstrapServers: [a:1]\nauthentication: {type: SCRAM-SHA-512, username: u, password: \"\(value)\"}"))
        #expect(
            fixture.load.diagnostics.map(\.summary)
                == ["spec.authentication.password has a reference that is not known: \"\(shown)\""])
        #expect(!fixture.text.contains("ssW0rd") && !fixture.text.contains("hunter2"))
    }

    @Test func `accepts references without resolving them`() {
        let fixture = ManifestFixture(
            Sample.cluster(
                "paris",
                #"""
                bootstrapServers: [a:1]
                properties: {client.id: "${file:secrets/a.properties:id}", request.timeout.ms: "${env:NOT_SET}"}
                """#))
        #expect(fixture.text == "")
        #expect(fixture.load.desired != nil)
    }
}
