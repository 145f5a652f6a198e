/// A topic as the Java admin client describes it.
package struct ProbedTopic: Equatable, Sendable {
    /// Leader, replicas and in-sync replicas of each partition, as node ids; −1 is no leader.
    package let leaders: [Int: Int]
    package let replicas: [Int: [Int]]
    package let inSync: [Int: [Int]]
    /// Only what is set on the topic itself.
    package let configs: [String: String]
}

/// What a cluster says about itself.
package struct ProbedCluster: Equatable, Sendable {
    package let clusterID: String
    /// "host:port" by node id.
    package let nodes: [Int: String]
    /// All topics, internal ones included, sorted.
    package let topics: [String]
}

/// First offset and high watermark by partition.
package struct ProbedOffsets: Equatable, Sendable {
    package let starts: [Int: Int64]
    package let ends: [Int: Int64]
}

extension KafkaProbe {
    /// Creates a topic and waits until each of its partitions has a leader.
    package func createTopic(
        _ topic: String, on servers: String, partitions: Int = 1, replicationFactor: Int? = nil,
        configs: [String: String] = [:]
    ) async throws {
        var arguments = ["topic": topic, "partitions": "\(partitions)"]
        arguments["replication"] = replicationFactor.map { "\($0)" }
        for (key, value) in configs { arguments["config.\(key)"] = value }
        _ = try await call("create", on: servers, arguments)
    }

    /// Deletes a topic.
    package func deleteTopic(_ topic: String, on servers: String) async throws {
        _ = try await call("delete", on: servers, ["topic": topic])
    }

    /// Raises the number of partitions to `partitions`.
    package func growTopic(_ topic: String, on servers: String, partitions: Int) async throws {
        _ = try await call("grow", on: servers, ["topic": topic, "partitions": "\(partitions)"])
    }

    /// Sets topic configs; a nil value removes one.
    package func alterConfigs(of topic: String, on servers: String, _ configs: [String: String?]) async throws {
        var arguments = ["topic": topic]
        for (key, value) in configs { arguments[value == nil ? "remove.\(key)" : "config.\(key)"] = value ?? "" }
        _ = try await call("alter", on: servers, arguments)
    }

    /// Sets quotas of a client id, such as `producer_byte_rate` in bytes per second.
    package func setQuotas(of client: String, on servers: String, _ quotas: [String: Int]) async throws {
        var arguments = ["client": client]
        for (name, value) in quotas { arguments["quota.\(name)"] = "\(value)" }
        _ = try await call("quota", on: servers, arguments)
    }

    /// Deletes the records before an offset (`DeleteRecords`), by partition.
    package func deleteRecords(of topic: String, on servers: String, before offsets: [Int: Int64]) async throws {
        var arguments = ["topic": topic]
        for (partition, offset) in offsets { arguments["before.\(partition)"] = "\(offset)" }
        _ = try await call("truncate", on: servers, arguments)
    }

    /// Partitions and configs of a topic; fails when it does not exist.
    package func describeTopic(_ topic: String, on servers: String) async throws -> ProbedTopic {
        let fields = try await call("describe", on: servers, ["topic": topic])
        let lists = { (prefix: String) in
            fields.byNumber(prefix).mapValues { $0.split(separator: ",").compactMap { Int($0) } }
        }
        return ProbedTopic(
            leaders: fields.byNumber("leader.").compactMapValues { Int($0) }, replicas: lists("replicas."),
            inSync: lists("isr."), configs: fields.starting("config."))
    }

    /// Id, brokers and topics of a cluster.
    package func describeCluster(_ servers: String) async throws -> ProbedCluster {
        let fields = try await call("nodes", on: servers)
        let topics = (fields["topics"] ?? "").split(separator: ",").map(String.init)
        return ProbedCluster(
            clusterID: fields["clusterId"] ?? "", nodes: fields.byNumber("node."), topics: topics)
    }

    /// Everything of a cluster that a write would change, as names and values: topics, configs, offsets, groups.
    package func snapshot(_ servers: String) async throws -> [String: String] {
        try await call("snapshot", on: servers)
    }

    /// Log start and high watermark of every partition.
    package func offsets(of topic: String, on servers: String) async throws -> ProbedOffsets {
        let fields = try await call("offsets", on: servers, ["topic": topic])
        return ProbedOffsets(
            starts: fields.byNumber("start.").compactMapValues { Int64($0) },
            ends: fields.byNumber("end.").compactMapValues { Int64($0) })
    }

    /// Commits offsets of a group without members.
    package func commit(
        group: String, topic: String, on servers: String, _ offsets: [Int: Int64], metadata: String = ""
    ) async throws {
        var arguments = ["group": group, "topic": topic, "metadata": metadata]
        for (partition, offset) in offsets { arguments["offset.\(partition)"] = "\(offset)" }
        _ = try await call("commit", on: servers, arguments)
    }

    /// Committed offsets of a group for a topic.
    package func committed(group: String, topic: String, on servers: String) async throws -> [Int: Int64] {
        let fields = try await call("committed", on: servers, ["group": group, "topic": topic])
        return fields.byNumber("offset.").compactMapValues { Int64($0) }
    }
}

extension [String: String] {
    /// The fields whose name starts with `prefix`, without it.
    func starting(_ prefix: String) -> [String: String] {
        var found: [String: String] = [:]
        for (key, value) in self where key.hasPrefix(prefix) { found[String(key.dropFirst(prefix.count))] = value }
        return found
    }

    /// The same, for names that end in a partition or node number.
    func byNumber(_ prefix: String) -> [Int: String] {
        var found: [Int: String] = [:]
        for (key, value) in starting(prefix) {
            if let number = Int(key) { found[number] = value }
        }
        return found
    }
}
