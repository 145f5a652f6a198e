import Bytes

/// Joins a group of the classic protocol; the answer comes when the rebalance completes.
package struct JoinGroupRequest: RequestMessage {
    package typealias Response = JoinGroupResponse
    package static let api = APIDescription(.joinGroup, versions: 0...9, flexibleFrom: 6)

    /// Name of the group.
    package var groupId = ""
    /// How long the member may be silent, in milliseconds.
    package var sessionTimeoutMs: Int32 = 0
    /// How long members may take to join again, in milliseconds; -1 is the session timeout; from version 1.
    package var rebalanceTimeoutMs: Int32 = -1
    /// Id that the coordinator gave the member; empty at first.
    package var memberId = ""
    /// Name of a static member (KIP-345); nil for a dynamic one; from version 5.
    package var groupInstanceId: String?
    /// Type of protocol the group speaks, such as `consumer`.
    package var protocolType = ""
    /// The protocols the member can work with, the preferred first.
    package var protocols: [JoinGroupRequestProtocol] = []
    /// Why, in words, for the broker's log (KIP-800); from version 8.
    package var reason: String?

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("groupId", &groupId)
        try coder.field("sessionTimeoutMs", &sessionTimeoutMs)
        if coder.version >= 1 { try coder.field("rebalanceTimeoutMs", &rebalanceTimeoutMs) }
        try coder.field("memberId", &memberId)
        if coder.version >= 5 {
            try coder.field("groupInstanceId", &groupInstanceId)
        } else {
            try coder.require(groupInstanceId == nil, "groupInstanceId")
        }
        try coder.field("protocolType", &protocolType)
        try coder.field("protocols", &protocols)
        if coder.version >= 8 { try coder.field("reason", &reason) }
        try coder.endOfStruct()
    }
}

extension JoinGroupRequest {
    /// One protocol that the member can work with.
    package struct JoinGroupRequestProtocol: WireStruct {
        /// Name of the protocol.
        package var name = ""
        /// What the member tells the leader, opaque to the broker.
        package var metadata: ByteSlice = .empty

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("name", &name)
            try coder.field("metadata", &metadata)
            try coder.endOfStruct()
        }
    }
}

/// The generation that was joined and, for its leader, all members.
package struct JoinGroupResponse: WireStruct {
    /// How long a quota makes this client wait, in milliseconds; from version 2.
    package var throttleTimeMs: Int32 = 0
    /// 0, or the code of an error.
    package var errorCode: Int16 = 0
    /// Generation of the group.
    package var generationId: Int32 = -1
    /// Type of protocol the group speaks, such as `consumer`; from version 7.
    package var protocolType: String?
    /// Name of the protocol chosen; nil on an error.
    package var protocolName: String? = ""
    /// Member id of the leader.
    package var leader = ""
    /// Whether the leader keeps the assignment as it is (KIP-814); from version 9.
    package var skipAssignment = false
    /// Id that the coordinator gave the member.
    package var memberId = ""
    /// All members; empty for all but the leader.
    package var members: [JoinGroupResponseMember] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        if coder.version >= 2 { try coder.field("throttleTimeMs", &throttleTimeMs) }
        try coder.field("errorCode", &errorCode)
        try coder.field("generationId", &generationId)
        if coder.version >= 7 { try coder.field("protocolType", &protocolType) }
        if coder.version >= 7 {
            try coder.field("protocolName", &protocolName)
        } else {
            try coder.nonNull("protocolName", &protocolName)
        }
        try coder.field("leader", &leader)
        if coder.version >= 9 {
            try coder.field("skipAssignment", &skipAssignment)
        } else {
            try coder.require(!skipAssignment, "skipAssignment")
        }
        try coder.field("memberId", &memberId)
        try coder.field("members", &members)
        try coder.endOfStruct()
    }
}

extension JoinGroupResponse {
    /// One member, told to the leader.
    package struct JoinGroupResponseMember: WireStruct {
        /// Id that the coordinator gave the member.
        package var memberId = ""
        /// Name of a static member (KIP-345); nil for a dynamic one; from version 5.
        package var groupInstanceId: String?
        /// What the member tells the leader.
        package var metadata: ByteSlice = .empty

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("memberId", &memberId)
            if coder.version >= 5 { try coder.field("groupInstanceId", &groupInstanceId) }
            try coder.field("metadata", &metadata)
            try coder.endOfStruct()
        }
    }
}
