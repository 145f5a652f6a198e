/// Names for the codes in Swift, in the order of the codes.
extension ErrorCode {
    /// The broker met an error it did not expect; its log says more.
    package static let unknownServerError = ErrorCode(rawValue: -1)
    /// No error.
    package static let noError = ErrorCode(rawValue: 0)
    /// The log does not hold this offset.
    package static let offsetOutOfRange = ErrorCode(rawValue: 1)
    /// The batch is damaged: checksum, size or key.
    package static let corruptMessage = ErrorCode(rawValue: 2)
    /// This broker knows no such topic or partition.
    package static let unknownTopicOrPartition = ErrorCode(rawValue: 3)
    /// The fetch size is not valid.
    package static let invalidFetchSize = ErrorCode(rawValue: 4)
    /// The partition has no leader right now.
    package static let leaderNotAvailable = ErrorCode(rawValue: 5)
    /// This broker does not lead, or does not hold, the partition.
    package static let notLeaderOrFollower = ErrorCode(rawValue: 6)
    /// The broker ran out of time.
    package static let requestTimedOut = ErrorCode(rawValue: 7)
    /// The broker is not available.
    package static let brokerNotAvailable = ErrorCode(rawValue: 8)
    /// The replica is not available.
    package static let replicaNotAvailable = ErrorCode(rawValue: 9)
    /// The batch is larger than the topic's `max.message.bytes`.
    package static let messageTooLarge = ErrorCode(rawValue: 10)
    /// The controller has moved.
    package static let staleControllerEpoch = ErrorCode(rawValue: 11)
    /// The text stored with the offset is too long.
    package static let offsetMetadataTooLarge = ErrorCode(rawValue: 12)
    /// The connection broke before the answer came.
    package static let networkException = ErrorCode(rawValue: 13)
    /// The coordinator is still loading.
    package static let coordinatorLoadInProgress = ErrorCode(rawValue: 14)
    /// The coordinator is not available.
    package static let coordinatorNotAvailable = ErrorCode(rawValue: 15)
    /// This broker is not the coordinator.
    package static let notCoordinator = ErrorCode(rawValue: 16)
    /// The topic name is not allowed, or the topic is internal.
    package static let invalidTopicException = ErrorCode(rawValue: 17)
    /// The batch is larger than a log segment.
    package static let recordListTooLarge = ErrorCode(rawValue: 18)
    /// Fewer replicas are in sync than `min.insync.replicas`; nothing was written.
    package static let notEnoughReplicas = ErrorCode(rawValue: 19)
    /// Written, but then fewer replicas were in sync than `min.insync.replicas`.
    package static let notEnoughReplicasAfterAppend = ErrorCode(rawValue: 20)
    /// Acks must be 0, 1 or -1.
    package static let invalidRequiredAcks = ErrorCode(rawValue: 21)
    /// The group has moved on to another generation.
    package static let illegalGeneration = ErrorCode(rawValue: 22)
    /// The member's protocols do not fit the group's.
    package static let inconsistentGroupProtocol = ErrorCode(rawValue: 23)
    /// The group name is not valid.
    package static let invalidGroupId = ErrorCode(rawValue: 24)
    /// The coordinator does not know this member.
    package static let unknownMemberId = ErrorCode(rawValue: 25)
    /// The session timeout is outside the broker's bounds.
    package static let invalidSessionTimeout = ErrorCode(rawValue: 26)
    /// The group is rebalancing; join again.
    package static let rebalanceInProgress = ErrorCode(rawValue: 27)
    /// The commit is too large.
    package static let invalidCommitOffsetSize = ErrorCode(rawValue: 28)
    /// Not allowed on this topic.
    package static let topicAuthorizationFailed = ErrorCode(rawValue: 29)
    /// Not allowed on this group.
    package static let groupAuthorizationFailed = ErrorCode(rawValue: 30)
    /// Not allowed on the cluster.
    package static let clusterAuthorizationFailed = ErrorCode(rawValue: 31)
    /// A record's timestamp is outside the topic's bounds.
    package static let invalidTimestamp = ErrorCode(rawValue: 32)
    /// The broker does not offer this SASL mechanism.
    package static let unsupportedSaslMechanism = ErrorCode(rawValue: 33)
    /// Not allowed at this point of the SASL handshake.
    package static let illegalSaslState = ErrorCode(rawValue: 34)
    /// The broker does not speak this version of the API.
    package static let unsupportedVersion = ErrorCode(rawValue: 35)
    /// The topic exists already.
    package static let topicAlreadyExists = ErrorCode(rawValue: 36)
    /// The number of partitions is not valid.
    package static let invalidPartitions = ErrorCode(rawValue: 37)
    /// The replication factor is below 1 or above the number of brokers.
    package static let invalidReplicationFactor = ErrorCode(rawValue: 38)
    /// The replica assignment is not valid.
    package static let invalidReplicaAssignment = ErrorCode(rawValue: 39)
    /// A config is not valid.
    package static let invalidConfig = ErrorCode(rawValue: 40)
    /// This broker is not the controller.
    package static let notController = ErrorCode(rawValue: 41)
    /// The broker cannot make sense of the request; its log says more.
    package static let invalidRequest = ErrorCode(rawValue: 42)
    /// The topic's message format is too old for this.
    package static let unsupportedForMessageFormat = ErrorCode(rawValue: 43)
    /// A policy of the cluster forbids it.
    package static let policyViolation = ErrorCode(rawValue: 44)
    /// The batch's sequence does not follow the last one of this producer.
    package static let outOfOrderSequenceNumber = ErrorCode(rawValue: 45)
    /// The broker has this batch already.
    package static let duplicateSequenceNumber = ErrorCode(rawValue: 46)
    /// A newer epoch of this producer exists.
    package static let invalidProducerEpoch = ErrorCode(rawValue: 47)
    /// Not allowed in this state of the transaction.
    package static let invalidTxnState = ErrorCode(rawValue: 48)
    /// The producer id does not belong to the transactional id.
    package static let invalidProducerIdMapping = ErrorCode(rawValue: 49)
    /// The transaction timeout is above the broker's maximum.
    package static let invalidTransactionTimeout = ErrorCode(rawValue: 50)
    /// Another operation on the transaction is not finished.
    package static let concurrentTransactions = ErrorCode(rawValue: 51)
    /// A newer coordinator has written markers for this producer.
    package static let transactionCoordinatorFenced = ErrorCode(rawValue: 52)
    /// Not allowed on this transactional id.
    package static let transactionalIdAuthorizationFailed = ErrorCode(rawValue: 53)
    /// The broker has no authorizer.
    package static let securityDisabled = ErrorCode(rawValue: 54)
    /// Not tried, because another part of the request failed.
    package static let operationNotAttempted = ErrorCode(rawValue: 55)
    /// The broker cannot reach the partition's disk.
    package static let kafkaStorageError = ErrorCode(rawValue: 56)
    /// The broker has no such log directory.
    package static let logDirNotFound = ErrorCode(rawValue: 57)
    /// The broker refused the credentials.
    package static let saslAuthenticationFailed = ErrorCode(rawValue: 58)
    /// The broker remembers nothing of this producer.
    package static let unknownProducerId = ErrorCode(rawValue: 59)
    /// The partition is being moved.
    package static let reassignmentInProgress = ErrorCode(rawValue: 60)
    /// Delegation tokens are switched off.
    package static let delegationTokenAuthDisabled = ErrorCode(rawValue: 61)
    /// No such delegation token.
    package static let delegationTokenNotFound = ErrorCode(rawValue: 62)
    /// The delegation token belongs to someone else.
    package static let delegationTokenOwnerMismatch = ErrorCode(rawValue: 63)
    /// Delegation tokens cannot be managed over this connection.
    package static let delegationTokenRequestNotAllowed = ErrorCode(rawValue: 64)
    /// Not allowed on this delegation token.
    package static let delegationTokenAuthorizationFailed = ErrorCode(rawValue: 65)
    /// The delegation token has expired.
    package static let delegationTokenExpired = ErrorCode(rawValue: 66)
    /// The type of principal is not supported.
    package static let invalidPrincipalType = ErrorCode(rawValue: 67)
    /// The group still has members.
    package static let nonEmptyGroup = ErrorCode(rawValue: 68)
    /// No such group.
    package static let groupIdNotFound = ErrorCode(rawValue: 69)
    /// The broker has dropped this fetch session.
    package static let fetchSessionIdNotFound = ErrorCode(rawValue: 70)
    /// The request is out of turn in its fetch session.
    package static let invalidFetchSessionEpoch = ErrorCode(rawValue: 71)
    /// The leader has no listener of the name this connection came in by.
    package static let listenerNotFound = ErrorCode(rawValue: 72)
    /// Deleting topics is switched off.
    package static let topicDeletionDisabled = ErrorCode(rawValue: 73)
    /// The request's leader epoch is older than the broker's.
    package static let fencedLeaderEpoch = ErrorCode(rawValue: 74)
    /// The request's leader epoch is newer than the broker's.
    package static let unknownLeaderEpoch = ErrorCode(rawValue: 75)
    /// The client cannot read the partition's compression.
    package static let unsupportedCompressionType = ErrorCode(rawValue: 76)
    /// The broker has registered anew.
    package static let staleBrokerEpoch = ErrorCode(rawValue: 77)
    /// The new leader does not know its high watermark yet.
    package static let offsetNotAvailable = ErrorCode(rawValue: 78)
    /// Join again with the member id that came along.
    package static let memberIdRequired = ErrorCode(rawValue: 79)
    /// The preferred leader is not available.
    package static let preferredLeaderNotAvailable = ErrorCode(rawValue: 80)
    /// The group is full.
    package static let groupMaxSizeReached = ErrorCode(rawValue: 81)
    /// Another member uses the same group instance id.
    package static let fencedInstanceId = ErrorCode(rawValue: 82)
    /// No replica may become leader.
    package static let eligibleLeadersNotAvailable = ErrorCode(rawValue: 83)
    /// The leader is the preferred one already.
    package static let electionNotNeeded = ErrorCode(rawValue: 84)
    /// The partition is not being moved.
    package static let noReassignmentInProgress = ErrorCode(rawValue: 85)
    /// The group is reading this topic.
    package static let groupSubscribedToTopic = ErrorCode(rawValue: 86)
    /// The broker found a record that is not valid.
    package static let invalidRecord = ErrorCode(rawValue: 87)
    /// An open transaction may still change the offset.
    package static let unstableOffsetCommit = ErrorCode(rawValue: 88)
    /// A quota is used up; try later.
    package static let throttlingQuotaExceeded = ErrorCode(rawValue: 89)
    /// A newer producer with this transactional id exists.
    package static let producerFenced = ErrorCode(rawValue: 90)
    /// No such resource.
    package static let resourceNotFound = ErrorCode(rawValue: 91)
    /// The request names a resource twice.
    package static let duplicateResource = ErrorCode(rawValue: 92)
    /// The credential is not acceptable.
    package static let unacceptableCredential = ErrorCode(rawValue: 93)
    /// The request names a voter that is none, or comes from one.
    package static let inconsistentVoterSet = ErrorCode(rawValue: 94)
    /// The version to update is not valid.
    package static let invalidUpdateVersion = ErrorCode(rawValue: 95)
    /// The feature update failed.
    package static let featureUpdateFailed = ErrorCode(rawValue: 96)
    /// The forwarded principal cannot be read.
    package static let principalDeserializationFailure = ErrorCode(rawValue: 97)
    /// No such snapshot.
    package static let snapshotNotFound = ErrorCode(rawValue: 98)
    /// The position lies outside the snapshot.
    package static let positionOutOfRange = ErrorCode(rawValue: 99)
    /// This broker knows no topic of this id.
    package static let unknownTopicId = ErrorCode(rawValue: 100)
    /// Another broker is registered under this id.
    package static let duplicateBrokerRegistration = ErrorCode(rawValue: 101)
    /// No broker is registered under this id.
    package static let brokerIdNotRegistered = ErrorCode(rawValue: 102)
    /// The log belongs to another topic id.
    package static let inconsistentTopicId = ErrorCode(rawValue: 103)
    /// The broker belongs to another cluster.
    package static let inconsistentClusterId = ErrorCode(rawValue: 104)
    /// No such transactional id.
    package static let transactionalIdNotFound = ErrorCode(rawValue: 105)
    /// The fetch session mixes topic names and ids.
    package static let fetchSessionTopicIdError = ErrorCode(rawValue: 106)
    /// A replica is not fit to be in sync.
    package static let ineligibleReplica = ErrorCode(rawValue: 107)
    /// A new leader was elected in the meantime.
    package static let newLeaderElected = ErrorCode(rawValue: 108)
    /// The offset is in remote storage now.
    package static let offsetMovedToTieredStorage = ErrorCode(rawValue: 109)
    /// The member's epoch is fenced; leave everything and join again.
    package static let fencedMemberEpoch = ErrorCode(rawValue: 110)
    /// Another member still holds this instance id.
    package static let unreleasedInstanceId = ErrorCode(rawValue: 111)
    /// The group cannot use this assignor.
    package static let unsupportedAssignor = ErrorCode(rawValue: 112)
    /// The member's epoch is old; heartbeat and try again.
    package static let staleMemberEpoch = ErrorCode(rawValue: 113)
    /// This endpoint is for brokers, or for controllers, only.
    package static let mismatchedEndpointType = ErrorCode(rawValue: 114)
    /// This type of endpoint is not supported.
    package static let unsupportedEndpointType = ErrorCode(rawValue: 115)
    /// No controller of this id.
    package static let unknownControllerId = ErrorCode(rawValue: 116)
    /// No such telemetry subscription.
    package static let unknownSubscriptionId = ErrorCode(rawValue: 117)
    /// The telemetry is too large.
    package static let telemetryTooLarge = ErrorCode(rawValue: 118)
    /// The controller refuses the broker's registration.
    package static let invalidRegistration = ErrorCode(rawValue: 119)
    /// The transaction must be aborted; then the producer can go on.
    package static let transactionAbortable = ErrorCode(rawValue: 120)
    /// The record is not in a state to be acknowledged.
    package static let invalidRecordState = ErrorCode(rawValue: 121)
    /// No such share session.
    package static let shareSessionNotFound = ErrorCode(rawValue: 122)
    /// The request is out of turn in its share session.
    package static let invalidShareSessionEpoch = ErrorCode(rawValue: 123)
    /// The share group's state has a newer epoch.
    package static let fencedStateEpoch = ErrorCode(rawValue: 124)
    /// The voter's key is not the replica's.
    package static let invalidVoterKey = ErrorCode(rawValue: 125)
    /// A voter of this id exists.
    package static let duplicateVoter = ErrorCode(rawValue: 126)
    /// No voter of this id.
    package static let voterNotFound = ErrorCode(rawValue: 127)
    /// The regular expression is not valid.
    package static let invalidRegularExpression = ErrorCode(rawValue: 128)
    /// The client's view is too old; start again from the bootstrap servers.
    package static let rebootstrapRequired = ErrorCode(rawValue: 129)
    /// The topology is not valid.
    package static let streamsInvalidTopology = ErrorCode(rawValue: 130)
    /// The topology's epoch is not valid.
    package static let streamsInvalidTopologyEpoch = ErrorCode(rawValue: 131)
    /// The topology is outdated.
    package static let streamsTopologyFenced = ErrorCode(rawValue: 132)
    /// The broker has no room for another share session.
    package static let shareSessionLimitReached = ErrorCode(rawValue: 133)
}
