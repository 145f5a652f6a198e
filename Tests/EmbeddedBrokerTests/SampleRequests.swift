import Bytes
import KafkaProtocol

/// A request of every API with something in it, in any version, that changes little.
struct SampleRequests {
    let topic: String
    let topicId: KafkaUUID
    let group: String
    let transactionalId: String

    /// The request of an API as `version` can carry it.
    func request(_ key: APIKey, _ version: Int16) throws -> any RequestMessage {
        try onLogs(key, version) ?? onTopics(key, version) ?? onGroups(key, version) ?? onTransactions(key)
            ?? present(onCluster(key, version))
    }

    private func onLogs(_ key: APIKey, _ version: Int16) -> (any RequestMessage)? {
        switch key {
        case .produce:
            ProduceRequest {
                $0.acks = -1
                $0.timeoutMs = 5_000
                $0.topicData = [
                    ProduceRequest.TopicProduceData {
                        if version >= 13 { $0.topicId = topicId } else { $0.name = topic }
                        $0.partitionData = [ProduceRequest.PartitionProduceData { $0.records = makeBatch() }]
                    }
                ]
            }
        case .fetch:
            FetchRequest {
                $0.maxBytes = 1 << 20
                $0.topics = [
                    FetchRequest.FetchTopic {
                        if version >= 13 { $0.topicId = topicId } else { $0.topic = topic }
                        $0.partitions = [FetchRequest.FetchPartition { $0.partitionMaxBytes = 1 << 20 }]
                    }
                ]
            }
        case .listOffsets:
            ListOffsetsRequest {
                $0.replicaId = -1
                $0.topics = [
                    ListOffsetsRequest.ListOffsetsTopic {
                        $0.name = topic
                        $0.partitions = [ListOffsetsRequest.ListOffsetsPartition { $0.timestamp = -1 }]
                    }
                ]
            }
        case .offsetForLeaderEpoch:
            OffsetForLeaderEpochRequest {
                if version >= 3 { $0.replicaId = -1 }
                $0.topics = [
                    OffsetForLeaderEpochRequest.OffsetForLeaderTopic {
                        $0.topic = topic
                        $0.partitions = [OffsetForLeaderEpochRequest.OffsetForLeaderPartition()]
                    }
                ]
            }
        case .deleteRecords:
            DeleteRecordsRequest {
                $0.timeoutMs = 5_000
                $0.topics = [
                    DeleteRecordsRequest.DeleteRecordsTopic {
                        $0.name = topic
                        $0.partitions = [DeleteRecordsRequest.DeleteRecordsPartition()]
                    }
                ]
            }
        case .describeProducers:
            DescribeProducersRequest {
                $0.topics = [
                    DescribeProducersRequest.TopicRequest {
                        $0.name = topic
                        $0.partitionIndexes = [0]
                    }
                ]
            }
        default: nil
        }
    }

    private func onTopics(_ key: APIKey, _ version: Int16) -> (any RequestMessage)? {
        switch key {
        case .metadata:
            MetadataRequest { $0.topics = [MetadataRequest.MetadataRequestTopic { $0.name = topic }] }
        case .createTopics:
            CreateTopicsRequest {
                $0.validateOnly = true
                $0.topics = ["\(topic)-new", topic].map { name in
                    CreateTopicsRequest.CreatableTopic {
                        $0.name = name
                        $0.numPartitions = 1
                        $0.replicationFactor = 1
                    }
                }
            }
        case .deleteTopics:
            DeleteTopicsRequest {
                $0.timeoutMs = 5_000
                guard version >= 6 else { return $0.topicNames = ["no-such-topic"] }
                $0.topics = [DeleteTopicsRequest.DeleteTopicState { $0.name = "no-such-topic" }]
            }
        case .createPartitions:
            CreatePartitionsRequest {
                $0.topics = [
                    CreatePartitionsRequest.CreatePartitionsTopic {
                        $0.name = topic
                        $0.count = 1
                    }
                ]
            }
        case .describeConfigs:
            DescribeConfigsRequest {
                $0.resources = [
                    DescribeConfigsRequest.DescribeConfigsResource {
                        $0.resourceType = 2
                        $0.resourceName = topic
                        $0.configurationKeys = nil
                    }
                ]
            }
        case .incrementalAlterConfigs:
            IncrementalAlterConfigsRequest {
                $0.validateOnly = true
                $0.resources = [
                    IncrementalAlterConfigsRequest.AlterConfigsResource {
                        $0.resourceType = 2
                        $0.resourceName = topic
                    }
                ]
            }
        default: nil
        }
    }

    private func onGroups(_ key: APIKey, _ version: Int16) -> (any RequestMessage)? {
        switch key {
        case .offsetCommit:
            OffsetCommitRequest {
                $0.groupId = group
                $0.topics = [
                    OffsetCommitRequest.OffsetCommitRequestTopic {
                        if version >= 10 { $0.topicId = topicId } else { $0.name = topic }
                        $0.partitions = [OffsetCommitRequest.OffsetCommitRequestPartition { $0.committedOffset = 1 }]
                    }
                ]
            }
        case .offsetFetch:
            OffsetFetchRequest {
                guard version >= 8 else {
                    $0.groupId = group
                    $0.topics = [
                        OffsetFetchRequest.OffsetFetchRequestTopic {
                            $0.name = topic
                            $0.partitionIndexes = [0]
                        }
                    ]
                    return
                }
                $0.groups = [
                    OffsetFetchRequest.OffsetFetchRequestGroup {
                        $0.groupId = group
                        $0.topics = [
                            OffsetFetchRequest.OffsetFetchRequestTopics {
                                if version >= 10 { $0.topicId = topicId } else { $0.name = topic }
                                $0.partitionIndexes = [0]
                            }
                        ]
                    }
                ]
            }
        case .findCoordinator:
            FindCoordinatorRequest {
                if version >= 4 { $0.coordinatorKeys = [group] } else { $0.key = group }
            }
        case .joinGroup:
            JoinGroupRequest {
                $0.groupId = group
                $0.memberId = "nobody"
                $0.sessionTimeoutMs = 10_000
                $0.protocolType = "worker"
                $0.protocols = [JoinGroupRequest.JoinGroupRequestProtocol { $0.name = "range" }]
            }
        case .syncGroup: SyncGroupRequest { $0.groupId = group }
        case .heartbeat: HeartbeatRequest { $0.groupId = group }
        case .leaveGroup:
            LeaveGroupRequest {
                $0.groupId = group
                guard version >= 3 else { return $0.memberId = "nobody" }
                $0.members = [LeaveGroupRequest.MemberIdentity { $0.memberId = "nobody" }]
            }
        case .describeGroups: DescribeGroupsRequest { $0.groups = [group] }
        case .listGroups: ListGroupsRequest()
        case .deleteGroups: DeleteGroupsRequest { $0.groupsNames = ["no-such-group"] }
        default: nil
        }
    }

    private func onTransactions(_ key: APIKey) -> (any RequestMessage)? {
        switch key {
        case .initProducerId: InitProducerIdRequest { $0.transactionalId = nil }
        case .addPartitionsToTxn:
            AddPartitionsToTxnRequest {
                $0.v3AndBelowTransactionalId = transactionalId
                $0.v3AndBelowTopics = [
                    AddPartitionsToTxnRequest.AddPartitionsToTxnTopic {
                        $0.name = topic
                        $0.partitions = [0]
                    }
                ]
            }
        case .endTxn: EndTxnRequest { $0.transactionalId = transactionalId }
        default: nil
        }
    }

    private func onCluster(_ key: APIKey, _ version: Int16) -> (any RequestMessage)? {
        switch key {
        case .apiVersions:
            ApiVersionsRequest {
                guard version >= 3 else { return }
                $0.clientSoftwareName = "conformance"
                $0.clientSoftwareVersion = "1"
            }
        // On a listener without SASL both are answered with ILLEGAL_SASL_STATE.
        case .saslHandshake: SaslHandshakeRequest { $0.mechanism = "PLAIN" }
        case .saslAuthenticate: SaslAuthenticateRequest { $0.authBytes = ByteSlice([0, 1, 2]) }
        case .describeCluster: DescribeClusterRequest()
        case .describeAcls:
            DescribeAclsRequest {
                $0.resourceTypeFilter = 1
                $0.resourceNameFilter = nil
                $0.patternTypeFilter = 1
                $0.principalFilter = nil
                $0.hostFilter = nil
                $0.operation = 1
                $0.permissionType = 1
            }
        case .createAcls:
            CreateAclsRequest {
                $0.creations = [
                    CreateAclsRequest.AclCreation {
                        $0.resourceType = 2
                        $0.resourceName = topic
                        $0.principal = "User:nobody"
                        $0.host = "*"
                        $0.operation = 3
                        $0.permissionType = 3
                    }
                ]
            }
        case .deleteAcls:
            DeleteAclsRequest {
                $0.filters = [
                    DeleteAclsRequest.DeleteAclsFilter {
                        $0.resourceTypeFilter = 2
                        $0.resourceNameFilter = topic
                        $0.principalFilter = "User:nobody"
                        $0.hostFilter = nil
                        $0.operation = 1
                        $0.permissionType = 1
                    }
                ]
            }
        default: nil
        }
    }
}
