import Bytes

/// Asks for the id, the controller and the brokers of a cluster (KIP-700).
package struct DescribeClusterRequest: RequestMessage {
    package typealias Response = DescribeClusterResponse
    package static let api = APIDescription(.describeCluster, versions: 0...2, flexibleFrom: 0)

    /// Whether to tell what the caller may do with the cluster.
    package var includeClusterAuthorizedOperations = false
    /// Whom to list: 1 brokers, 2 controllers; from version 1.
    package var endpointType: Int8 = 1
    /// Whether to list brokers that are not in service; from version 2.
    package var includeFencedBrokers = false

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("includeClusterAuthorizedOperations", &includeClusterAuthorizedOperations)
        if coder.version >= 1 {
            try coder.field("endpointType", &endpointType)
        } else {
            try coder.require(endpointType == 1, "endpointType")
        }
        if coder.version >= 2 {
            try coder.field("includeFencedBrokers", &includeFencedBrokers)
        } else {
            try coder.require(!includeFencedBrokers, "includeFencedBrokers")
        }
        try coder.endOfStruct()
    }
}

/// The id, the controller and the brokers of a cluster.
package struct DescribeClusterResponse: WireStruct {
    /// How long a quota makes this client wait, in milliseconds.
    package var throttleTimeMs: Int32 = 0
    /// 0, or the code of an error.
    package var errorCode: Int16 = 0
    /// The error in words; nil or empty when the broker says no more.
    package var errorMessage: String?
    /// Whom to list: 1 brokers, 2 controllers; from version 1.
    package var endpointType: Int8 = 1
    /// Id of the cluster.
    package var clusterId = ""
    /// Id of the controller; -1 when unknown.
    package var controllerId: Int32 = -1
    /// The brokers.
    package var brokers: [DescribeClusterBroker] = []
    /// Bit field of what the caller may do with the cluster; the smallest number when not asked for.
    package var clusterAuthorizedOperations: Int32 = .min

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("throttleTimeMs", &throttleTimeMs)
        try coder.field("errorCode", &errorCode)
        try coder.field("errorMessage", &errorMessage)
        if coder.version >= 1 {
            try coder.field("endpointType", &endpointType)
        } else {
            try coder.require(endpointType == 1, "endpointType")
        }
        try coder.field("clusterId", &clusterId)
        try coder.field("controllerId", &controllerId)
        try coder.field("brokers", &brokers)
        try coder.field("clusterAuthorizedOperations", &clusterAuthorizedOperations)
        try coder.endOfStruct()
    }
}

extension DescribeClusterResponse {
    /// One broker.
    package struct DescribeClusterBroker: WireStruct {
        /// Id of the broker.
        package var brokerId: Int32 = 0
        /// Host name of the broker.
        package var host = ""
        /// Port of the broker.
        package var port: Int32 = 0
        /// Rack of the broker; nil when it has none.
        package var rack: String?
        /// Whether the broker is not in service; from version 2.
        package var isFenced = false

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("brokerId", &brokerId)
            try coder.field("host", &host)
            try coder.field("port", &port)
            try coder.field("rack", &rack)
            if coder.version >= 2 {
                try coder.field("isFenced", &isFenced)
            } else {
                try coder.require(!isFenced, "isFenced")
            }
            try coder.endOfStruct()
        }
    }
}
