import Bytes
import KafkaProtocol

/// A member of a classic group.
struct GroupMember {
    /// What the member speaks, in its order of preference.
    typealias Protocols = [JoinGroupRequest.JoinGroupRequestProtocol]

    /// Id that the coordinator gave it.
    var id: String
    /// Id of its own that survives a restart (KIP-345).
    var instanceId: String?
    /// The client's name for itself.
    var clientId: String
    /// The client's address.
    var clientHost: String
    /// How long it may be silent.
    var sessionTimeoutMs: Int32
    /// How long it may take to join again.
    var rebalanceTimeoutMs: Int32
    /// The protocols it speaks.
    var protocols: Protocols
    /// What the leader assigned to it.
    var assignment: ByteSlice = .empty
    /// The JoinGroup request that waits for an answer.
    var join: GroupTicket?
    /// The SyncGroup request that waits for an answer.
    var sync: GroupTicket?
    /// When the session ends unless it is heard of; milliseconds of the monotonic clock.
    var sessionEnds: Int64

    /// The metadata for the protocol called `name`.
    func metadata(_ name: String) -> ByteSlice {
        protocols.first { $0.name == name }?.metadata ?? .empty
    }
}

/// Names a request that waits for its group.
struct GroupTicket: Hashable, Sendable {
    /// Chosen by the broker.
    var number: UInt64
}

/// An answer to a request that waited.
enum GroupAction: Equatable {
    /// Answers a JoinGroup.
    case joined(GroupTicket, JoinGroupResponse)
    /// Answers a SyncGroup.
    case synced(GroupTicket, SyncGroupResponse)
}
