import KafkaModel
import KafkaProtocol

/// What a principal may do with a resource, as a cluster tells it (KIP-430).
package enum AuthorizedOperations: Hashable, Sendable {
    /// It may do these.
    case told(Set<AclOperation>)
    /// It may not even ask; with the code the cluster answers.
    case refused(ErrorCode)
    /// The resource does not exist, so the cluster does not tell.
    case absent
    /// The cluster does not tell for another reason, in words.
    case unknown(String)

    /// Whether an operation is permitted; nil when that is not known.
    package func permits(_ operation: AclOperation) -> Bool? {
        switch self {
        case .told(let operations): operations.contains(operation)
        // Whoever may read, write, delete or alter may also ask: that is why nothing is told of the rest.
        case .refused: operation.allows(.describe) ? false : nil
        case .absent, .unknown: nil
        }
    }
}

extension ClusterClient {
    /// What this client's principal may do with the cluster.
    ///
    /// A principal without DESCRIBE on the cluster is told nothing, and may still be allowed to create topics or to
    /// take producer ids.
    package func clusterOperations() async throws(ClientError) -> AuthorizedOperations {
        var request = MetadataRequest()
        request.topics = []
        request.allowAutoTopicCreation = false
        request.includeClusterAuthorizedOperations = true
        let bits = try await askForOperations(request).clusterAuthorizedOperations
        return bits == 0 ? .refused(.clusterAuthorizationFailed) : Self.operations(bits)
    }

    /// What this client's principal may do with topics, by name.
    package func topicOperations(_ names: [String]) async throws(ClientError) -> [String: AuthorizedOperations] {
        var found: [String: AuthorizedOperations] = [:]
        guard !names.isEmpty else { return found }
        var request = MetadataRequest()
        request.topics = names.map { name in MetadataRequest.MetadataRequestTopic { $0.name = name } }
        request.allowAutoTopicCreation = false
        request.includeTopicAuthorizedOperations = true
        for topic in try await askForOperations(request).topics {
            guard let name = topic.name else { continue }
            found[name] =
                switch ErrorCode(topic.errorCode) {
                case .unknownTopicOrPartition: .absent
                case .topicAuthorizationFailed: .refused(.topicAuthorizationFailed)
                // Without a leader now, and there all the same.
                default: Self.operations(topic.topicAuthorizedOperations)
                }
        }
        for name in names where found[name] == nil { found[name] = .unknown("the cluster's answer leaves it out") }
        return found
    }

    /// What this client's principal may do with a group, existing or not.
    ///
    /// Looking for a coordinator makes a broker create `__consumer_offsets`; where that topic does not exist the
    /// question, which is no reason to write, is not asked.
    package func groupOperations(_ groupId: String) async throws(ClientError) -> AuthorizedOperations {
        guard try await mayHaveGroups() else {
            return .unknown("the cluster has had no group yet, and asking would create \"__consumer_offsets\"")
        }
        do throws(ClientError) {
            return try await withCoordinator(.group(groupId)) {
                (client: isolated ClusterClient, broker) async throws(ClientError) in
                var request = DescribeGroupsRequest()
                request.groups = [groupId]
                request.includeAuthorizedOperations = true
                // From version 6 a group that does not exist is an error that tells nothing.
                let response = try await client.send(request, to: broker, maximumVersion: 5)
                guard let group = response.groups.first(where: { $0.groupId == groupId }) else {
                    throw client.error(.incomplete(.describeGroups, subject: "group \(groupId)"))
                }
                guard group.errorCode == 0 else {
                    throw client.error(
                        .refused(
                            ErrorCode(group.errorCode), .describeGroups, subject: "group \(groupId)",
                            message: group.errorMessage))
                }
                return Self.operations(group.authorizedOperations)
            }
        } catch {
            if error.errorCode == .groupAuthorizationFailed { return .refused(.groupAuthorizationFailed) }
            throw error
        }
    }

    /// Whether this client's principal may DESCRIBE a transactional id, which WRITE permits; more the cluster does not
    /// tell.
    package func transactionalIdOperations(_ id: String) async throws(ClientError) -> AuthorizedOperations {
        guard try await mayExist("__transaction_state") else {
            return .unknown("the cluster has had no transaction yet, and asking would create \"__transaction_state\"")
        }
        do throws(ClientError) {
            return try await withCoordinator(.transaction(id)) { (_, _) async throws(ClientError) in
                .told([.describe])
            }
        } catch {
            let code = error.errorCode
            if code == .transactionalIdAuthorizationFailed { return .refused(.transactionalIdAuthorizationFailed) }
            throw error
        }
    }

    /// Whether this client's principal may create a topic, as the cluster says when it is asked only to check; nil when
    /// something else stands in the way.
    package func mayCreate(_ topic: String) async throws(ClientError) -> Bool? {
        do throws(ClientError) {
            try await createTopic(topic, partitions: 1, validateOnly: true)
            return true
        } catch {
            switch error.errorCode {
            case .topicAuthorizationFailed, .clusterAuthorizationFailed: return false
            // Rights are looked at before anything else.
            case .topicAlreadyExists, .invalidReplicationFactor, .policyViolation: return true
            case nil: throw error
            default: return nil
            }
        }
    }

    // MARK: Answers

    /// Versions 8 to 10 tell operations of topics and of the cluster.
    private func askForOperations(_ request: MetadataRequest) async throws(ClientError) -> MetadataResponse {
        try await retrying { (client: isolated ClusterClient) async throws(ClientError) in
            try await client.sendToAny(request, maximumVersion: 10)
        }
    }

    private static func operations(_ bits: Int32) -> AuthorizedOperations {
        // Kafka's number for an answer that was not asked for.
        guard bits != .min else { return .unknown("the cluster does not tell what it permits") }
        return .told(Set(AclOperation.allCases.filter { bits & (1 << Int32($0.code)) != 0 }))
    }
}
