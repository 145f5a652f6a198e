/// Groups of one topic that work is done with.
package struct ProbedGroups: Sendable {
    /// Their names.
    package var names: [String]
    /// The topic that they read.
    package var topic: String
    /// Its number of partitions.
    package var partitions: Int

    /// Groups of a topic.
    package init(_ names: [String], topic: String, partitions: Int) {
        self.names = names
        self.topic = topic
        self.partitions = partitions
    }

    var arguments: [String: String] {
        ["groups": names.joined(separator: ","), "topic": topic, "partitions": "\(partitions)"]
    }
}

/// What the groups of two clusters have committed.
package struct GroupComparison: Equatable, Sendable {
    /// Offsets on the first cluster.
    package let offsets: Int
    /// Of these, missing on the other or with another number or text.
    package let different: Int
    /// Offsets on the other cluster that carry a leader epoch.
    package let epochs: Int

    /// A comparison of its parts.
    package init(offsets: Int, different: Int, epochs: Int) {
        self.offsets = offsets
        self.different = different
        self.epochs = epochs
    }
}

extension KafkaProbe {
    /// Commits growing offsets of every group on every partition, round after round, until `stopProduction`.
    package func commitOnAndOn(_ groups: ProbedGroups, on servers: String, job: String) async throws {
        _ = try await call(
            "groupLoad", on: servers, groups.arguments.merging(["job": job]) { $1 }, within: .seconds(300))
    }

    /// Looks until `stopProduction` how long the other cluster takes to have what the groups have committed.
    ///
    /// - Returns: the time of each look in milliseconds.
    package func watchOffsets(
        of groups: ProbedGroups, on servers: String, reaching other: String, job: String
    ) async throws -> [Int] {
        let arguments = groups.arguments.merging(["job": job, "other": other]) { $1 }
        let fields = try await call("groupWatch", on: servers, arguments, within: .seconds(300))
        return (fields["times"] ?? "").split(separator: ",").compactMap { Int($0) }
    }

    /// Compares what groups have committed on two clusters.
    package func compareOffsets(
        of groups: ProbedGroups, on servers: String, with other: String
    ) async throws -> GroupComparison {
        let fields = try await call("groupCompare", on: servers, groups.arguments.merging(["other": other]) { $1 })
        func number(_ name: String) -> Int { Int(fields[name] ?? "") ?? -1 }
        return GroupComparison(
            offsets: number("offsets"), different: number("different"), epochs: number("epochs"))
    }

    /// Starts a consumer of each group, those of the first four twice; without a committed offset it fails.
    ///
    /// - Parameter groupProtocol: `classic`, or `consumer` for that of KIP-848.
    /// - Returns: the first offset that it reads, by group and partition; partitions without more records are missing.
    package func resume(
        _ groups: ProbedGroups, on servers: String, groupProtocol: String
    ) async throws -> [String: [Int: Int64]] {
        let arguments = groups.arguments.merging(["client.group.protocol": groupProtocol]) { $1 }
        let fields = try await call("groupResume", on: servers, arguments, within: .seconds(200))
        if let problem = fields["problem"] { throw HarnessError(problem) }
        var first: [String: [Int: Int64]] = [:]
        for name in groups.names {
            first[name] = fields.byNumber("\(name)/").compactMapValues { Int64($0) }
        }
        return first
    }

    /// Keeps a member in the first group until `stopProduction`.
    ///
    /// - Parameter commits: whether it commits what it reads.
    package func holdMember(
        of groups: ProbedGroups, on servers: String, groupProtocol: String, commits: Bool = false, job: String
    ) async throws {
        var arguments = groups.arguments.merging(["job": job, "client.group.protocol": groupProtocol]) { $1 }
        if commits { arguments["commit"] = "yes" }
        arguments["client.auto.offset.reset"] = "earliest"
        _ = try await call("groupHold", on: servers, arguments, within: .seconds(200))
    }
}
