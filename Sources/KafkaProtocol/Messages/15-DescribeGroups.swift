import Bytes

/// Asks for state and members of classic groups.
package struct DescribeGroupsRequest: RequestMessage {
    package typealias Response = DescribeGroupsResponse
    package static let api = APIDescription(.describeGroups, versions: 0...6, flexibleFrom: 5)

    /// Names of the groups.
    package var groups: [String] = []
    /// Whether to tell what the caller may do with the groups; from version 3.
    package var includeAuthorizedOperations = false

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("groups", &groups)
        if coder.version >= 3 {
            try coder.field("includeAuthorizedOperations", &includeAuthorizedOperations)
        } else {
            try coder.require(!includeAuthorizedOperations, "includeAuthorizedOperations")
        }
        try coder.endOfStruct()
    }
}

/// State and members of the groups asked for.
package struct DescribeGroupsResponse: WireStruct {
    /// How long a quota makes this client wait, in milliseconds; from version 1.
    package var throttleTimeMs: Int32 = 0
    /// The groups.
    package var groups: [DescribedGroup] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        if coder.version >= 1 { try coder.field("throttleTimeMs", &throttleTimeMs) }
        try coder.field("groups", &groups)
        try coder.endOfStruct()
    }
}

extension DescribeGroupsResponse {
    /// One group.
    package struct DescribedGroup: WireStruct {
        /// 0, or the code of an error.
        package var errorCode: Int16 = 0
        /// The error in words; nil or empty when the broker says no more; from version 6.
        package var errorMessage: String?
        /// Name of the group.
        package var groupId = ""
        /// State of the group, such as `Stable` or `Empty`.
        package var groupState = ""
        /// Type of protocol the group speaks; empty when it has had no member.
        package var protocolType = ""
        /// Name of the protocol chosen; empty when there is none.
        package var protocolData = ""
        /// The members.
        package var members: [DescribedGroupMember] = []
        /// Bit field of what the caller may do with the group; the smallest number when not asked for; from version
        /// 3.
        package var authorizedOperations: Int32 = .min

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("errorCode", &errorCode)
            if coder.version >= 6 {
                try coder.field("errorMessage", &errorMessage)
            } else {
                try coder.require(errorMessage == nil, "errorMessage")
            }
            try coder.field("groupId", &groupId)
            try coder.field("groupState", &groupState)
            try coder.field("protocolType", &protocolType)
            try coder.field("protocolData", &protocolData)
            try coder.field("members", &members)
            if coder.version >= 3 {
                try coder.field("authorizedOperations", &authorizedOperations)
            } else {
                try coder.require(authorizedOperations == .min, "authorizedOperations")
            }
            try coder.endOfStruct()
        }
    }

    /// One member of a group.
    package struct DescribedGroupMember: WireStruct {
        /// Id that the coordinator gave the member.
        package var memberId = ""
        /// Name of a static member (KIP-345); nil for a dynamic one; from version 4.
        package var groupInstanceId: String?
        /// Client id of the member.
        package var clientId = ""
        /// Host of the member.
        package var clientHost = ""
        /// What the member tells the leader.
        package var memberMetadata: ByteSlice = .empty
        /// The member's part.
        package var memberAssignment: ByteSlice = .empty

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("memberId", &memberId)
            if coder.version >= 4 { try coder.field("groupInstanceId", &groupInstanceId) }
            try coder.field("clientId", &clientId)
            try coder.field("clientHost", &clientHost)
            try coder.field("memberMetadata", &memberMetadata)
            try coder.field("memberAssignment", &memberAssignment)
            try coder.endOfStruct()
        }
    }
}
