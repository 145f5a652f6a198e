import Bytes

/// Creates ACLs; one that exists already counts as created.
package struct CreateAclsRequest: RequestMessage {
    package typealias Response = CreateAclsResponse
    package static let api = APIDescription(.createAcls, versions: 1...3, flexibleFrom: 2)

    /// The ACLs.
    package var creations: [AclCreation] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("creations", &creations)
        try coder.endOfStruct()
    }
}

extension CreateAclsRequest {
    /// One ACL.
    package struct AclCreation: WireStruct {
        /// Type of the resource.
        package var resourceType: Int8 = 0
        /// Name of the resource, or the prefix.
        package var resourceName = ""
        /// 3 literal, 4 prefixed.
        package var resourcePatternType: Int8 = 3
        /// Principal, such as `User:app`.
        package var principal = ""
        /// Host, or `*`.
        package var host = ""
        /// Operation.
        package var operation: Int8 = 0
        /// 2 deny, 3 allow.
        package var permissionType: Int8 = 0

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("resourceType", &resourceType)
            try coder.field("resourceName", &resourceName)
            try coder.field("resourcePatternType", &resourcePatternType)
            try coder.field("principal", &principal)
            try coder.field("host", &host)
            try coder.field("operation", &operation)
            try coder.field("permissionType", &permissionType)
            try coder.endOfStruct()
        }
    }
}

/// Says for each ACL whether it was created.
package struct CreateAclsResponse: WireStruct {
    /// How long a quota makes this client wait, in milliseconds.
    package var throttleTimeMs: Int32 = 0
    /// The outcomes, in the order of the request.
    package var results: [AclCreationResult] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("throttleTimeMs", &throttleTimeMs)
        try coder.field("results", &results)
        try coder.endOfStruct()
    }
}

extension CreateAclsResponse {
    /// The outcome for one ACL.
    package struct AclCreationResult: WireStruct {
        /// 0, or the code of an error.
        package var errorCode: Int16 = 0
        /// The error in words; nil or empty when the broker says no more.
        package var errorMessage: String? = ""

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("errorCode", &errorCode)
            try coder.field("errorMessage", &errorMessage)
            try coder.endOfStruct()
        }
    }
}
