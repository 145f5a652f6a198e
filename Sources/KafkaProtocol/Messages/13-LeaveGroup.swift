import Bytes

/// Leaves a group; from version 3 many members at once (KIP-345).
package struct LeaveGroupRequest: RequestMessage {
    package typealias Response = LeaveGroupResponse
    package static let api = APIDescription(.leaveGroup, versions: 0...5, flexibleFrom: 4)

    /// Name of the group.
    package var groupId = ""
    /// Id that the coordinator gave the member; up to version 2.
    package var memberId = ""
    /// The members; from version 3.
    package var members: [MemberIdentity] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("groupId", &groupId)
        if coder.version <= 2 {
            try coder.field("memberId", &memberId)
        } else {
            try coder.require(memberId.isEmpty, "memberId")
        }
        if coder.version >= 3 {
            try coder.field("members", &members)
        } else {
            try coder.require(members.isEmpty, "members")
        }
        try coder.endOfStruct()
    }
}

extension LeaveGroupRequest {
    /// One member that leaves.
    package struct MemberIdentity: WireStruct {
        /// Id that the coordinator gave the member.
        package var memberId = ""
        /// Name of a static member (KIP-345); nil for a dynamic one.
        package var groupInstanceId: String?
        /// Why, in words, for the broker's log (KIP-800); from version 5.
        package var reason: String?

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("memberId", &memberId)
            try coder.field("groupInstanceId", &groupInstanceId)
            if coder.version >= 5 { try coder.field("reason", &reason) }
            try coder.endOfStruct()
        }
    }
}

/// Says who left.
package struct LeaveGroupResponse: WireStruct {
    /// How long a quota makes this client wait, in milliseconds; from version 1.
    package var throttleTimeMs: Int32 = 0
    /// 0, or the code of an error.
    package var errorCode: Int16 = 0
    /// The members; from version 3.
    package var members: [MemberResponse] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        if coder.version >= 1 { try coder.field("throttleTimeMs", &throttleTimeMs) }
        try coder.field("errorCode", &errorCode)
        if coder.version >= 3 {
            try coder.field("members", &members)
        } else {
            try coder.require(members.isEmpty, "members")
        }
        try coder.endOfStruct()
    }
}

extension LeaveGroupResponse {
    /// The outcome for one member.
    package struct MemberResponse: WireStruct {
        /// Id that the coordinator gave the member.
        package var memberId = ""
        /// Name of a static member (KIP-345); nil for a dynamic one.
        package var groupInstanceId: String? = ""
        /// 0, or the code of an error.
        package var errorCode: Int16 = 0

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("memberId", &memberId)
            try coder.field("groupInstanceId", &groupInstanceId)
            try coder.field("errorCode", &errorCode)
            try coder.endOfStruct()
        }
    }
}
