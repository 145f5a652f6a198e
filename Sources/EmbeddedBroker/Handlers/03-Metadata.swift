import KafkaProtocol

/// Tells brokers, topics, partitions and leaders: all of them this broker.
enum MetadataHandler: RequestHandler {
    typealias Request = MetadataRequest

    static func answer(
        _ request: MetadataRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> MetadataResponse {
        var response = base(broker)
        if request.includeClusterAuthorizedOperations {
            response.clusterAuthorizedOperations = broker.authorizedClusterOperations(context)
        }
        if let asked = request.topics {
            response.topics = asked.map { named($0, request, context, broker) }
        } else {
            response.topics = broker.topics.names.compactMap { broker.topics[$0] }
                .filter { broker.isAllowed(.describe, .topic($0.name), context) }.map { described($0, broker) }
        }
        if request.includeTopicAuthorizedOperations {
            for index in response.topics.indices {
                let topic = response.topics[index]
                guard let name = topic.name, topic.errorCode != ErrorCode.topicAuthorizationFailed.rawValue else {
                    continue
                }
                response.topics[index].topicAuthorizedOperations = broker.authorizedOperations(.topic(name), context)
            }
        }
        return response
    }

    static func refusal(_ request: MetadataRequest, _ code: ErrorCode) -> MetadataResponse {
        MetadataResponse {
            $0.topics = (request.topics ?? []).map { asked in failed(asked.name, asked.topicId, code) }
        }
    }

    private static func base(_ broker: isolated EmbeddedBroker) -> MetadataResponse {
        MetadataResponse {
            $0.clusterId = broker.options.clusterId
            $0.controllerId = broker.options.nodeId
            $0.brokers = [
                MetadataResponse.MetadataResponseBroker {
                    $0.nodeId = broker.options.nodeId
                    $0.host = broker.host
                    $0.port = Int32(broker.port)
                }
            ]
        }
    }

    private static func named(
        _ asked: MetadataRequest.MetadataRequestTopic, _ request: MetadataRequest, _ context: RequestContext,
        _ broker: isolated EmbeddedBroker
    ) -> MetadataResponse.MetadataResponseTopic {
        if asked.topicId != .zero {
            guard let topic = broker.topics.name(of: asked.topicId).flatMap({ broker.topics[$0] }) else {
                return failed(nil, asked.topicId, .unknownTopicId)
            }
            guard broker.isAllowed(.describe, .topic(topic.name), context) else {
                return failed(nil, asked.topicId, .topicAuthorizationFailed)
            }
            return described(topic, broker)
        }
        let name = asked.name ?? ""
        guard broker.isAllowed(.describe, .topic(name), context) else {
            return failed(name, .zero, .topicAuthorizationFailed)
        }
        if let topic = broker.topics[name] { return described(topic, broker) }
        guard Topic.complaint(aboutName: name) == nil else { return failed(name, .zero, .invalidTopicException) }
        // As with real clusters the topic is on its way: the client asks again.
        if broker.options.createsTopics && request.allowAutoTopicCreation {
            guard
                broker.isAllowed(.create, .cluster, context) || broker.isAllowed(.create, .topic(name), context)
            else { return failed(name, .zero, .topicAuthorizationFailed) }
            broker.createTopic(name, partitions: Int(broker.options.defaultPartitions))
        }
        return failed(name, .zero, .unknownTopicOrPartition)
    }

    private static func described(
        _ topic: Topic, _ broker: isolated EmbeddedBroker
    ) -> MetadataResponse.MetadataResponseTopic {
        let node = broker.options.nodeId
        return MetadataResponse.MetadataResponseTopic {
            $0.name = topic.name
            $0.topicId = topic.id
            $0.isInternal = InternalTopic(rawValue: topic.name) != nil
            $0.partitions = topic.partitions.enumerated().map { index, log in
                MetadataResponse.MetadataResponsePartition {
                    $0.partitionIndex = Int32(index)
                    $0.leaderId = node
                    $0.leaderEpoch = log.leaderEpoch
                    $0.replicaNodes = [node]
                    $0.isrNodes = [node]
                }
            }
        }
    }

    private static func failed(
        _ name: String?, _ id: KafkaUUID, _ code: ErrorCode
    ) -> MetadataResponse.MetadataResponseTopic {
        MetadataResponse.MetadataResponseTopic {
            $0.name = name
            $0.topicId = id
            $0.errorCode = code.rawValue
        }
    }
}
