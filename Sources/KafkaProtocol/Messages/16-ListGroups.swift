import Bytes

/// Lists the groups that this broker coordinates.
package struct ListGroupsRequest: RequestMessage {
    package typealias Response = ListGroupsResponse
    package static let api = APIDescription(.listGroups, versions: 0...5, flexibleFrom: 3)

    /// Only groups in these states; all when empty (KIP-518); from version 4.
    package var statesFilter: [String] = []
    /// Only groups of these types; all when empty (KIP-848); from version 5.
    package var typesFilter: [String] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        if coder.version >= 4 {
            try coder.field("statesFilter", &statesFilter)
        } else {
            try coder.require(statesFilter.isEmpty, "statesFilter")
        }
        if coder.version >= 5 {
            try coder.field("typesFilter", &typesFilter)
        } else {
            try coder.require(typesFilter.isEmpty, "typesFilter")
        }
        try coder.endOfStruct()
    }
}

/// The groups that this broker coordinates.
package struct ListGroupsResponse: WireStruct {
    /// How long a quota makes this client wait, in milliseconds; from version 1.
    package var throttleTimeMs: Int32 = 0
    /// 0, or the code of an error.
    package var errorCode: Int16 = 0
    /// The groups.
    package var groups: [ListedGroup] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        if coder.version >= 1 { try coder.field("throttleTimeMs", &throttleTimeMs) }
        try coder.field("errorCode", &errorCode)
        try coder.field("groups", &groups)
        try coder.endOfStruct()
    }
}

extension ListGroupsResponse {
    /// One group.
    package struct ListedGroup: WireStruct {
        /// Name of the group.
        package var groupId = ""
        /// Type of protocol the group speaks, such as `consumer`.
        package var protocolType = ""
        /// State of the group, such as `Stable` or `Empty`; from version 4.
        package var groupState = ""
        /// Type of the group, such as `classic` or `consumer`; from version 5.
        package var groupType = ""

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("groupId", &groupId)
            try coder.field("protocolType", &protocolType)
            if coder.version >= 4 { try coder.field("groupState", &groupState) }
            if coder.version >= 5 { try coder.field("groupType", &groupType) }
            try coder.endOfStruct()
        }
    }
}
