import Bytes

/// Asks which APIs and versions a broker speaks (KIP-35, KIP-511).
package struct ApiVersionsRequest: RequestMessage {
    package typealias Response = ApiVersionsResponse
    package static let api = APIDescription(.apiVersions, versions: 0...4, flexibleFrom: 3)

    /// Name of the client software, for the broker's metrics; from version 3.
    package var clientSoftwareName = ""
    /// Version of the client software; from version 3.
    package var clientSoftwareVersion = ""

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        if coder.version >= 3 {
            try coder.field("clientSoftwareName", &clientSoftwareName)
            try coder.field("clientSoftwareVersion", &clientSoftwareVersion)
        }
        try coder.endOfStruct()
    }
}

/// The APIs and versions a broker speaks.
///
/// Its header is always version 0, so that any client can read it.
package struct ApiVersionsResponse: WireStruct {
    /// 0, or 35 (UNSUPPORTED_VERSION) with an answer in version 0.
    package var errorCode: Int16 = 0
    /// The APIs.
    package var apiKeys: [ApiVersion] = []
    /// How long a quota makes this client wait, in milliseconds; from version 1.
    package var throttleTimeMs: Int32 = 0
    /// Features this broker can work with; from version 3.
    package var supportedFeatures: [SupportedFeatureKey] = []
    /// Epoch of `finalizedFeatures`; -1 when unknown; from version 3.
    package var finalizedFeaturesEpoch: Int64 = -1
    /// Features the cluster works with; from version 3.
    package var finalizedFeatures: [FinalizedFeatureKey] = []
    /// Whether a controller is set up for the migration from ZooKeeper (KIP-866); from version 3.
    package var zkMigrationReady = false

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("errorCode", &errorCode)
        try coder.field("apiKeys", &apiKeys)
        if coder.version >= 1 { try coder.field("throttleTimeMs", &throttleTimeMs) }
        if coder.version >= 3 {
            try coder.tagged(0, "supportedFeatures", isPresent: !supportedFeatures.isEmpty) {
                (inner) throws(WireError) in
                try inner.field("supportedFeatures", &supportedFeatures)
            }
            try coder.tagged(1, "finalizedFeaturesEpoch", isPresent: finalizedFeaturesEpoch != -1) {
                (inner) throws(WireError) in
                try inner.field("finalizedFeaturesEpoch", &finalizedFeaturesEpoch)
            }
            try coder.tagged(2, "finalizedFeatures", isPresent: !finalizedFeatures.isEmpty) {
                (inner) throws(WireError) in
                try inner.field("finalizedFeatures", &finalizedFeatures)
            }
            try coder.tagged(3, "zkMigrationReady", isPresent: zkMigrationReady) { (inner) throws(WireError) in
                try inner.field("zkMigrationReady", &zkMigrationReady)
            }
        }
        try coder.endOfStruct()
    }
}

extension ApiVersionsResponse {
    /// One API with its range of versions.
    package struct ApiVersion: WireStruct {
        /// Key of the API.
        package var apiKey: Int16 = 0
        /// Lowest version spoken.
        package var minVersion: Int16 = 0
        /// Highest version spoken.
        package var maxVersion: Int16 = 0

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("apiKey", &apiKey)
            try coder.field("minVersion", &minVersion)
            try coder.field("maxVersion", &maxVersion)
            try coder.endOfStruct()
        }
    }

    /// One feature with the range of levels this broker can work at (KIP-584).
    package struct SupportedFeatureKey: WireStruct {
        /// Name of the feature.
        package var name = ""
        /// Lowest level.
        package var minVersion: Int16 = 0
        /// Highest level.
        package var maxVersion: Int16 = 0

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("name", &name)
            try coder.field("minVersion", &minVersion)
            try coder.field("maxVersion", &maxVersion)
            try coder.endOfStruct()
        }
    }

    /// One feature with the levels the whole cluster works at (KIP-584).
    package struct FinalizedFeatureKey: WireStruct {
        /// Name of the feature.
        package var name = ""
        /// Highest level in use.
        package var maxVersionLevel: Int16 = 0
        /// Lowest level in use.
        package var minVersionLevel: Int16 = 0

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("name", &name)
            try coder.field("maxVersionLevel", &maxVersionLevel)
            try coder.field("minVersionLevel", &minVersionLevel)
            try coder.endOfStruct()
        }
    }
}
