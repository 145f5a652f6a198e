import Credentials
import EventLoop
import Glibc
import KafkaConnection

/// Tokens of one endpoint: asked for once for all connections, and anew before they end.
actor TokenSupply {
    private struct Kept {
        var request: TokenRequest
        var token: Secret
        /// When a new one is asked for.
        var renewal: ContinuousClock.Instant
        /// When brokers take it no longer.
        var end: ContinuousClock.Instant
    }

    private let loop: EventLoop
    private let ask: @Sendable (TokenRequest, EventLoop) async throws(HTTPSExchange.Failure) -> HTTPResponse
    private let now: @Sendable () -> ContinuousClock.Instant
    private var kept: Kept?
    private var isAsking = false
    /// Who waits for the one who asks; true for a turn, false for a wait that was cancelled.
    private var waiting: [OneAnswer<Bool>] = []

    /// How long an endpoint that gave no new token is left alone, as Kafka's clients do.
    private static let pause = Duration.seconds(10)

    /// A supply whose connections live on `loop`.
    ///
    /// - Parameters:
    ///   - now: what time it is.
    ///   - ask: sends a request and returns the answer.
    init(
        loop: EventLoop, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        ask: @escaping @Sendable (TokenRequest, EventLoop) async throws(HTTPSExchange.Failure) -> HTTPResponse = {
            (request, loop) async throws(HTTPSExchange.Failure) in try await HTTPSExchange.perform(request, loop)
        }
    ) {
        self.loop = loop
        self.now = now
        self.ask = ask
    }

    /// A token that is valid for a while yet; what is kept is good as long as the endpoint only fails for the moment.
    func token(_ request: TokenRequest) async throws(SecurityError) -> Secret {
        while isAsking {
            let turn = OneAnswer<Bool>()
            waiting.append(turn)
            guard await turn.wait(cancelled: false) else {
                throw SecurityError("the token endpoint \(request.shownURL) was not asked to the end.")
            }
        }
        if let kept, kept.request == request, now() < kept.renewal { return kept.token }
        isAsking = true
        defer {
            isAsking = false
            for turn in waiting { turn.give(true) }
            waiting = []
        }
        do throws(SecurityError) {
            let answer = try await answer(to: request)
            // Kafka's clients renew after four fifths of the time, too; a token of unknown life is used once.
            let life = Duration.seconds(min(max(answer.lifetimeSeconds ?? 0, 0), 86_400))
            let now = now()
            kept = Kept(request: request, token: answer.token, renewal: now + life * 0.8, end: now + life)
            return answer.token
        } catch {
            let now = now()
            guard error.isRetriable, let old = kept, old.request == request, now < old.end else { throw error }
            kept?.renewal = min(now + Self.pause, old.end)
            return old.token
        }
    }

    private func answer(to request: TokenRequest) async throws(SecurityError) -> TokenAnswer {
        let endpoint = "the token endpoint \(request.shownURL)"
        let response: HTTPResponse
        do throws(HTTPSExchange.Failure) {
            response = try await ask(request, loop)
        } catch {
            let sentence = error.advice.map { "\(error.words). \($0)" } ?? error.words
            throw SecurityError("\(endpoint) \(sentence)", isRetriable: error.isRetriable)
        }
        do throws(TokenAnswer.Refusal) {
            return try TokenAnswer(response, nowSeconds: Double(time(nil)), hiding: request.secretForms)
        } catch {
            throw SecurityError(
                "\(endpoint) \(error.words). Check clientId, clientSecret and scope.", isRetriable: error.isRetriable)
        }
    }
}
