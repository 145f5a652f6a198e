import Bytes
import KafkaProtocol

/// Carries the messages of the exchange that SaslHandshake began.
enum SaslAuthenticateHandler: RequestHandler {
    typealias Request = SaslAuthenticateRequest

    static func answer(
        _ request: SaslAuthenticateRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> SaslAuthenticateResponse {
        switch broker.take(request.authBytes, of: context.connection) {
        case .message(let bytes, let lifetimeMs):
            SaslAuthenticateResponse {
                $0.authBytes = ByteSlice(bytes)
                $0.sessionLifetimeMs = lifetimeMs
            }
        case .refusal(let words): refusal(.saslAuthenticationFailed, words)
        case .unexpected: refusal(request, .illegalSaslState)
        }
    }

    static func refusal(_ request: SaslAuthenticateRequest, _ code: ErrorCode) -> SaslAuthenticateResponse {
        let isLate = code == .illegalSaslState
        return refusal(
            code, isLate ? "SaslAuthenticate request received after successful authentication" : code.meaning)
    }

    private static func refusal(_ code: ErrorCode, _ words: String) -> SaslAuthenticateResponse {
        SaslAuthenticateResponse {
            $0.errorCode = code.rawValue
            $0.errorMessage = words
        }
    }
}
