import KafkaModel

/// Which groups have a position that committed offsets carry to another cluster.
extension ListedGroup {
    /// Types of groups whose position is more than committed offsets, with the reason.
    private static let otherTypes = [
        "share": "a share group keeps the state of single records, not offsets (KIP-932)",
        "streams": "a streams group is tied to its application's own topics (KIP-1071)",
    ]

    /// Whether its members are workers of a link, under whatever name.
    package var isOfWorkers: Bool { protocolType == WorkerGroup.protocolType }

    /// Why committed offsets are not all of its position, as a clause; nil when they are.
    package var obstacleToSync: String? { type.flatMap { Self.otherTypes[$0] } }
}
