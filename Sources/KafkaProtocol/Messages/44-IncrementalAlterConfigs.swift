import Bytes

/// Changes configs key by key (KIP-339).
package struct IncrementalAlterConfigsRequest: RequestMessage {
    package typealias Response = IncrementalAlterConfigsResponse
    package static let api = APIDescription(.incrementalAlterConfigs, versions: 0...1, flexibleFrom: 1)

    /// The resources.
    package var resources: [AlterConfigsResource] = []
    /// Whether the broker only checks and changes nothing.
    package var validateOnly = false

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("resources", &resources)
        try coder.field("validateOnly", &validateOnly)
        try coder.endOfStruct()
    }
}

extension IncrementalAlterConfigsRequest {
    /// The changes to one resource.
    package struct AlterConfigsResource: WireStruct {
        /// Type of the resource: 2 is a topic, 4 a broker.
        package var resourceType: Int8 = 0
        /// Name of the resource; for a broker its id in digits.
        package var resourceName = ""
        /// The configs.
        package var configs: [AlterableConfig] = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("resourceType", &resourceType)
            try coder.field("resourceName", &resourceName)
            try coder.field("configs", &configs)
            try coder.endOfStruct()
        }
    }

    /// One change.
    package struct AlterableConfig: WireStruct {
        /// Name of the config.
        package var name = ""
        /// 0 sets, 1 deletes, 2 appends to a list, 3 removes from a list.
        package var configOperation: Int8 = 0
        /// Value; nil when deleting.
        package var value: String? = ""

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("name", &name)
            try coder.field("configOperation", &configOperation)
            try coder.field("value", &value)
            try coder.endOfStruct()
        }
    }
}

/// Says for each resource whether its configs were changed.
package struct IncrementalAlterConfigsResponse: WireStruct {
    /// How long a quota makes this client wait, in milliseconds.
    package var throttleTimeMs: Int32 = 0
    /// The outcome by resource.
    package var responses: [AlterConfigsResourceResponse] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("throttleTimeMs", &throttleTimeMs)
        try coder.field("responses", &responses)
        try coder.endOfStruct()
    }
}

extension IncrementalAlterConfigsResponse {
    /// The outcome for one resource.
    package struct AlterConfigsResourceResponse: WireStruct {
        /// 0, or the code of an error.
        package var errorCode: Int16 = 0
        /// The error in words; nil or empty when the broker says no more.
        package var errorMessage: String? = ""
        /// Type of the resource: 2 is a topic, 4 a broker.
        package var resourceType: Int8 = 0
        /// Name of the resource; for a broker its id in digits.
        package var resourceName = ""

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("errorCode", &errorCode)
            try coder.field("errorMessage", &errorMessage)
            try coder.field("resourceType", &resourceType)
            try coder.field("resourceName", &resourceName)
            try coder.endOfStruct()
        }
    }
}
