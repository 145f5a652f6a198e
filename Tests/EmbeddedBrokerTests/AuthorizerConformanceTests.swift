import KafkaConnection
import KafkaProtocol
import TestSupport
import Testing

/// Which permission each request needs, asked of the embedded broker and of real ones.
@Suite("Authorizer conformance", .timeLimit(.minutes(5)), .serialized)
struct AuthorizerConformanceTests {
    /// Operations to permit, by Kafka's code, with the letter that stands for each in the table.
    private static let operations: [(code: Int8, letter: Character)] = [
        (3, "r"), (4, "w"), (5, "c"), (6, "d"), (7, "a"), (8, "D"), (10, "C"), (11, "A"), (2, "*"),
    ]

    /// Every API: the codes without permission, and the letters of the operations that each permit all of it.
    ///
    /// A created topic's configs are told to whom CREATE and DESCRIBE_CONFIGS are permitted.
    private static let table = """
        produce 29 w*
        fetch 0,29 r*
        listOffsets 29 rwdaD*
        metadata 0,29 rwdaD*
        offsetCommit 30 r*
        offsetFetch 0,30 rwdaD*
        findCoordinator 0,30 rwdaD*
        joinGroup 30 r*
        heartbeat 30 r*
        leaveGroup 30 r*
        syncGroup 30 r*
        describeGroups 30 rwdaD*
        createTopics 0,29 *
        deleteTopics 29 rwdaD*
        deleteRecords 29 d*
        initProducerId 53 w*
        addPartitionsToTxn 53 w*
        endTxn 53 w*
        describeConfigs 29 CA*
        createPartitions 29 a*
        deleteGroups 30 d*
        incrementalAlterConfigs 29 A*
        describeProducers 29 r*
        """

    private static let authorizationCodes: Set<Int16> = [29, 30, 31, 53]

    @Test(arguments: ConformanceCluster.all)
    func `each request needs the permission it needs of a real broker`(_ cluster: ConformanceCluster) async throws {
        try await GuardedCluster.withSession(cluster) { session in
            let topic = try await session.newTopic("guarded")
            let name = topic
            let resources: [Int8] = [2, 3, 5]
            let samples = SampleRequests(
                topic: topic, topicId: try await session.topicId(topic), group: name, transactionalId: name)
            // The first use of groups and transactions makes internal topics, which takes a while.
            try await waitUntil("coordinators are there", within: .seconds(30)) {
                for keyType in Int8(0)...1 {
                    let find = FindCoordinatorRequest {
                        $0.keyType = keyType
                        $0.coordinatorKeys = [name]
                    }
                    if try await session.codes(find) != [0] { return false }
                }
                for key in [APIKey.heartbeat, .endTxn] {
                    let codes = try await session.codes(try request(key, samples))
                    if !codes.isDisjoint(with: [14, 15, 16]) { return false }
                }
                return true
            }
            // Any ACL about a resource takes it from those whom none permits. What brokers and this test need of the
            // cluster itself is permitted.
            let others = resources.map { AclCodes(type: $0, name: name, pattern: 4, operation: $0 == 5 ? 4 : 8) }
            let onCluster = [Int8(7), 9].map {
                AclCodes(type: 4, name: "kafka-cluster", principal: AclCodes.anonymous, operation: $0)
            }
            _ = try await session.createAcls(onCluster + others)
            try await waitUntil("the others' ACLs count") {
                try await session.codes(try request(.endTxn, samples)).contains(53)
            }
            let keys = Self.table.split(separator: "\n").compactMap { line in
                APIKey.allCases.first { "\($0)" == line.split(separator: " ")[0] }
            }
            var refusals: [APIKey: Set<Int16>] = [:]
            for key in keys { refusals[key] = try await session.codes(try request(key, samples)) }
            var permitting: [APIKey: String] = [:]
            for (code, letter) in Self.operations {
                let mine = resources.map {
                    AclCodes(type: $0, name: name, pattern: 4, principal: AclCodes.anonymous, operation: code)
                }
                _ = try await session.createAcls(mine)
                try await waitUntil("\(letter) is listed") { try await session.acls(name).isSuperset(of: mine) }
                for key in keys {
                    let codes = try await session.codes(try request(key, samples))
                    if codes.isDisjoint(with: Self.authorizationCodes) { permitting[key, default: ""].append(letter) }
                }
                _ = try await session.deleteAcls(mine)
                try await waitUntil("\(letter) is gone") { try await session.acls(name).isDisjoint(with: mine) }
            }
            let found = keys.map { key in
                let codes = (refusals[key] ?? []).sorted().map(String.init).joined(separator: ",")
                return "\(key) \(codes) \(permitting[key] ?? "")"
            }
            #expect(found.joined(separator: "\n") == Self.table)
            try await expectClusterRights(session)
            _ = try await session.deleteAcls(others)
            _ = try await session.deleteAcls(onCluster)
        }
    }

    /// With ALTER and CLUSTER_ACTION on the cluster, which permits DESCRIBE and nothing else.
    private func expectClusterRights(_ session: Session) async throws {
        let cluster = try await session.connection.send(
            DescribeClusterRequest { $0.includeClusterAuthorizedOperations = true })
        #expect(cluster.clusterAuthorizedOperations == 1 << 7 | 1 << 8 | 1 << 9)
        let broker = DescribeConfigsRequest {
            $0.resources = [
                DescribeConfigsRequest.DescribeConfigsResource {
                    $0.resourceType = 4
                    $0.resourceName = "1"
                    $0.configurationKeys = nil
                }
            ]
        }
        #expect(try await session.codes(broker) == [31])
        let refused = try await session.connection.send(broker)
        #expect(refused.results.first?.errorMessage == "Cluster authorization failed.")
    }

    /// The sample request of an API, about a guarded resource.
    private func request(_ key: APIKey, _ samples: SampleRequests) throws -> any RequestMessage {
        switch key {
        case .initProducerId:
            return InitProducerIdRequest {
                $0.transactionalId = samples.transactionalId
                $0.transactionTimeoutMs = 10_000
            }
        case .deleteGroups: return DeleteGroupsRequest { $0.groupsNames = [samples.group] }
        case .deleteTopics:
            // Permitted, it must not take away what the others ask about.
            return DeleteTopicsRequest {
                $0.timeoutMs = 5_000
                $0.topics = [DeleteTopicsRequest.DeleteTopicState { $0.name = "\(samples.topic)-absent" }]
            }
        case .syncGroup:
            return SyncGroupRequest {
                $0.groupId = samples.group
                $0.protocolType = "worker"
                $0.protocolName = "range"
            }
        default: return try samples.request(key, .max)
        }
    }
}

extension Session {
    /// The id of a topic.
    func topicId(_ topic: String) async throws -> KafkaUUID {
        let response = try await connection.send(
            MetadataRequest { $0.topics = [MetadataRequest.MetadataRequestTopic { $0.name = topic }] })
        return try present(response.topics.first?.topicId)
    }

    /// All error codes of the answer to a request.
    func codes(_ request: any RequestMessage) async throws -> Set<Int16> {
        func send<Request: RequestMessage>(_ request: Request) async throws -> Set<Int16> {
            var codes: Set<Int16> = []
            Self.collect(try await connection.send(request), &codes)
            return codes
        }
        return try await send(request)
    }

    private static func collect(_ value: Any, _ codes: inout Set<Int16>) {
        for child in Mirror(reflecting: value).children {
            if let code = child.value as? Int16, child.label?.lowercased().hasSuffix("errorcode") == true {
                codes.insert(code)
            } else {
                collect(child.value, &codes)
            }
        }
    }
}
