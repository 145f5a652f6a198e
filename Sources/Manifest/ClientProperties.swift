/// Kafka client properties that a `Cluster` may set, with Kafka's names.
extension ConfigTable {
    static let clientProperties = ConfigTable(
        "property", ClientProperty.all,
        groups: [
            ("sasl.", .notAvailable(unless: nil, hint: "only PLAINTEXT connections work in this version")),
            ("ssl.", .notAvailable(unless: nil, hint: "only PLAINTEXT connections work in this version")),
        ], allowsReferences: true)
}

private enum ClientProperty {
    private static let milliseconds: ConfigKey.Kind = .integer(0...Int64(Int32.max))
    private static let positive: ConfigKey.Kind = .integer(1...Int64(Int32.max))
    private static let plaintextOnly: ConfigKey.Standing = .notAvailable(
        unless: "PLAINTEXT", hint: "only PLAINTEXT connections work in this version")

    static let all = [
        ConfigKey("client.id", .text, .used, "Name under which brokers see and throttle these connections."),
        ConfigKey("request.timeout.ms", positive, .used, "How long to wait for the answer to one request."),
        ConfigKey("bootstrap.servers", .text, .elsewhere("spec.bootstrapServers"), "Use spec.bootstrapServers."),
        ConfigKey(
            "security.protocol", .word(["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]), plaintextOnly,
            "How connections are protected."),
        ConfigKey(
            "client.dns.lookup", .word(["use_all_dns_ips", "resolve_canonical_bootstrap_servers_only"]), .noEffect,
            "How host names become addresses."),
        ConfigKey("client.rack", .text, .noEffect, "Rack of this client, for reading from the nearest replica."),
        ConfigKey("connections.max.idle.ms", milliseconds, .noEffect, "Closes connections that are idle this long."),
        ConfigKey("default.api.timeout.ms", milliseconds, .noEffect, "How long one admin call may take in all."),
        ConfigKey("fetch.max.bytes", positive, .noEffect, "Most bytes of one fetch response."),
        ConfigKey("fetch.max.wait.ms", milliseconds, .noEffect, "How long a fetch waits for new records."),
        ConfigKey("fetch.min.bytes", positive, .noEffect, "Fewest bytes a fetch waits for."),
        ConfigKey("max.partition.fetch.bytes", positive, .noEffect, "Most bytes of one partition in a fetch response."),
        ConfigKey("metadata.max.age.ms", milliseconds, .noEffect, "How old cluster metadata may become."),
        ConfigKey("receive.buffer.bytes", .integer(-1...Int64(Int32.max)), .noEffect, "Size of the receive buffer."),
        ConfigKey("reconnect.backoff.max.ms", milliseconds, .noEffect, "Longest pause before connecting again."),
        ConfigKey("reconnect.backoff.ms", milliseconds, .noEffect, "First pause before connecting again."),
        ConfigKey("retries", .integer(0...Int64(Int32.max)), .used, "How often a request is repeated."),
        ConfigKey("retry.backoff.max.ms", milliseconds, .used, "Longest pause before a request is repeated."),
        ConfigKey("retry.backoff.ms", milliseconds, .used, "First pause before a request is repeated."),
        ConfigKey("send.buffer.bytes", .integer(-1...Int64(Int32.max)), .noEffect, "Size of the send buffer."),
        ConfigKey(
            "socket.connection.setup.timeout.max.ms", milliseconds, .noEffect, "Longest time to set up a connection."),
        ConfigKey("socket.connection.setup.timeout.ms", positive, .used, "First time to set up a connection."),
    ]
}
