import Credentials
import EventLoop
import Glibc
import KafkaConnection

/// Tokens of one endpoint: asked for once for all connections, and anew before they end.
actor TokenSupply {
    private struct Kept {
        var request: TokenRequest
        var token: Secret
        var renewal: ContinuousClock.Instant
    }

    private let loop: EventLoop
    private let ask: @Sendable (TokenRequest, EventLoop) async throws(HTTPSExchange.Failure) -> HTTPResponse
    private var kept: Kept?
    private var isAsking = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// A supply whose connections live on `loop`.
    ///
    /// - Parameter ask: sends a request and returns the answer.
    init(
        loop: EventLoop,
        ask: @escaping @Sendable (TokenRequest, EventLoop) async throws(HTTPSExchange.Failure) -> HTTPResponse =
            HTTPSExchange.perform
    ) {
        self.loop = loop
        self.ask = ask
    }

    /// A token that is valid for a while yet.
    func token(_ request: TokenRequest) async throws(SecurityError) -> Secret {
        while isAsking { await withCheckedContinuation { waiting.append($0) } }
        if let kept, kept.request == request, ContinuousClock.now < kept.renewal { return kept.token }
        isAsking = true
        defer {
            isAsking = false
            let released = waiting
            waiting = []
            for continuation in released { continuation.resume() }
        }
        let answer = try await answer(to: request)
        // Kafka's clients renew after four fifths of the time, too; a token of unknown life is used once.
        let life = max(answer.lifetimeSeconds ?? 0, 0)
        let renewal = ContinuousClock.now + .seconds(min(life, 86_400) * 0.8)
        kept = Kept(request: request, token: answer.token, renewal: renewal)
        return answer.token
    }

    private func answer(to request: TokenRequest) async throws(SecurityError) -> TokenAnswer {
        let response: HTTPResponse
        do throws(HTTPSExchange.Failure) {
            response = try await ask(request, loop)
        } catch {
            throw SecurityError(
                "the token endpoint \(request.url) \(error.words). Check tokenEndpoint, and whether it is up.",
                isRetriable: error.isRetriable)
        }
        do throws(TokenAnswer.Refusal) {
            return try TokenAnswer(response, nowSeconds: Double(time(nil)))
        } catch {
            let secret = request.clientSecret.reveal()
            let words = secret.isEmpty ? error.words : error.words.replacing(secret, with: "••••")
            throw SecurityError(
                "the token endpoint \(request.url) \(words). Check clientId, clientSecret and scope.",
                isRetriable: error.isRetriable)
        }
    }
}
