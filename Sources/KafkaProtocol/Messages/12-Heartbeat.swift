import Bytes

/// Keeps a membership in a group alive.
package struct HeartbeatRequest: RequestMessage {
    package typealias Response = HeartbeatResponse
    package static let api = APIDescription(.heartbeat, versions: 0...4, flexibleFrom: 4)

    /// Name of the group.
    package var groupId = ""
    /// Generation of the group.
    package var generationId: Int32 = 0
    /// Id that the coordinator gave the member.
    package var memberId = ""
    /// Name of a static member (KIP-345); nil for a dynamic one; from version 3.
    package var groupInstanceId: String?

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
        try coder.endOfStruct()
    }
}

/// Says whether the membership still holds.
package struct HeartbeatResponse: WireStruct {
    /// How long a quota makes this client wait, in milliseconds; from version 1.
    package var throttleTimeMs: Int32 = 0
    /// 0, or the code of an error.
    package var errorCode: Int16 = 0

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        if coder.version >= 1 { try coder.field("throttleTimeMs", &throttleTimeMs) }
        try coder.field("errorCode", &errorCode)
        try coder.endOfStruct()
    }
}
