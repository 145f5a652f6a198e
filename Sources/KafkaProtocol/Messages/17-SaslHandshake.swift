import Bytes

/// Chooses a SASL mechanism; from version 1 on the exchange itself goes through SaslAuthenticate (KIP-152).
package struct SaslHandshakeRequest: RequestMessage {
    package typealias Response = SaslHandshakeResponse
    package static let api = APIDescription(.saslHandshake, versions: 0...1, flexibleFrom: nil)

    /// Name of the mechanism, such as `SCRAM-SHA-512`.
    package var mechanism = ""

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("mechanism", &mechanism)
        try coder.endOfStruct()
    }
}

/// Says whether the listener offers the mechanism.
package struct SaslHandshakeResponse: WireStruct {
    /// 0; 33 when the listener does not offer the mechanism, 34 when it does not want SASL here or now.
    package var errorCode: Int16 = 0
    /// The mechanisms that the listener offers.
    package var mechanisms: [String] = []

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("errorCode", &errorCode)
        try coder.field("mechanisms", &mechanisms)
        try coder.endOfStruct()
    }
}
