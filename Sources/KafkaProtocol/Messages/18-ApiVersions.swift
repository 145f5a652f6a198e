import Bytes

/// Asks which APIs and versions a broker speaks (KIP-35, KIP-511).
package struct ApiVersionsRequest: RequestMessage {
    package typealias Response = ApiVersionsResponse
    package static let api = APIDescription(.apiVersions, versions: 0...4, flexibleFrom: 3)

    /// Name of the client software, for the broker's metrics; from version 3.
    package var clientSoftwareName = ""
    /// Version of the client software; from version 3.
    package var clientSoftwareVersion = ""

    /// A request without names.
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
package struct ApiVersionsResponse: WireStruct {
    /// One API with its range of versions.
    package struct ApiVersion: WireStruct, Hashable {
        /// Key of the API.
        package var apiKey: Int16 = 0
        /// Lowest version spoken.
        package var minVersion: Int16 = 0
        /// Highest version spoken.
        package var maxVersion: Int16 = 0

        /// An entry of zeros.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("apiKey", &apiKey)
            try coder.field("minVersion", &minVersion)
            try coder.field("maxVersion", &maxVersion)
            try coder.endOfStruct()
        }
    }

    /// `UNSUPPORTED_VERSION` when the request's version is not spoken; then only version 0 is answered.
    package var errorCode: Int16 = 0
    /// The APIs.
    package var apiKeys: [ApiVersion] = []
    /// How long the broker made us wait for a quota, in milliseconds; from version 1.
    package var throttleTimeMs: Int32 = 0

    /// An empty response.
    package init() {}

    // The tagged fields of version 3 (features) say nothing that Lockstep uses; they are skipped.
    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("errorCode", &errorCode)
        try coder.field("apiKeys", &apiKeys)
        if coder.version >= 1 { try coder.field("throttleTimeMs", &throttleTimeMs) }
        try coder.endOfStruct()
    }
}
