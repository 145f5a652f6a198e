import Bytes

/// Reads configs of topics, brokers and other resources.
package struct DescribeConfigsRequest: RequestMessage {
    package typealias Response = DescribeConfigsResponse
    package static let api = APIDescription(.describeConfigs, versions: 1...4, flexibleFrom: 4)

    /// The resources.
    package var resources: [DescribeConfigsResource] = []
    /// Whether to tell every place where a config is set.
    package var includeSynonyms = false
    /// Whether to tell what the configs mean; from version 3.
    package var includeDocumentation = false

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("resources", &resources)
        try coder.field("includeSynonyms", &includeSynonyms)
        if coder.version >= 3 {
            try coder.field("includeDocumentation", &includeDocumentation)
        } else {
            try coder.require(!includeDocumentation, "includeDocumentation")
        }
        try coder.endOfStruct()
    }
}

extension DescribeConfigsRequest {
    /// One resource to describe.
    package struct DescribeConfigsResource: WireStruct {
        /// Type of the resource: 2 is a topic, 4 a broker.
        package var resourceType: Int8 = 0
        /// Name of the resource; for a broker its id in digits.
        package var resourceName = ""
        /// Names of the configs; nil asks for all.
        package var configurationKeys: [String]? = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("resourceType", &resourceType)
            try coder.field("resourceName", &resourceName)
            try coder.field("configurationKeys", &configurationKeys)
            try coder.endOfStruct()
        }
    }
}

/// Configs of the resources asked for.
package struct DescribeConfigsResponse: WireStruct {
    /// How long a quota makes this client wait, in milliseconds.
    package var throttleTimeMs: Int32 = 0
    /// The configs by resource.
    package var results: [DescribeConfigsResult] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("throttleTimeMs", &throttleTimeMs)
        try coder.field("results", &results)
        try coder.endOfStruct()
    }
}

extension DescribeConfigsResponse {
    /// The configs of one resource.
    package struct DescribeConfigsResult: WireStruct {
        /// 0, or the code of an error.
        package var errorCode: Int16 = 0
        /// The error in words; nil or empty when the broker says no more.
        package var errorMessage: String? = ""
        /// Type of the resource: 2 is a topic, 4 a broker.
        package var resourceType: Int8 = 0
        /// Name of the resource; for a broker its id in digits.
        package var resourceName = ""
        /// The configs.
        package var configs: [DescribeConfigsResourceResult] = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("errorCode", &errorCode)
            try coder.field("errorMessage", &errorMessage)
            try coder.field("resourceType", &resourceType)
            try coder.field("resourceName", &resourceName)
            try coder.field("configs", &configs)
            try coder.endOfStruct()
        }
    }

    /// One config.
    package struct DescribeConfigsResourceResult: WireStruct {
        /// Name of the config.
        package var name = ""
        /// Value of the config; nil when it has none or it is secret.
        package var value: String? = ""
        /// Whether it cannot be changed.
        package var readOnly = false
        /// Where the value comes from: 1 topic, 2 broker, 3 default of all brokers, 4 the broker's start file, 5
        /// built in; -1 when unknown.
        package var configSource: Int8 = -1
        /// Whether its value is a secret and not told.
        package var isSensitive = false
        /// Every place where the config is set, the deciding one first.
        package var synonyms: [DescribeConfigsSynonym] = []
        /// Type: 1 boolean, 2 string, 3 int, 4 short, 5 long, 6 double, 7 list, 8 class, 9 password; 0 unknown;
        /// from version 3.
        package var configType: Int8 = 0
        /// What the config means; from version 3.
        package var documentation: String? = ""

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("name", &name)
            try coder.field("value", &value)
            try coder.field("readOnly", &readOnly)
            try coder.field("configSource", &configSource)
            try coder.field("isSensitive", &isSensitive)
            try coder.field("synonyms", &synonyms)
            if coder.version >= 3 {
                try coder.field("configType", &configType)
                try coder.field("documentation", &documentation)
            }
            try coder.endOfStruct()
        }
    }

    /// One place where the config is set; the first in the list wins.
    package struct DescribeConfigsSynonym: WireStruct {
        /// Name of the config in that place.
        package var name = ""
        /// Value of the config; nil when it has none or it is secret.
        package var value: String? = ""
        /// The place, in the numbers of `configSource`.
        package var source: Int8 = 0

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("name", &name)
            try coder.field("value", &value)
            try coder.field("source", &source)
            try coder.endOfStruct()
        }
    }
}
