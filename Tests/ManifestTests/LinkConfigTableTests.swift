import Diagnostics
import KafkaModel
import Testing

@testable import Manifest

/// Every config that Cluster Linking's documentation names does something, or is refused by name with the reason.
@Suite struct LinkConfigTableTests {
    /// The names, in the order of the documentation.
    static let names = [
        // Identity, direction, state.
        "bootstrap.servers", "link.mode", "connection.mode", "cluster.link.prefix", "consumer.group.prefix.enable",
        "cluster.link.paused", "local.listener.name", "remote.link.connection.mode", "dest.cluster.id",
        "cluster.link.id", "link.prefix",
        // Consumer offsets, ACLs, auto-creation, topic configs.
        "consumer.offset.sync.enable", "consumer.offset.sync.ms", "consumer.offset.group.filters", "acl.sync.enable",
        "acl.sync.ms", "acl.filters", "auto.create.mirror.topics.enable", "auto.create.mirror.topics.filters",
        "metadata.max.age.ms", "topic.config.sync.ms", "topic.config.sync.include", "mirror.start.offset.spec",
        // Availability, retry, fetch.
        "availability.check.ms", "availability.check.consecutive.failure.threshold", "cluster.link.retry.timeout.ms",
        "num.cluster.link.fetchers", "replica.fetch.max.bytes", "replica.fetch.min.bytes", "replica.fetch.wait.max.ms",
        "replica.fetch.response.max.bytes", "replica.fetch.backoff.ms", "replica.socket.timeout.ms",
        "replica.socket.receive.buffer.bytes", "request.timeout.ms", "default.api.timeout.ms",
        "connections.max.idle.ms", "client.dns.lookup", "retry.backoff.ms", "reconnect.backoff.ms",
        "reconnect.backoff.max.ms", "socket.connection.setup.timeout.ms", "socket.connection.setup.timeout.max.ms",
        "reverse.connection.setup.timeout.ms",
        // Security.
        "security.protocol", "sasl.mechanism", "sasl.jaas.config", "sasl.login.callback.handler.class",
        "sasl.oauthbearer.token.endpoint.url", "sasl.kerberos.service.name", "ssl.truststore.location",
        "ssl.truststore.password", "ssl.keystore.location", "ssl.keystore.password", "ssl.key.password",
        "ssl.truststore.type", "ssl.truststore.certificates", "ssl.keystore.certificate.chain", "ssl.keystore.key",
        "ssl.endpoint.identification.algorithm", "ssl.protocol", "ssl.enabled.protocols", "ssl.cipher.suites",
        "local.security.protocol", "local.sasl.mechanism", "local.sasl.jaas.config", "local.ssl.keystore.location",
        "password.encoder.secret", "schema.registry.url",
        // Brokers and topics.
        "confluent.cluster.link.enable", "confluent.cluster.link.metadata.topic.enable",
        "confluent.cluster.link.metadata.topic.replication.factor", "confluent.cluster.link.io.max.bytes.per.second",
        "confluent.cluster.link.fetch.response.min.bytes", "confluent.cluster.link.fetch.response.total.bytes",
        "confluent.cluster.link.allow.legacy.message.format",
    ]

    /// What else a link needs with a config.
    private static let contexts = [
        "consumer.offset.sync.enable":
            #"consumerGroupFilters: [{name: "*", patternType: LITERAL, filterType: INCLUDE}]"#,
        "consumer.group.prefix.enable": "mirrorTopicOptions: {prefix: eu.}",
        "acl.sync.enable": """
        aclFilters: [{resourceFilter: {resourceType: any, patternType: any}, \
        accessFilter: {operation: any, permissionType: any}}]
        """,
    ]

    @Test(arguments: names)
    func `is honoured, has another place, or is refused with the reason`(_ name: String) throws {
        let entry = try #require(LinkConfigTable.entry(for: name))
        let value = try #require(
            ["5000", "true", "SOURCE", "INBOUND", "7", TopicConfigInclude(names: Set(SyncedConfigs.always)).text].first
            {
                LinkConfigTable.expectation(of: name, violatedBy: $0) == nil && entry.harmless != $0
            })
        let context = Self.contexts[name] ?? ""
        let fixture = ManifestFixture(Sample.files("configs: {\(name): \"\(value)\"}\n\(context)"))
        switch entry.fate {
        case .honoured:
            let link = try #require(fixture.link)
            let isSet = link.configs[name] == value && link.settings.configs[name] == value
            #expect(isSet || entry.reason == "the same as spec.state" && link.state == .paused)
            #expect(fixture.load.diagnostics.filter { $0.summary.contains(name) } == [])
        case .elsewhere, .refused:
            let finding = try #require(fixture.load.diagnostics.first { $0.summary.contains(name) })
            #expect(finding.severity == .error)
            #expect(finding.hint?.contains(entry.reason ?? "?") == true)
            #expect(fixture.load.desired == nil)
        }
    }

    @Test func `sends nothing to the Cluster that does nothing there`() {
        let sent = LinkConfigTable.entries.filter { $0.reason == "the Cluster manifest of the source" }.map(\.name)
        #expect(sent.contains("request.timeout.ms"))
        // Security properties are sent as groups; which of them do nothing, and why, is said there.
        let others = sent.filter { !$0.hasSuffix("*") && $0 != "bootstrap.servers" }
        #expect(others.filter { !ConfigTable.clientProperties.isUsed($0) } == [])
    }

    @Test func `has no names that the documentation does not have`() {
        let more = LinkConfigTable.entries.map(\.name).filter { !$0.hasSuffix("*") && !Self.names.contains($0) }
        #expect(more == [])
    }

    @Test func `gives defaults only to what is honoured`() {
        let honoured = Set(LinkConfigTable.entries.filter { $0.fate == .honoured }.map(\.name))
        #expect(LinkSettings.defaults.keys.filter { !honoured.contains($0) } == [])
        for (name, value) in LinkSettings.defaults {
            #expect(LinkConfigTable.expectation(of: name, violatedBy: value) == nil, "\(name)")
        }
    }

    /// The defaults that Cluster Linking's documentation gives to numbers.
    @Test(arguments: [
        ("acl.sync.ms", "5000"), ("availability.check.consecutive.failure.threshold", "5"),
        ("availability.check.ms", "60000"), ("cluster.link.retry.timeout.ms", "300000"),
        ("consumer.offset.sync.ms", "30000"), ("metadata.max.age.ms", "300000"), ("num.cluster.link.fetchers", "1"),
        ("replica.fetch.backoff.ms", "1000"), ("replica.fetch.max.bytes", "1048576"), ("replica.fetch.min.bytes", "1"),
        ("replica.fetch.response.max.bytes", "10485760"), ("replica.fetch.wait.max.ms", "500"),
        ("replica.socket.timeout.ms", "30000"), ("topic.config.sync.ms", "5000"),
    ])
    func `a default is Cluster Linking's, or said to be another`(_ name: String, _ documented: String) throws {
        let entry = try #require(LinkConfigTable.entry(for: name))
        #expect(entry.otherFallback ?? entry.fallback == documented)
        #expect(entry.otherFallback != entry.fallback)
    }

    @Test func `cluster.link.paused says the same as state, or it is an error`() throws {
        let paused = ManifestFixture(Sample.files("configs: {cluster.link.paused: true}"))
        #expect(paused.text == "")
        #expect(paused.link?.state == .paused)
        #expect(paused.link?.statePlace.line == 7)
        #expect(paused.link?.settings.configs == [:])
        #expect(ManifestFixture(Sample.files("configs: {cluster.link.paused: false}")).link?.state == .active)
        let both = ManifestFixture(Sample.files("state: PAUSED\nconfigs: {cluster.link.paused: true}"))
        #expect(both.text == "")
        #expect(both.link?.state == .paused)
        let contradiction = ManifestFixture(Sample.files("state: ACTIVE\nconfigs: {cluster.link.paused: true}"))
        #expect(
            contradiction.text == """
                links/a.yaml:8:34: error[K036]: config "cluster.link.paused" and spec.state do not say the same
                    8 |   configs: {cluster.link.paused: true}
                      |                                  ^~~~ keep spec.state: ACTIVE and remove the config
                      also see links/a.yaml:7:10

                """)
    }

    @Test func `a link may be ABSENT, with a policy for its live mirror topics`() {
        let fixture = ManifestFixture(
            Sample.files("state: absent\npolicy: {deletionProtection: false, onLinkDelete: FAIL_OVER}"))
        #expect(fixture.text == "")
        #expect(fixture.link?.isAbsent == true)
        #expect(fixture.link?.onLinkDelete == .failOver)
        #expect(ManifestFixture(Sample.files("state: ACTIVE")).link?.isAbsent == false)
        #expect(ManifestFixture(Sample.files("state: DELETED")).text.contains("write ABSENT to delete the link"))
    }
}
