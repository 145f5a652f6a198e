import KafkaProtocol

/// Every API of the embedded broker: this table drives dispatch and the ApiVersions answer.
enum HandlerTable {
    /// The handlers in the order of their keys.
    static let all: [any RequestHandler.Type] = [
        ProduceHandler.self,
        FetchHandler.self,
        ListOffsetsHandler.self,
        MetadataHandler.self,
        OffsetCommitHandler.self,
        OffsetFetchHandler.self,
        FindCoordinatorHandler.self,
        JoinGroupHandler.self,
        HeartbeatHandler.self,
        LeaveGroupHandler.self,
        SyncGroupHandler.self,
        DescribeGroupsHandler.self,
        ListGroupsHandler.self,
        SaslHandshakeHandler.self,
        ApiVersionsHandler.self,
        CreateTopicsHandler.self,
        DeleteTopicsHandler.self,
        DeleteRecordsHandler.self,
        InitProducerIdHandler.self,
        OffsetForLeaderEpochHandler.self,
        AddPartitionsToTxnHandler.self,
        EndTxnHandler.self,
        DescribeAclsHandler.self,
        CreateAclsHandler.self,
        DeleteAclsHandler.self,
        DescribeConfigsHandler.self,
        SaslAuthenticateHandler.self,
        CreatePartitionsHandler.self,
        DeleteGroupsHandler.self,
        IncrementalAlterConfigsHandler.self,
        DescribeClusterHandler.self,
        DescribeProducersHandler.self,
    ]

    private static let byKey = Dictionary(uniqueKeysWithValues: all.map { (key(of: $0), $0) })

    /// The handler of the API with this number.
    static func handler(_ key: Int16) -> (any RequestHandler.Type)? {
        APIKey(rawValue: key).flatMap { byKey[$0] }
    }

    /// The API that a handler answers.
    static func key(of handler: any RequestHandler.Type) -> APIKey {
        func key<Handler: RequestHandler>(_: Handler.Type) -> APIKey { Handler.Request.api.key }
        return key(handler)
    }
}
