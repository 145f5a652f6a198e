import Bytes
import KafkaConnection
import KafkaProtocol
import TestSupport

/// A connection that asks about one group, or as a member of it.
struct GroupSession {
    let session: Session
    let groupId: String
    var memberId = ""
    var instanceId: String?
    var generation: Int32 = -1
    /// Protocols in order of preference, each with its name as metadata.
    var protocols = ["range"]
    var protocolType = "worker"
    var sessionTimeoutMs: Int32 = 30_000
    var rebalanceTimeoutMs: Int32 = 30_000

    /// The same with another member's identity.
    func with(_ change: (inout GroupSession) -> Void) -> GroupSession {
        var copy = self
        change(&copy)
        return copy
    }

    /// JoinGroup as it is answered.
    func join(version: Int16 = 9) async throws -> JoinGroupResponse {
        try await session.connection.send(
            JoinGroupRequest {
                $0.groupId = groupId
                $0.sessionTimeoutMs = sessionTimeoutMs
                $0.rebalanceTimeoutMs = version < 1 ? -1 : rebalanceTimeoutMs
                $0.memberId = memberId
                $0.groupInstanceId = instanceId
                $0.protocolType = protocolType
                $0.protocols = protocols.map { name in
                    JoinGroupRequest.JoinGroupRequestProtocol {
                        $0.name = name
                        $0.metadata = ByteSlice(Array("\(name) of \(memberId.isEmpty ? "new" : "old")".utf8))
                    }
                }
            }, maximumVersion: version)
    }

    /// Joins, with the member id that the first answer gives; waits as long as the others need.
    mutating func enter() async throws -> JoinGroupResponse {
        var response = try await join()
        if ErrorCode(response.errorCode) == .memberIdRequired {
            memberId = response.memberId
            response = try await join()
        }
        guard response.errorCode == 0 else { throw HarnessError("joining: \(ErrorCode(response.errorCode))") }
        memberId = response.memberId
        generation = response.generationId
        return response
    }

    /// SyncGroup; the leader names the assignment of each member.
    func sync(
        _ assignments: [String: String] = [:], type: String? = nil, name: String? = nil, version: Int16 = 5
    ) async throws -> SyncGroupResponse {
        try await session.connection.send(
            SyncGroupRequest {
                $0.groupId = groupId
                $0.generationId = generation
                $0.memberId = memberId
                $0.groupInstanceId = instanceId
                if version >= 5 {
                    $0.protocolType = type
                    $0.protocolName = name
                }
                $0.assignments = assignments.sorted { $0.key < $1.key }.map { member in
                    SyncGroupRequest.SyncGroupRequestAssignment {
                        $0.memberId = member.key
                        $0.assignment = ByteSlice(Array(member.value.utf8))
                    }
                }
            }, maximumVersion: version)
    }

    func heartbeat(version: Int16 = 4) async throws -> ErrorCode {
        ErrorCode(
            try await session.connection.send(
                HeartbeatRequest {
                    $0.groupId = groupId
                    $0.generationId = generation
                    $0.memberId = memberId
                    $0.groupInstanceId = instanceId
                }, maximumVersion: version
            ).errorCode)
    }

    /// LeaveGroup of members by id and instance id, as codes: the whole first, then each.
    func leave(_ members: [(id: String, instance: String?)], version: Int16 = 5) async throws -> [ErrorCode] {
        let response = try await session.connection.send(
            LeaveGroupRequest {
                $0.groupId = groupId
                guard version >= 3 else { return $0.memberId = members[0].id }
                $0.members = members.map { member in
                    LeaveGroupRequest.MemberIdentity {
                        $0.memberId = member.id
                        $0.groupInstanceId = member.instance
                    }
                }
            }, maximumVersion: version)
        return ([response.errorCode] + response.members.map(\.errorCode)).map { ErrorCode($0) }
    }

    /// DescribeGroups of this group.
    func describe(version: Int16 = 5) async throws -> DescribeGroupsResponse.DescribedGroup {
        try present(
            try await session.connection.send(
                DescribeGroupsRequest {
                    $0.groups = [groupId]
                    $0.includeAuthorizedOperations = version >= 3
                }, maximumVersion: version
            ).groups.first)
    }

    /// ListGroups, this group only.
    func listed(states: [String] = [], types: [String] = [], version: Int16 = 5) async throws
        -> ListGroupsResponse.ListedGroup?
    {
        let response = try await session.connection.send(
            ListGroupsRequest {
                $0.statesFilter = states
                $0.typesFilter = types
            }, maximumVersion: version)
        guard response.errorCode == 0 else { throw HarnessError("listing: \(ErrorCode(response.errorCode))") }
        return response.groups.first { $0.groupId == groupId }
    }

    func delete() async throws -> ErrorCode {
        let response = try await session.connection.send(DeleteGroupsRequest { $0.groupsNames = [groupId] })
        return ErrorCode(try present(response.results.first?.errorCode))
    }

    /// OffsetCommit of one partition.
    func commit(
        _ offset: Int64, of topic: String, _ partition: Int32 = 0, metadata: String? = "", version: Int16 = 9
    ) async throws -> ErrorCode {
        let response = try await session.connection.send(
            OffsetCommitRequest {
                $0.groupId = groupId
                $0.generationIdOrMemberEpoch = generation
                $0.memberId = memberId
                if version >= 7 { $0.groupInstanceId = instanceId }
                $0.topics = [
                    OffsetCommitRequest.OffsetCommitRequestTopic {
                        $0.name = topic
                        $0.partitions = [
                            OffsetCommitRequest.OffsetCommitRequestPartition {
                                $0.partitionIndex = partition
                                $0.committedOffset = offset
                                $0.committedMetadata = metadata
                            }
                        ]
                    }
                ]
            }, maximumVersion: version)
        return ErrorCode(try present(response.topics.first?.partitions.first?.errorCode))
    }

    /// OffsetFetch in words, "topic 0 5 metadata code" of each partition; nil asks for all that are there.
    func committed(_ topic: String?, _ partitions: [Int32] = [0], version: Int16 = 9) async throws -> [String] {
        let response = try await session.connection.send(
            OffsetFetchRequest {
                guard version >= 8 else {
                    $0.groupId = groupId
                    $0.topics = topic.map { topic in
                        [
                            OffsetFetchRequest.OffsetFetchRequestTopic {
                                $0.name = topic
                                $0.partitionIndexes = partitions
                            }
                        ]
                    }
                    return
                }
                $0.groups = [
                    OffsetFetchRequest.OffsetFetchRequestGroup {
                        $0.groupId = groupId
                        $0.topics = topic.map { topic in
                            [
                                OffsetFetchRequest.OffsetFetchRequestTopics {
                                    $0.name = topic
                                    $0.partitionIndexes = partitions
                                }
                            ]
                        }
                    }
                ]
            }, maximumVersion: version)
        guard version >= 8 else {
            return response.topics.flatMap { topic in
                topic.partitions.map {
                    "\(topic.name) \($0.partitionIndex) \($0.committedOffset) \($0.metadata ?? "nil") "
                        + ErrorCode($0.errorCode).name
                }
            } + (response.errorCode == 0 ? [] : [ErrorCode(response.errorCode).name])
        }
        let group = try present(response.groups.first)
        return group.topics.flatMap { topic in
            topic.partitions.map {
                "\(topic.name) \($0.partitionIndex) \($0.committedOffset) \($0.metadata ?? "nil") "
                    + ErrorCode($0.errorCode).name
            }
        } + (group.errorCode == 0 ? [] : [ErrorCode(group.errorCode).name])
    }
}

extension Session {
    /// A group with a name of its own, when its coordinator answers.
    func newGroup(_ prefix: String = "group") async throws -> GroupSession {
        let group = GroupSession(session: self, groupId: uniqueName(prefix))
        try await waitUntil("\(group.groupId) has a coordinator") {
            let found = try await connection.send(FindCoordinatorRequest { $0.key = group.groupId }, maximumVersion: 3)
            guard found.errorCode == 0 else { return false }
            return try await group.heartbeat() == .unknownMemberId
        }
        return group
    }

    /// The same group by another connection.
    func group(_ group: GroupSession) -> GroupSession {
        GroupSession(session: self, groupId: group.groupId)
    }
}

/// Answers in words, for comparison in one piece.
extension JoinGroupResponse {
    /// Code, generation, type, protocol, who leads, and the members with their metadata.
    var words: String {
        guard errorCode == 0 else {
            return "\(ErrorCode(errorCode).name) \(generationId) \(protocolType ?? "nil") \(protocolName ?? "nil") "
                + "'\(leader)' \(members.count)"
        }
        let metadata = members.map { "\($0.groupInstanceId ?? "nil"): \($0.metadata.words)" }
        return "\(generationId) \(protocolType ?? "nil") \(protocolName ?? "nil") "
            + "\(leader == memberId ? "leads" : "follows") [\(metadata.joined(separator: ", "))]\(skipAssignment ? " skip" : "")"
    }
}

extension SyncGroupResponse {
    /// Code, type, protocol and assignment.
    var words: String {
        "\(ErrorCode(errorCode).name) \(protocolType ?? "nil") \(protocolName ?? "nil") '\(assignment.words)'"
    }
}

extension DescribeGroupsResponse.DescribedGroup {
    /// Code, state, type, protocol, and the members with metadata and assignment.
    var words: String {
        let members = members.map {
            "\($0.groupInstanceId ?? "nil") \($0.clientId) \($0.clientHost) '\($0.memberMetadata.words)' "
                + "'\($0.memberAssignment.words)'"
        }
        let code = errorCode == 0 ? "" : "\(ErrorCode(errorCode).name) "
        return "\(code)\(groupState) '\(protocolType)' '\(protocolData)' [\(members.sorted().joined(separator: ", "))]"
    }
}

extension ListGroupsResponse.ListedGroup {
    /// Protocol type, state and kind.
    var words: String { "'\(protocolType)' '\(groupState)' '\(groupType)'" }
}

extension ByteSlice {
    /// The bytes as text.
    fileprivate var words: String { String(decoding: array, as: UTF8.self) }
}
