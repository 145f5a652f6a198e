/// The command line tools of an unpacked Kafka, as an operator runs them.
///
/// Each run is a JVM of its own (2 to 3 s); `KafkaProbe` does the same things far quicker when the tool itself does not
/// matter.
package struct KafkaTools: Sendable {
    /// Whose tools.
    package let installation: KafkaInstallation

    package init(_ installation: KafkaInstallation) {
        self.installation = installation
    }

    /// For JVMs that live for a second.
    private static let environment = [
        "KAFKA_HEAP_OPTS": "-Xmx256m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto",
        "LOG_DIR": "\(ScratchFolder.path)/tool-logs",
        // Where their libraries for compression unpack themselves.
        "KAFKA_OPTS": "-Djava.io.tmpdir=\(ScratchFolder.path)",
    ]

    /// Runs a tool such as "kafka-topics.sh" to its end.
    package func run(
        _ tool: String, _ arguments: [String], input: CommandInput = .none, within limit: Duration = .seconds(90)
    ) async throws -> CommandRun {
        try await CommandRun.run(
            ["\(installation.home)/bin/\(tool)"] + arguments, environment: Self.environment, input: input, within: limit
        )
    }

    /// Starts a tool that runs beside the test, such as a consumer.
    package func start(_ tool: String, _ arguments: [String], input: CommandInput = .none) throws -> RunningCommand {
        try RunningCommand(
            ["\(installation.home)/bin/\(tool)"] + arguments, environment: Self.environment, input: input)
    }

    /// Runs `kafka-topics.sh`, and returns what it prints.
    package func topics(on servers: String, _ arguments: String...) async throws -> String {
        try await output("kafka-topics.sh", ["--bootstrap-server", servers] + arguments)
    }

    /// Runs `kafka-consumer-groups.sh`, and returns what it prints.
    ///
    /// By itself it gives a cluster 5 s, prints that it failed, and ends with code 0.
    package func consumerGroups(on servers: String, _ arguments: String...) async throws -> String {
        let patient = ["--bootstrap-server", servers, "--timeout", "60000"]
        let text = try await output("kafka-consumer-groups.sh", patient + arguments)
        guard !text.contains("Error:") else { throw HarnessError("kafka-consumer-groups.sh \(arguments):\n\(text)") }
        return text
    }

    /// Writes lines with `kafka-console-producer.sh`, "key:value" when `separator` is ":".
    package func produce(
        _ lines: [String], to topic: String, on servers: String, separator: String? = nil,
        settings: [String: String] = [:]
    ) async throws {
        var arguments = ["--bootstrap-server", servers, "--topic", topic]
        for (key, value) in settings.sorted(by: { $0.key < $1.key }) {
            arguments += [newer ? "--command-property" : "--producer-property", "\(key)=\(value)"]
        }
        if let separator {
            let flag = newer ? "--reader-property" : "--property"
            arguments += [flag, "parse.key=true", flag, "key.separator=\(separator)"]
        }
        let text = lines.map { "\($0)\n" }.joined()
        _ = try await output("kafka-console-producer.sh", arguments, input: .text(text))
    }

    /// Reads `count` records from the start of a topic with `kafka-console-consumer.sh`.
    ///
    /// A line is what the tool prints with everything switched on: timestamp, partition, offset, headers, key, value.
    package func consume(_ count: Int, from topic: String, on servers: String) async throws -> [String] {
        var arguments = ["--bootstrap-server", servers, "--topic", topic, "--from-beginning"]
        arguments += ["--max-messages", "\(count)", "--timeout-ms", "30000"]
        for name in ["timestamp", "partition", "offset", "headers", "key", "value"] {
            arguments += [newer ? "--formatter-property" : "--property", "print.\(name)=true"]
        }
        let text = try await output("kafka-console-consumer.sh", arguments)
        return text.split(separator: "\n").map(String.init)
    }

    /// What `kafka-dump-log.sh` prints about segment files: batches and, when deep, records.
    package func dumpLog(_ files: [String], isDeep: Bool = false) async throws -> String {
        let deep = isDeep ? ["--deep-iteration", "--print-data-log"] : []
        return try await output("kafka-dump-log.sh", ["--files", files.joined(separator: ",")] + deep)
    }

    /// From 4.1 on the tools prefer other names for the same options (KIP-1147) and warn about the old ones.
    private var newer: Bool {
        let numbers = installation.version.split(separator: ".").compactMap { Int($0) }
        return numbers.lexicographicallyPrecedes([4, 2]) == false
    }

    private func output(_ tool: String, _ arguments: [String], input: CommandInput = .none) async throws -> String {
        let run = try await run(tool, arguments, input: input)
        guard run.exit == .code(0) else {
            throw HarnessError("\(run.title) ended with \(run.exit):\n\(run.output)\(run.errorOutput)")
        }
        return run.output
    }
}
