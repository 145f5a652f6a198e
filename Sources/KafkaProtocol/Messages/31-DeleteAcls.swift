import Bytes

/// Deletes the ACLs that filters cover.
package struct DeleteAclsRequest: RequestMessage {
    package typealias Response = DeleteAclsResponse
    package static let api = APIDescription(.deleteAcls, versions: 1...3, flexibleFrom: 2)

    /// The filters.
    package var filters: [DeleteAclsFilter] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("filters", &filters)
        try coder.endOfStruct()
    }
}

extension DeleteAclsRequest {
    /// One filter.
    package struct DeleteAclsFilter: WireStruct {
        /// Type of the resource; 1 is any.
        package var resourceTypeFilter: Int8 = 0
        /// Name of the resource; nil is any.
        package var resourceNameFilter: String? = ""
        /// How names are compared: 1 any, 2 match, 3 literal, 4 prefixed.
        package var patternTypeFilter: Int8 = 3
        /// Principal, such as `User:app`; nil is any.
        package var principalFilter: String? = ""
        /// Host; nil is any.
        package var hostFilter: String? = ""
        /// Operation; 1 is any.
        package var operation: Int8 = 0
        /// 1 any, 2 deny, 3 allow.
        package var permissionType: Int8 = 0

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("resourceTypeFilter", &resourceTypeFilter)
            try coder.field("resourceNameFilter", &resourceNameFilter)
            try coder.field("patternTypeFilter", &patternTypeFilter)
            try coder.field("principalFilter", &principalFilter)
            try coder.field("hostFilter", &hostFilter)
            try coder.field("operation", &operation)
            try coder.field("permissionType", &permissionType)
            try coder.endOfStruct()
        }
    }
}

/// Says for each filter what was deleted.
package struct DeleteAclsResponse: WireStruct {
    /// How long a quota makes this client wait, in milliseconds.
    package var throttleTimeMs: Int32 = 0
    /// The outcomes, in the order of the request.
    package var filterResults: [DeleteAclsFilterResult] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("throttleTimeMs", &throttleTimeMs)
        try coder.field("filterResults", &filterResults)
        try coder.endOfStruct()
    }
}

extension DeleteAclsResponse {
    /// The outcome for one filter.
    package struct DeleteAclsFilterResult: WireStruct {
        /// 0, or the code of an error.
        package var errorCode: Int16 = 0
        /// The error in words; nil or empty when the broker says no more.
        package var errorMessage: String? = ""
        /// The ACLs that it covered.
        package var matchingAcls: [DeleteAclsMatchingAcl] = []

        /// All fields at Kafka's defaults.
        package init() {}

        package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
            try coder.field("errorCode", &errorCode)
            try coder.field("errorMessage", &errorMessage)
            try coder.field("matchingAcls", &matchingAcls)
            try coder.endOfStruct()
        }
    }

    /// One ACL that a filter covered.
    package struct DeleteAclsMatchingAcl: WireStruct {
        /// 0 when it was deleted, or the code of an error.
        package var errorCode: Int16 = 0
        /// The error in words; nil or empty when the broker says no more.
        package var errorMessage: String? = ""
        /// Type of the resource.
        package var resourceType: Int8 = 0
        /// Name of the resource, or the prefix.
        package var resourceName = ""
        /// 3 literal, 4 prefixed.
        package var patternType: Int8 = 3
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
            try coder.field("errorCode", &errorCode)
            try coder.field("errorMessage", &errorMessage)
            try coder.field("resourceType", &resourceType)
            try coder.field("resourceName", &resourceName)
            try coder.field("patternType", &patternType)
            try coder.field("principal", &principal)
            try coder.field("host", &host)
            try coder.field("operation", &operation)
            try coder.field("permissionType", &permissionType)
            try coder.endOfStruct()
        }
    }
}
