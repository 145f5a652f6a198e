/// Rules about what files are called and where they lie.
enum NameRules {
    /// Words that name nothing.
    static let emptyWords = ["Utils", "Util", "Utilities", "Helpers", "Helper", "Manager", "Common", "Misc", "Stuff"]

    static func emptyNames(in file: SourceFile) -> [Finding] {
        let stem = file.name.prefix { $0 != "." && $0 != "+" }
        return emptyWords.filter { stem.hasSuffix($0) || stem.hasPrefix($0) }.prefix(1).map {
            file.finding(0, "\"\($0)\" says nothing; name the file after the one idea in it")
        }
    }

    /// Folders whose files carry Kafka's API key, so that the listing is the list of supported APIs.
    static let keyedFolders = ["Sources/KafkaProtocol/Messages", "Sources/EmbeddedBroker/Handlers"]

    /// Kafka's API keys, from its protocol guide.
    static let apiKeys: [String: Int] = [
        "Produce": 0, "Fetch": 1, "ListOffsets": 2, "Metadata": 3, "OffsetCommit": 8, "OffsetFetch": 9,
        "FindCoordinator": 10, "JoinGroup": 11, "Heartbeat": 12, "LeaveGroup": 13, "SyncGroup": 14,
        "DescribeGroups": 15, "ListGroups": 16, "SaslHandshake": 17, "ApiVersions": 18, "CreateTopics": 19,
        "DeleteTopics": 20, "DeleteRecords": 21, "InitProducerId": 22, "OffsetForLeaderEpoch": 23,
        "AddPartitionsToTxn": 24, "AddOffsetsToTxn": 25, "EndTxn": 26, "WriteTxnMarkers": 27, "TxnOffsetCommit": 28,
        "DescribeAcls": 29, "CreateAcls": 30, "DeleteAcls": 31, "DescribeConfigs": 32, "AlterConfigs": 33,
        "AlterReplicaLogDirs": 34, "DescribeLogDirs": 35, "SaslAuthenticate": 36, "CreatePartitions": 37,
        "CreateDelegationToken": 38, "RenewDelegationToken": 39, "ExpireDelegationToken": 40,
        "DescribeDelegationToken": 41, "DeleteGroups": 42, "ElectLeaders": 43, "IncrementalAlterConfigs": 44,
        "AlterPartitionReassignments": 45, "ListPartitionReassignments": 46, "OffsetDelete": 47,
        "DescribeClientQuotas": 48, "AlterClientQuotas": 49, "DescribeUserScramCredentials": 50,
        "AlterUserScramCredentials": 51, "DescribeQuorum": 55, "UpdateFeatures": 57, "DescribeCluster": 60,
        "DescribeProducers": 61, "DescribeTransactions": 65, "ListTransactions": 66, "ConsumerGroupHeartbeat": 68,
        "ConsumerGroupDescribe": 69, "DescribeTopicPartitions": 75,
    ]

    static func keyedNames(in file: SourceFile) -> [Finding] {
        guard keyedFolders.contains(file.folders.joined(separator: "/")) else { return [] }
        let parts = file.name.dropLast(".swift".count).split(separator: "-", maxSplits: 1)
        let api = parts.last.map { String($0.prefix { $0 != "+" }) } ?? ""
        guard let key = apiKeys[api] else {
            return [file.finding(0, "call it NN-Name.swift with Kafka's API key and name, such as 00-Produce.swift")]
        }
        let wanted = key < 10 ? "0\(key)" : "\(key)"
        guard parts.count != 2 || parts[0] != wanted else { return [] }
        return [file.finding(0, "the API key of \(api) is \(key); call it \(wanted)-\(api).swift")]
    }

    /// What may lie at the top of the repository, besides dot files.
    static let topLevel: Set<String> = [
        "Package.swift", "Sources", "Tests", "manifests", "examples", "CHANGELOG.md", "README.md",
    ]

    static func topLevel(_ names: [String]) -> [Finding] {
        names.filter { !$0.hasPrefix(".") && !topLevel.contains($0) }.sorted().map {
            Finding(file: $0, line: 0, advice: "the top holds only \(topLevel.sorted().joined(separator: ", "))")
        }
    }
}
