import Diagnostics
import KafkaModel
import Manifest
import Testing

@Suite struct ClusterManifestTests {
    @Test func `reads every field that is available`() throws {
        let fixture = ManifestFixture(
            Sample.cluster(
                "paris",
                """
                clusterId: Qx3v0dQ2T5mS1kXh2p7wLA
                access: READ_ONLY
                bootstrapServers:
                  - paris-0.kafka.example.net:9093
                  - "[::1]:9094"
                tls: {enabled: false, verifyHostname: true}
                properties: {client.id: "${env:NAME}-x", request.timeout.ms: 20000}
                """))
        #expect(fixture.text == "")
        let cluster = try #require(fixture.load.desired?.clusters["paris"])
        var expected = ClusterSpec(
            name: "paris", place: SourcePlace(file: "links/a.yaml", line: 3, column: 18),
            clusterId: "Qx3v0dQ2T5mS1kXh2p7wLA", access: .readOnly,
            bootstrapServers: [
                HostAndPort(host: "paris-0.kafka.example.net", port: 9093), HostAndPort(host: "::1", port: 9094),
            ], properties: ["client.id": "${env:NAME}-x", "request.timeout.ms": "20000"])
        expected.securityFacts = [
            SecurityFact(
                "security.protocol", "PLAINTEXT", at: SourcePlace(file: "links/a.yaml", line: 10, column: 8))
        ]
        #expect(cluster == expected)
    }

    @Test func `keeps labels and annotations free`() {
        let fixture = ManifestFixture(
            """
            apiVersion: lockstep/v1alpha1
            kind: Cluster
            metadata:
              name: paris
              labels: {team: platform, anything: 12}
              annotations: {lockstep/owner: "#kafka"}
            spec: {bootstrapServers: [localhost:9092]}
            """)
        #expect(fixture.text == "")
        #expect(fixture.load.desired?.clusters.keys.sorted() == ["paris"])
    }

    @Test(arguments: [
        ("kafka", "for example kafka-0.example.net:9092"), ("kafka:0", "for example kafka-0.example.net:9092"),
        ("kafka:70000", "for example kafka-0.example.net:9092"), ("http://kafka:9092", "leave \"http://\" out"),
        ("::1:9092", "for example kafka-0.example.net:9092"), (":9092", "for example kafka-0.example.net:9092"),
    ])
    func `refuses what is no address`(written: String, hint: String) {
        let fixture = ManifestFixture(Sample.cluster("paris", "bootstrapServers: [\"\(written)\"]"))
        let expected = """
            links/a.yaml:5:22: error[K017]: spec.bootstrapServers[0] must be host:port, not "\(written)"
                5 |   bootstrapServers: ["\(written)"]
                  |                      ^\(String(repeating: "~", count: written.count + 1)) \(hint)

            """
        #expect(fixture.text == expected)
    }

    @Test func `warns about properties without effect and names misspelt ones`() {
        let fixture = ManifestFixture(
            Sample.cluster(
                "paris",
                """
                bootstrapServers: [localhost:9092]
                properties:
                  fetch.max.bytes: 3
                  schema.registry.url: x
                  request.timeout.m: 1
                  client.rack: [a]
                  send.buffer.bytes: big
                  bootstrap.servers: x
                """))
        let expected = """
            links/a.yaml:7:5: warning[K041]: property "fetch.max.bytes" has no effect
                7 |     fetch.max.bytes: 3
                  |     ^~~~~~~~~~~~~~~ mirrors fetch in their own way; what can be set are the ClusterLink's configs
            links/a.yaml:8:5: warning[K034]: unknown property "schema.registry.url"
                8 |     schema.registry.url: x
                  |     ^~~~~~~~~~~~~~~~~~~ it has no effect
            links/a.yaml:9:5: error[K034]: unknown property "request.timeout.m"
                9 |     request.timeout.m: 1
                  |     ^~~~~~~~~~~~~~~~~ did you mean "request.timeout.ms"?
            links/a.yaml:10:18: error[K012]: property "client.rack" must be text, a number or a boolean, not a list
               10 |     client.rack: [a]
                  |                  ^
            links/a.yaml:11:24: error[K017]: property "send.buffer.bytes" must be \
            a whole number from -1 to 2147483647, not "big"
               11 |     send.buffer.bytes: big
                  |                        ^~~
            links/a.yaml:12:5: error[K036]: property "bootstrap.servers" has a place of its own
               12 |     bootstrap.servers: x
                  |     ^~~~~~~~~~~~~~~~~ use spec.bootstrapServers

            """
        #expect(fixture.text == expected)
    }

    @Test func `a property that asks for what is done anyway is no news`() {
        let load = { (lookup: String) in
            ManifestFixture(
                Sample.cluster(
                    "paris", "bootstrapServers: [localhost:9092]\nproperties: {client.dns.lookup: \(lookup)}"))
        }
        #expect(load("use_all_dns_ips").text == "")
        let other = load("resolve_canonical_bootstrap_servers_only").load.diagnostics
        #expect(other.map(\.summary) == ["property \"client.dns.lookup\" has no effect"])
        #expect(
            other.map(\.hint) == ["every address of a host name is tried, in order, as with use_all_dns_ips"])
    }
}
