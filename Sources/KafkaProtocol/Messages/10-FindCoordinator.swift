import Bytes

/// Asks for the coordinator of a group or a transactional id; from version 4 of many at once (KIP-699).
package struct FindCoordinatorRequest: RequestMessage {
    package typealias Response = FindCoordinatorResponse
    package static let api = APIDescription(.findCoordinator, versions: 0...6, flexibleFrom: 3)

    /// The group or transactional id; up to version 3.
    package var key = ""
    /// 0 for groups, 1 for transactional ids, 2 for share groups; from version 1.
    package var keyType: Int8 = 0
    /// The groups or transactional ids; from version 4.
    package var coordinatorKeys: [String] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        if coder.version <= 3 {
            try coder.field("key", &key)
        } else {
            try coder.require(key.isEmpty, "key")
        }
        if coder.version >= 1 {
            try coder.field("keyType", &keyType)
        } else {
            try coder.require(keyType == 0, "keyType")
        }
        if coder.version >= 4 {
            try coder.field("coordinatorKeys", &coordinatorKeys)
        } else {
            try coder.require(coordinatorKeys.isEmpty, "coordinatorKeys")
        }
        try coder.endOfStruct()
    }
}

/// Where the coordinators are.
package struct FindCoordinatorResponse: WireStruct {
    /// How long a quota makes this client wait, in milliseconds; from version 1.
    package var throttleTimeMs: Int32 = 0
    /// 0, or the code of an error; up to version 3.
    package var errorCode: Int16 = 0
    /// The error in words; nil or empty when the broker says no more; versions 1 to 3.
    package var errorMessage: String? = ""
    /// Id of the broker; up to version 3.
    package var nodeId: Int32 = 0
    /// Host name of the broker; up to version 3.
    package var host = ""
    /// Port of the broker; up to version 3.
    package var port: Int32 = 0
    /// The coordinators by key; from version 4.
    package var coordinators: [Coordinator] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        if coder.version >= 1 { try coder.field("throttleTimeMs", &throttleTimeMs) }
        if coder.version <= 3 {
            try coder.field("errorCode", &errorCode)
        } else {
            try coder.require(errorCode == 0, "errorCode")
        }
        if (1...3).contains(coder.version) { try coder.field("errorMessage", &errorMessage) }
        if coder.version <= 3 {
            try coder.field("nodeId", &nodeId)
            try coder.field("host", &host)
            try coder.field("port", &port)
        } else {
            try coder.require(nodeId == 0, "nodeId")
            try coder.require(host.isEmpty, "host")
            try coder.require(port == 0, "port")
        }
        if coder.version >= 4 {
            try coder.field("coordinators", &coordinators)
        } else {
            try coder.require(coordinators.isEmpty, "coordinators")
        }
        try coder.endOfStruct()
    }
}

extension FindCoordinatorResponse {
    /// The coordinator of one key.
    package struct Coordinator: WireStruct {
        /// The group or transactional id.
        package var key = ""
        /// Id of the broker.
        package var nodeId: Int32 = 0
        /// Host name of the broker.
        package var host = ""
        /// Port of the broker.
        package var port: Int32 = 0
        /// 0, or the code of an error.
        package var errorCode: Int16 = 0
        /// The error in words; nil or empty when the broker says no more.
        package var errorMessage: String? = ""

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("key", &key)
            try coder.field("nodeId", &nodeId)
            try coder.field("host", &host)
            try coder.field("port", &port)
            try coder.field("errorCode", &errorCode)
            try coder.field("errorMessage", &errorMessage)
            try coder.endOfStruct()
        }
    }
}
