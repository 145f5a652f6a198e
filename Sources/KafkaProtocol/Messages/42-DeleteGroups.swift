import Bytes

/// Deletes groups that have no members.
package struct DeleteGroupsRequest: RequestMessage {
    package typealias Response = DeleteGroupsResponse
    package static let api = APIDescription(.deleteGroups, versions: 0...2, flexibleFrom: 2)

    /// Names of the groups.
    package var groupsNames: [String] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("groupsNames", &groupsNames)
        try coder.endOfStruct()
    }
}

/// Says for each group whether it was deleted.
package struct DeleteGroupsResponse: WireStruct {
    /// How long a quota makes this client wait, in milliseconds.
    package var throttleTimeMs: Int32 = 0
    /// The outcome by group.
    package var results: [DeletableGroupResult] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("throttleTimeMs", &throttleTimeMs)
        try coder.field("results", &results)
        try coder.endOfStruct()
    }
}

extension DeleteGroupsResponse {
    /// The outcome for one group.
    package struct DeletableGroupResult: WireStruct {
        /// Name of the group.
        package var groupId = ""
        /// 0, or the code of an error.
        package var errorCode: Int16 = 0

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("groupId", &groupId)
            try coder.field("errorCode", &errorCode)
            try coder.endOfStruct()
        }
    }
}
