import Bytes

/// Hands in the assignment as leader and asks for the own part of it.
package struct SyncGroupRequest: RequestMessage {
    package typealias Response = SyncGroupResponse
    package static let api = APIDescription(.syncGroup, versions: 0...5, flexibleFrom: 4)

    /// Name of the group.
    package var groupId = ""
    /// Generation of the group.
    package var generationId: Int32 = 0
    /// Id that the coordinator gave the member.
    package var memberId = ""
    /// Name of a static member (KIP-345); nil for a dynamic one; from version 3.
    package var groupInstanceId: String?
    /// Type of protocol the group speaks, such as `consumer`; from version 5.
    package var protocolType: String?
    /// Name of the protocol chosen; from version 5.
    package var protocolName: String?
    /// The parts by member; empty from all but the leader.
    package var assignments: [SyncGroupRequestAssignment] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("groupId", &groupId)
        try coder.field("generationId", &generationId)
        try coder.field("memberId", &memberId)
        if coder.version >= 3 {
            try coder.field("groupInstanceId", &groupInstanceId)
        } else {
            try coder.require(groupInstanceId == nil, "groupInstanceId")
        }
        if coder.version >= 5 {
            try coder.field("protocolType", &protocolType)
            try coder.field("protocolName", &protocolName)
        }
        try coder.field("assignments", &assignments)
        try coder.endOfStruct()
    }
}

extension SyncGroupRequest {
    /// The part of one member.
    package struct SyncGroupRequestAssignment: WireStruct {
        /// Id that the coordinator gave the member.
        package var memberId = ""
        /// The member's part, opaque to the broker.
        package var assignment: ByteSlice = .empty

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("memberId", &memberId)
            try coder.field("assignment", &assignment)
            try coder.endOfStruct()
        }
    }
}

/// The own part of the assignment.
package struct SyncGroupResponse: WireStruct {
    /// How long a quota makes this client wait, in milliseconds; from version 1.
    package var throttleTimeMs: Int32 = 0
    /// 0, or the code of an error.
    package var errorCode: Int16 = 0
    /// Type of protocol the group speaks, such as `consumer`; from version 5.
    package var protocolType: String?
    /// Name of the protocol chosen; from version 5.
    package var protocolName: String?
    /// The member's part, opaque to the broker.
    package var assignment: ByteSlice = .empty

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        if coder.version >= 1 { try coder.field("throttleTimeMs", &throttleTimeMs) }
        try coder.field("errorCode", &errorCode)
        if coder.version >= 5 {
            try coder.field("protocolType", &protocolType)
            try coder.field("protocolName", &protocolName)
        }
        try coder.field("assignment", &assignment)
        try coder.endOfStruct()
    }
}
