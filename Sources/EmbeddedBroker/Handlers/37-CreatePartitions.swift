import KafkaProtocol

/// Adds partitions to topics.
enum CreatePartitionsHandler: RequestHandler {
    typealias Request = CreatePartitionsRequest

    static func answer(
        _ request: CreatePartitionsRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> CreatePartitionsResponse {
        CreatePartitionsResponse {
            $0.results = request.topics.map { wanted in
                do throws(AdminRefusal) {
                    guard broker.isAllowed(.alter, .topic(wanted.name), context) else {
                        throw AdminRefusal(.topicAuthorizationFailed)
                    }
                    try check(wanted, broker)
                    if !request.validateOnly {
                        broker.topics.update(wanted.name) { $0.addPartitions(upTo: Int(wanted.count)) }
                    }
                    return result(wanted.name, AdminRefusal(.noError))
                } catch {
                    return result(wanted.name, error)
                }
            }
        }
    }

    static func refusal(_ request: CreatePartitionsRequest, _ code: ErrorCode) -> CreatePartitionsResponse {
        CreatePartitionsResponse {
            $0.results = request.topics.map { result($0.name, AdminRefusal(code)) }
        }
    }

    private static func check(
        _ wanted: CreatePartitionsRequest.CreatePartitionsTopic, _ broker: isolated EmbeddedBroker
    ) throws(AdminRefusal) {
        guard let topic = broker.topics[wanted.name] else {
            throw AdminRefusal(.unknownTopicOrPartition)
        }
        let present = topic.partitions.count
        if wanted.count == present {
            throw AdminRefusal(.invalidPartitions, "Topic already has \(present) partition(s).")
        }
        if wanted.count < present {
            throw AdminRefusal(
                .invalidPartitions,
                "The topic \(wanted.name) currently has \(present) partition(s); \(wanted.count) would not be an "
                    + "increase.")
        }
        let added = Int(wanted.count) - present
        if let assignments = wanted.assignments {
            guard assignments.count == added else {
                throw AdminRefusal(
                    .invalidReplicaAssignment,
                    "Attempted to add \(added) additional partition(s), but only \(assignments.count) assignment(s) "
                        + "were specified.")
            }
            guard assignments.allSatisfy({ $0.brokerIds == [broker.options.nodeId] }) else {
                throw AdminRefusal(
                    .invalidReplicaAssignment,
                    "The manual partition assignment includes a broker that is not registered.")
            }
        }
        guard broker.topics.partitionCount + added <= broker.options.maximumPartitions else {
            throw AdminRefusal(
                .policyViolation, "The broker holds at most \(broker.options.maximumPartitions) partitions.")
        }
    }

    private static func result(
        _ name: String, _ refusal: AdminRefusal
    ) -> CreatePartitionsResponse.CreatePartitionsTopicResult {
        CreatePartitionsResponse.CreatePartitionsTopicResult {
            $0.name = name
            $0.errorCode = refusal.code.rawValue
            $0.errorMessage = refusal.message
        }
    }
}
