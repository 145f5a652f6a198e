import KafkaProtocol

/// A group as the broker that coordinates it lists it.
package struct ListedGroup: Hashable, Sendable {
    /// Name of the group.
    package var groupId: String
    /// Kind of protocol its members speak, such as `consumer`; empty when it only ever had offsets.
    package var protocolType: String
    /// Kafka's word for its state, such as `Stable` or `Empty`; nil before Kafka 2.6 (KIP-518).
    package var state: String?
    /// Kafka's word for its type, such as `classic`, `consumer` or `share`; nil before Kafka 3.8 (KIP-848).
    package var type: String?
    /// The broker that listed it.
    package var coordinator: Int32

    /// A group of its parts.
    package init(groupId: String, protocolType: String, state: String?, type: String?, coordinator: Int32) {
        self.groupId = groupId
        self.protocolType = protocolType
        self.state = state
        self.type = type
        self.coordinator = coordinator
    }

    /// Whether it has members; nil when the broker does not tell.
    package var hasMembers: Bool? { state.map { $0 != "Empty" && $0 != "Dead" } }
}

/// The groups of a cluster, as far as its brokers told.
package struct GroupListing: Sendable {
    /// Groups by name.
    package var groups: [String: ListedGroup] = [:]
    /// Why a broker's groups are missing, one for each such broker.
    package var failures: [ClientError] = []

    /// An empty listing.
    package init() {}

    /// The coordinators of all listed groups.
    package var coordinators: [String: Int32] { groups.mapValues(\.coordinator) }
}

extension ClusterClient {
    /// Lists the groups of all brokers that the principal may describe (ListGroups; DESCRIBE on Cluster shows all).
    ///
    /// A group that is missing may not exist, or may not be for us to see.
    package func listGroups() async throws(ClientError) -> GroupListing {
        let brokers = try await brokerIds()
        return await withTaskGroup(of: Result<[ListedGroup], ClientError>.self) { group in
            for broker in brokers {
                group.addTask {
                    do throws(ClientError) {
                        return .success(
                            try await self.retrying { (client: isolated ClusterClient) async throws(ClientError) in
                                try await client.listGroups(of: broker)
                            })
                    } catch {
                        return .failure(error)
                    }
                }
            }
            var listing = GroupListing()
            for await answer in group {
                switch answer {
                case .success(let groups): for found in groups { listing.groups[found.groupId] = found }
                case .failure(let error): listing.failures.append(error)
                }
            }
            return listing
        }
    }

    private func listGroups(of broker: Int32) async throws(ClientError) -> [ListedGroup] {
        let response = try await send(ListGroupsRequest(), to: broker, lane: .offsets(0))
        guard response.errorCode == 0 else {
            throw error(
                .refused(
                    ErrorCode(response.errorCode), .listGroups, subject: "the groups of broker \(broker)", message: nil)
            )
        }
        return response.groups.map { group in
            ListedGroup(
                groupId: group.groupId, protocolType: group.protocolType,
                state: group.groupState.isEmpty ? nil : group.groupState,
                type: group.groupType.isEmpty ? nil : group.groupType.lowercased(), coordinator: broker)
        }
    }
}
