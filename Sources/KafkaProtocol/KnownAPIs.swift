/// The table of all messages: for headers, version negotiation and the tests against Kafka's definitions.
package enum KnownAPIs {
    /// Every API, in the order of the keys.
    package static let all: [APIDescription] = [
        ApiVersionsRequest.api
    ]

    private static let byKey = Dictionary(uniqueKeysWithValues: all.map { ($0.key.rawValue, $0) })

    /// The description of the API with key `key`; nil when Lockstep does not speak it.
    package static func description(_ key: Int16) -> APIDescription? {
        byKey[key]
    }
}
