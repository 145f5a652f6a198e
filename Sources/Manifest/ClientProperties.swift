/// Kafka client properties that a `Cluster` may set, with Kafka's names.
///
/// Every name of Kafka's admin client, consumer and producer stands in one of three lists: here, in
/// `SecurityPropertyKeys`, or in `ClientPropertiesWithoutEffect`.
extension ConfigTable {
    static let clientProperties = ConfigTable(
        "property", ClientProperty.all + SecurityPropertyKeys.all + ClientPropertiesWithoutEffect.all,
        groups: [("config.providers.", ClientProperty.providers)], allowsReferences: true)

    /// Whether a key of that name does something.
    func isUsed(_ name: String) -> Bool {
        if case .used = keys[name]?.standing { true } else { false }
    }
}

/// Why properties that Cluster Linking's links have as well do nothing, for a `Cluster` and a `ClusterLink` alike.
enum ConnectionPropertyReason {
    static let dnsLookup = "every address of a host name is tried, in order, as with use_all_dns_ips"
    static let idle = "connections stay open while they may be needed, and what a broker closes is opened again"
    static let wholeCall = "a call is tried again for up to twice request.timeout.ms; set that on the Cluster"
    static let reconnect =
        "a connection is opened again with the next attempt of a request; set retry.backoff.ms on the Cluster"
    static let longestReconnect =
        "a connection is opened again with the next attempt of a request; set retry.backoff.max.ms on the Cluster"
    static let longestSetup = "the time does not grow; set socket.connection.setup.timeout.ms on the Cluster"
}

private enum ClientProperty {
    private static let milliseconds: ConfigKey.Kind = .integer(0...Int64(Int32.max))
    private static let positive: ConfigKey.Kind = .integer(1...Int64(Int32.max))
    static let providers: ConfigKey.Standing = .noEffect("${env:…} and ${file:…} work without naming a provider")
    private static let buffers: ConfigKey.Standing = .noEffect("the system sizes the buffers of sockets by itself")

    static let all = [
        ConfigKey("client.id", .text, .used, "Name under which brokers see and throttle these connections."),
        ConfigKey("request.timeout.ms", positive, .used, "How long to wait for the answer to one request."),
        ConfigKey("bootstrap.servers", .text, .elsewhere("spec.bootstrapServers"), "Use spec.bootstrapServers."),
        ConfigKey(
            "bootstrap.controllers", .text,
            .notAvailable(unless: nil, hint: "Lockstep talks to brokers; use spec.bootstrapServers"),
            "Controllers to ask instead of brokers."),
        ConfigKey(
            "client.dns.lookup", .word(["use_all_dns_ips", "resolve_canonical_bootstrap_servers_only"]),
            .noEffect(ConnectionPropertyReason.dnsLookup, unless: "use_all_dns_ips"),
            "How host names become addresses."),
        ConfigKey(
            "client.rack", .text, .noEffect("records are read from the leaders of partitions"),
            "Rack of this client, for reading from the nearest replica."),
        ConfigKey(
            "config.providers", .text, providers, "References ${env:…} and ${file:…} work without naming a provider."),
        ConfigKey(
            "connections.max.idle.ms", milliseconds, .noEffect(ConnectionPropertyReason.idle),
            "Closes connections that are idle this long."),
        ConfigKey(
            "default.api.timeout.ms", milliseconds, .noEffect(ConnectionPropertyReason.wholeCall),
            "How long one admin call may take in all."),
        ConfigKey(
            "metadata.max.age.ms", milliseconds,
            .noEffect("it is a config of the ClusterLink: say it under its spec.configs"),
            "How old cluster metadata may become."),
        ConfigKey("receive.buffer.bytes", .integer(-1...Int64(Int32.max)), buffers, "Size of the receive buffer."),
        ConfigKey(
            "reconnect.backoff.max.ms", milliseconds, .noEffect(ConnectionPropertyReason.longestReconnect),
            "Longest pause before connecting again."),
        ConfigKey(
            "reconnect.backoff.ms", milliseconds, .noEffect(ConnectionPropertyReason.reconnect),
            "First pause before connecting again."),
        ConfigKey("retries", .integer(0...Int64(Int32.max)), .used, "How often a request is repeated."),
        ConfigKey("retry.backoff.max.ms", milliseconds, .used, "Longest pause before a request is repeated."),
        ConfigKey("retry.backoff.ms", milliseconds, .used, "First pause before a request is repeated."),
        ConfigKey("send.buffer.bytes", .integer(-1...Int64(Int32.max)), buffers, "Size of the send buffer."),
        ConfigKey(
            "socket.connection.setup.timeout.max.ms", milliseconds, .noEffect(ConnectionPropertyReason.longestSetup),
            "Longest time to set up a connection."),
        ConfigKey("socket.connection.setup.timeout.ms", positive, .used, "How long setting up a connection may take."),
    ]
}
