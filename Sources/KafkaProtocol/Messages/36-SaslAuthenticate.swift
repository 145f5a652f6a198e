import Bytes

/// Carries one message of a SASL exchange to the broker (KIP-152).
package struct SaslAuthenticateRequest: RequestMessage {
    package typealias Response = SaslAuthenticateResponse
    package static let api = APIDescription(.saslAuthenticate, versions: 0...2, flexibleFrom: 2)

    /// The client's message, as the mechanism defines it.
    package var authBytes: ByteSlice = .empty

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("authBytes", &authBytes)
        try coder.endOfStruct()
    }
}

/// Carries the broker's message back.
package struct SaslAuthenticateResponse: WireStruct {
    /// 0, or 58 (SASL_AUTHENTICATION_FAILED).
    package var errorCode: Int16 = 0
    /// Why it was refused, in the broker's words.
    package var errorMessage: String? = ""
    /// The broker's message, as the mechanism defines it.
    package var authBytes: ByteSlice = .empty
    /// After so many milliseconds only another authentication is accepted (KIP-368); 0 for never; from version 1.
    package var sessionLifetimeMs: Int64 = 0

    /// All fields at Kafka's defaults.
    package init() {}

    package mutating func code<Coder: WireCoder>(with coder: inout Coder) throws(WireError) {
        try coder.field("errorCode", &errorCode)
        try coder.field("errorMessage", &errorMessage)
        try coder.field("authBytes", &authBytes)
        if coder.version >= 1 { try coder.field("sessionLifetimeMs", &sessionLifetimeMs) }
        try coder.endOfStruct()
    }
}
