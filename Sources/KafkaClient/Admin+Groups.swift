import Bytes
import KafkaProtocol

/// A group as its coordinator describes it.
package struct GroupDescription: Hashable, Sendable {
    /// A member of the group.
    package struct Member: Hashable, Sendable {
        /// Id that the coordinator gave it.
        package var memberId: String
        /// `group.instance.id` of a static member.
        package var instanceId: String?
        /// `client.id` of the member.
        package var clientId: String
        /// Address of the member.
        package var clientHost: String
        /// What it told the leader when it joined; empty while the group rebalances.
        package var metadata: [UInt8]
    }

    /// Name of the group.
    package var groupId: String
    /// Kafka's word for its state, such as `Stable`, `Empty` or `Dead`.
    package var state: String
    /// Protocol type, such as `consumer`; empty when the group does not exist.
    package var protocolType: String
    /// Members, in the coordinator's order.
    package var members: [Member]
}

extension ClusterClient {
    /// Whether the topic exists in which coordinators keep groups, as far as the principal may know.
    package func mayHaveGroups() async throws(ClientError) -> Bool {
        try await mayExist("__consumer_offsets")
    }

    /// Describes a group of the classic protocol; one that does not exist is `Dead` and has no members.
    ///
    /// Looking for a coordinator makes a broker create `__consumer_offsets`. Where that topic does not exist there is
    /// no group either, and the question, which is no reason to write, is not asked.
    package func describeGroup(_ groupId: String) async throws(ClientError) -> GroupDescription {
        guard try await mayHaveGroups() else {
            return GroupDescription(groupId: groupId, state: "Dead", protocolType: "", members: [])
        }
        return try await withCoordinator(.group(groupId)) {
            (client: isolated ClusterClient, broker) async throws(ClientError) in
            var request = DescribeGroupsRequest()
            request.groups = [groupId]
            let response = try await client.send(request, to: broker)
            guard let group = response.groups.first(where: { $0.groupId == groupId }) else {
                throw client.error(.incomplete(.describeGroups, subject: "group \(groupId)"))
            }
            let code = ErrorCode(group.errorCode)
            if code == .groupIdNotFound {
                return GroupDescription(groupId: groupId, state: "Dead", protocolType: "", members: [])
            }
            guard code.isSuccess else {
                throw client.error(
                    .refused(code, .describeGroups, subject: "group \(groupId)", message: group.errorMessage))
            }
            return GroupDescription(
                groupId: groupId, state: group.groupState, protocolType: group.protocolType,
                members: group.members.map {
                    GroupDescription.Member(
                        memberId: $0.memberId, instanceId: $0.groupInstanceId, clientId: $0.clientId,
                        clientHost: $0.clientHost, metadata: $0.memberMetadata.withUnsafeBytes { Array($0) })
                })
        }
    }
}
