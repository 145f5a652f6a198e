import Diagnostics
import KafkaModel
import Manifest
import TestSupport
import Testing

/// `propertiesFile`: a file as the kafka-* tools take it.
@Suite struct PropertiesFileTests {
    private func load(_ file: String?, _ spec: String = "") -> ManifestFixture {
        ManifestFixture(
            Sample.cluster("paris", "propertiesFile: source.config\n" + spec),
            attachments: file.map { ["links/source.config": $0] } ?? [:])
    }

    private static let good = #"""
        # as kafka-topics --command-config takes it
        bootstrap.servers=SASL_SSL://paris-0:9093, paris-1:9093
        security.protocol=SASL_SSL
        sasl.mechanism=SCRAM-SHA-512
        sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \
            username="mirror" \
            password="hunter2";
        ssl.truststore.type=PEM
        ssl.truststore.location=ca.pem
        client.id=tools
        request.timeout.ms=15000
        """#

    @Test func `takes servers and settings, and leaves secrets where they are`() throws {
        let fixture = load(Self.good, "properties: {client.id: mine}")
        #expect(fixture.text == "")
        let cluster = try #require(fixture.load.desired?.clusters["paris"])
        #expect(cluster.bootstrapServers.map(\.description) == ["paris-0:9093", "paris-1:9093"])
        #expect(cluster.properties == ["client.id": "mine", "request.timeout.ms": "15000"])
        #expect(cluster.propertiesFile == PropertiesFileReference(path: "links/source.config"))
        #expect(cluster.security == ClusterSecurity())
        #expect(cluster.identity == "as mirror (SCRAM-SHA-512, TLS, password set)")
        var dumped = ""
        dump(fixture.load, to: &dumped)
        #expect(!dumped.contains("hunter2"))
    }

    @Test func `does not put secrets into the digest, but what else counts`() throws {
        let digest = try #require(load(Self.good).load.desired?.digest)
        #expect(load(Self.good.replacing("hunter2", with: "hunter3")).load.desired?.digest == digest)
        #expect(load(Self.good.replacing("paris-1", with: "paris-2")).load.desired?.digest != digest)
        #expect(load(Self.good.replacing("15000", with: "16000")).load.desired?.digest != digest)
        #expect(load(Self.good.replacing("\"mirror\"", with: "\"other\"")).load.desired?.digest != digest)
    }

    @Test func `shows the line of a mistake without its secrets`() {
        let fixture = load(
            #"""
            bootstrap.servers=paris-0
            security.protocol=SASL_TLS
            ! comment
            request.timeout.ms : soon
            sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required password="hunter2" \
               username="x
            ssl.keystore.pasword = hunter2
            some.thing = hunter2
            client.id=a
            client.id=b
            """#, "bootstrapServers: [a:1]")
        let expected = #"""
            links/source.config:1:19: error[K017]: property "bootstrap.servers" must be host:port, several with commas
                1 | bootstrap.servers=paris-0
                  |                   ^~~~~~~ for example kafka-0.example.net:9092,kafka-1.example.net:9092
            links/source.config:2:19: error[K042]: property "security.protocol" must be PLAINTEXT, SSL, \#
            SASL_PLAINTEXT or SASL_SSL
                2 | security.protocol=SASL_TLS
                  |                   ^~~~~~~~ did you mean "SASL_SSL"?
            links/source.config:4:22: error[K017]: property "request.timeout.ms" must be a whole number from 1 to \#
            2147483647, not "soon"
                4 | request.timeout.ms : soon
                  |                      ^~~~
            links/source.config:7:1: error[K034]: unknown property "ssl.keystore.pasword"
                7 | ssl.keystore.pasword = •••••••
                  | ^~~~~~~~~~~~~~~~~~~~ did you mean "ssl.keystore.password"?
            links/source.config:8:1: warning[K034]: unknown property "some.thing"
                8 | some.thing = •••••••
                  | ^~~~~~~~~~ it has no effect
            links/source.config:10:1: warning[K036]: property "client.id" is set twice; the last value counts
               10 | client.id=b
                  | ^~~~~~~~~
                  also see links/source.config:9:1 (the first one)

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }

    @Test func `points into a JAAS text without showing it`() {
        let fixture = load(Self.good.replacing("\"hunter2\";", with: "\"hunter2\""))
        let expected = #"""
            links/source.config:5:18: error[K042]: property "sasl.jaas.config" does not end with a semicolon
                5 | sasl.jaas.config=•••••••••••••••••••••••••••••••••••••••••••••••••••••••••••••••••\
                  |                  ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
                  it looks like: org.apache.kafka.common.security.scram.ScramLoginModule required username="…" \#
            password="…";

            """#
        #expect(fixture.text == expected)
    }

    @Test func `does not show a line that may be a piece of a secret`() {
        let fixture = load(
            Self.good.replacing("required \\", with: "required").replacing("\"mirror\" \\", with: "\"m\""))
        #expect(
            fixture.text.contains(
                """
                links/source.config:6:5: warning[K034]: this line is no property that is known; it is not shown
                    6 | ••••••••••••••••
                """), "\(fixture.text)")
        #expect(!fixture.text.contains("hunter2"))
        #expect(load("hunter2\n", "bootstrapServers: [a:1]").text.contains("this line is no property"))
        #expect(!load("hunter2\n", "bootstrapServers: [a:1]").text.contains("hunter2"))
    }

    @Test(arguments: [
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln", "Hunter.secret.Word", String(repeating: "abcdefgh.", count: 8),
    ])
    func `does not show a token that lost its line as a property's name`(line: String) {
        let fixture = load(Self.good + "\n\(line)\n")
        #expect(
            fixture.load.diagnostics.map(\.summary) == ["this line is no property that is known; it is not shown"])
        #expect(!fixture.text.contains(line))
    }

    @Test func `needs at least one property`() {
        let fixture = load("# password=x hunter2\n", "bootstrapServers: [a:1]")
        #expect(fixture.load.diagnostics.map(\.summary) == ["the file holds no property"])
        #expect(fixture.load.desired == nil)
        #expect(!fixture.text.contains("hunter2"))
    }

    @Test func `tells what belongs to the link`() {
        let fixture = load(
            Self.good + """

                acl.sync.enable=true
                auto.create.mirror.topics.enable=true
                consumer.offset.sync.enable=true
                local.listener.name=x
                metadata.max.age.ms=30000
                """)
        #expect(fixture.load.desired != nil)
        let names = [
            "acl.sync.enable", "auto.create.mirror.topics.enable", "consumer.offset.sync.enable", "local.listener.name",
            "metadata.max.age.ms",
        ]
        let listed = names.map { "\"\($0)\"" }.joined(separator: ", ")
        #expect(
            fixture.load.diagnostics.map(\.summary)
                == ["properties \(listed) belong to the link and have no effect on a Cluster"])
        #expect(fixture.load.diagnostics.allSatisfy { $0.hint == "say it in the ClusterLink" })
    }

    @Test func `does not repeat what the link says already`() {
        let fixture = ManifestFixture(
            [
                "links/clusters.yaml": Sample.cluster("paris", "propertiesFile: source.config") + "---\n"
                    + Sample.cluster("dublin"),
                "links/link.yaml": Sample.link(
                    """
                    configs: {consumer.offset.sync.enable: true}
                    consumerGroupFilters: [{name: a, patternType: LITERAL, filterType: INCLUDE}]
                    mirrorTopicOptions:
                      autoCreateTopics:
                        enabled: true
                        topicFilters: [{name: a, patternType: LITERAL, filterType: INCLUDE}]
                    """),
            ],
            attachments: [
                "links/source.config": Self.good + """

                    auto.create.mirror.topics.enable=true
                    consumer.offset.sync.enable=true
                    acl.sync.enable=true
                    """
            ])
        #expect(
            fixture.load.diagnostics.map(\.summary)
                == ["property \"acl.sync.enable\" belongs to the link and has no effect on a Cluster"])
    }

    @Test func `needs no file to be checked`() throws {
        let fixture = load(nil)
        #expect(
            fixture.load.diagnostics.map(\.summary)
                == ["the file \"links/source.config\" cannot be read: no such file or directory"])
        let cluster = try #require(fixture.load.desired?.clusters["paris"])
        #expect(cluster.bootstrapServers.isEmpty)
        #expect(cluster.propertiesFile?.path == "links/source.config")
    }

    @Test func `lets the manifest name the servers`() throws {
        let fixture = load(Self.good, "bootstrapServers: [dublin:1]")
        #expect(
            fixture.load.diagnostics.map(\.summary)
                == ["property \"bootstrap.servers\" has no effect: the Cluster has bootstrapServers"])
        #expect(fixture.load.desired?.clusters["paris"]?.bootstrapServers.map(\.description) == ["dublin:1"])
        let without = load("client.id=a")
        #expect(
            without.load.diagnostics.map(\.summary)
                == ["neither bootstrapServers nor bootstrap.servers in the properties file"])
    }

    @Test func `needs servers from somewhere`() {
        let fixture = ManifestFixture(Sample.cluster("paris", "access: READ_ONLY"))
        #expect(fixture.load.diagnostics.map(\.summary) == ["\"bootstrapServers\" is missing in spec"])
    }

    @Test func `takes the explicit yes from the manifest as well`() {
        let plain = """
            bootstrap.servers=a:1
            security.protocol=SASL_PLAINTEXT
            sasl.mechanism=PLAIN
            sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="p";
            """
        #expect(load(plain).load.diagnostics.map(\.code) == ["K042"])
        #expect(load(plain + "\nlockstep.allow.plaintext=true").text == "")
        let yes = load(plain, "properties: {lockstep.allow.plaintext: true}")
        #expect(yes.text == "")
        #expect(yes.load.desired?.clusters["paris"]?.propertiesFile?.allowsPlaintext == true)
        let other = load(plain, "properties: {sasl.mechanism: PLAIN}").load.diagnostics.map(\.summary)
        #expect(other.contains("property \"sasl.mechanism\" and propertiesFile exclude each other"))
    }

    @Test func `hides everything where lines end in unusual ways`() {
        let fixture = load(
            "a.password=x\u{2028}hunter2\\\n  hunter2\nsome.thing=\u{85}hunter2", "bootstrapServers: [a:1]")
        #expect(fixture.text.contains("unknown property"))
        #expect(!fixture.text.contains("hunter2"))
    }

    @Test(arguments: [11, 11_523_078_817_767_512_747, testSeed(12, of: "damaged properties")])
    func `damaged files give findings, never a trap, never a secret`(seed: UInt64) async {
        var state = seed
        func next(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(truncatingIfNeeded: (state >> 33) % UInt64(max(limit, 1)))
        }
        for _ in 0..<300 {
            // Others' tests want their turns too.
            await Task.yield()
            var characters = Array(Self.good)
            for _ in 0..<3 {
                let index = next(characters.count)
                switch next(3) {
                case 0: characters.remove(at: index)
                case 1: characters.insert(["\\", "\n", "=", "\"", "u", " "][next(6)], at: index)
                default: characters.swapAt(index, next(characters.count))
                }
            }
            let text = String(characters)
            #expect(!load(text).text.contains("hunter2"), "seed \(seed): \(text)")
        }
    }
}
