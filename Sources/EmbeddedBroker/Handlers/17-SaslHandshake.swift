import Credentials
import KafkaProtocol

/// Takes the mechanism that a client wants to authenticate with.
enum SaslHandshakeHandler: RequestHandler {
    typealias Request = SaslHandshakeRequest

    static func answer(
        _ request: SaslHandshakeRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> SaslHandshakeResponse {
        // Version 0 is of clients that do not know SaslAuthenticate.
        let isBare = context.version == 0
        let code = context.connection.authentication.choose(request.mechanism, isBare: isBare, broker.sasl)
        // As with Kafka, who wants to renew a session with a mechanism that is off is told nothing.
        if code == .unsupportedSaslMechanism, context.connection.authentication.hasSession {
            context.connection.close()
        }
        return SaslHandshakeResponse {
            $0.errorCode = code?.rawValue ?? 0
            guard code != .illegalSaslState else { return }
            $0.mechanisms = (broker.sasl?.mechanisms ?? []).map(\.name).sorted()
        }
    }

    static func refusal(_ request: SaslHandshakeRequest, _ code: ErrorCode) -> SaslHandshakeResponse {
        SaslHandshakeResponse { $0.errorCode = code.rawValue }
    }
}
