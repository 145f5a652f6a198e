/// The table of all messages: for headers, version negotiation and the tests against Kafka's definitions.
package enum KnownAPIs {
    /// The request of every API, in the order of the keys.
    package static let requests: [any RequestMessage.Type] = [
        ProduceRequest.self,
        FetchRequest.self,
        ListOffsetsRequest.self,
        MetadataRequest.self,
        OffsetCommitRequest.self,
        OffsetFetchRequest.self,
        FindCoordinatorRequest.self,
        JoinGroupRequest.self,
        HeartbeatRequest.self,
        LeaveGroupRequest.self,
        SyncGroupRequest.self,
        DescribeGroupsRequest.self,
        ListGroupsRequest.self,
        SaslHandshakeRequest.self,
        ApiVersionsRequest.self,
        CreateTopicsRequest.self,
        DeleteTopicsRequest.self,
        DeleteRecordsRequest.self,
        InitProducerIdRequest.self,
        OffsetForLeaderEpochRequest.self,
        AddPartitionsToTxnRequest.self,
        EndTxnRequest.self,
        DescribeAclsRequest.self,
        CreateAclsRequest.self,
        DeleteAclsRequest.self,
        DescribeConfigsRequest.self,
        SaslAuthenticateRequest.self,
        CreatePartitionsRequest.self,
        DeleteGroupsRequest.self,
        IncrementalAlterConfigsRequest.self,
        DescribeClusterRequest.self,
        DescribeProducersRequest.self,
    ]

    /// Every API, in the order of the keys.
    package static let all: [APIDescription] = requests.map { $0.api }

    private static let byKey = Dictionary(uniqueKeysWithValues: all.map { ($0.key.rawValue, $0) })

    /// The description of the API with key `key`; nil when Lockstep does not speak it.
    package static func description(_ key: Int16) -> APIDescription? {
        byKey[key]
    }
}
