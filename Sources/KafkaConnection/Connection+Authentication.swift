import Bytes
import Credentials
import EventLoop
import KafkaProtocol

/// A session that the broker lets us have for a while (KIP-368).
struct AuthenticatedSession {
    /// As whom.
    let credentials: SASLCredentials
    /// Who tells the credentials that hold when the session is to go on.
    let provider: any SecurityProvider
    /// When the broker ends it; nil for never.
    let end: ContinuousClock.Instant?
    /// Fires when it is time to authenticate again.
    var timer: TimerToken?
}

extension Connection {
    /// More messages than any exchange has.
    private static let maximumRounds = 5
    /// How long a session that is over waits for credentials, with all that is to be sent.
    private static let grace = Duration.seconds(5)

    /// Says who we are and proves it, then keeps the session alive.
    func authenticate(
        _ credentials: SASLCredentials, from provider: any SecurityProvider, until deadline: Deadline
    ) async throws(ConnectionError) {
        let began = ContinuousClock.now
        let lifetimeMs = try await prove(credentials, until: deadline)
        advance(to: .letIn)
        if let ended { throw ended }
        let lifetime = lifetimeMs > 0 ? Duration.milliseconds(lifetimeMs) : nil
        session = AuthenticatedSession(credentials: credentials, provider: provider, end: lifetime.map { began + $0 })
        // As Kafka's clients do: early enough, and not all connections at the same time.
        if let lifetime { reauthenticate(after: lifetime * Double.random(in: 0.85...0.95)) }
    }

    /// One exchange; returns the lifetime of the session in milliseconds, 0 for endless.
    private func prove(
        _ credentials: SASLCredentials, until deadline: Deadline
    ) async throws(ConnectionError) -> Int64 {
        let mechanism = credentials.mechanism
        var exchange: SASLExchange
        do throws(SASLError) {
            exchange = try SASLExchange(credentials)
        } catch {
            throw ConnectionError(.sasl(error), peer: peer)
        }
        advance(to: .authenticating)
        try await choose(mechanism, until: deadline)
        let version = try negotiated(SaslAuthenticateRequest.api)
        var next: [UInt8]? = exchange.firstMessage
        var lifetimeMs: Int64 = 0
        var rounds = 0
        while let message = next, rounds < Self.maximumRounds {
            rounds += 1
            var request = SaslAuthenticateRequest()
            request.authBytes = ByteSlice(message)
            let response = try await send(request, version: version, until: deadline)
            guard response.errorCode == 0 else {
                throw refusal(response, mechanism, exchange.complaint)
            }
            lifetimeMs = response.sessionLifetimeMs
            do throws(SASLError) {
                (exchange, next) = try await Self.step(exchange, response.authBytes.array).get()
            } catch {
                throw ConnectionError(.sasl(error), peer: peer)
            }
        }
        guard next == nil else {
            let error = SASLError.malformed(mechanism: mechanism, "the exchange does not end")
            throw ConnectionError(.sasl(error), peer: peer)
        }
        return lifetimeMs
    }

    private func choose(_ mechanism: String, until deadline: Deadline) async throws(ConnectionError) {
        var request = SaslHandshakeRequest()
        request.mechanism = mechanism
        let version = try negotiated(SaslHandshakeRequest.api)
        guard version >= 1 else {
            throw ConnectionError(.unsupportedVersion(.saslHandshake, theirs: 0...version), peer: peer)
        }
        let response = try await send(request, version: version, until: deadline)
        switch ErrorCode(response.errorCode) {
        case let code where code.isSuccess: return
        case .unsupportedSaslMechanism:
            let offered = response.mechanisms.prefix(20).map { shown(Array($0.utf8)) }
            throw ConnectionError(.mechanismNotOffered(mechanism: mechanism, offered: offered), peer: peer)
        case .illegalSaslState: throw ConnectionError(.saslNotExpected, peer: peer)
        case let code: throw ConnectionError(.refused(.saslHandshake, code), peer: peer)
        }
    }

    private func refusal(
        _ response: SaslAuthenticateResponse, _ mechanism: String, _ complaint: String?
    ) -> ConnectionError {
        let words = [complaint, response.errorMessage.map { shown(Array($0.utf8)) }].compactMap { $0 }
        let message = words.filter { !$0.isEmpty }.joined(separator: ": ")
        return ConnectionError(.authenticationFailed(mechanism: mechanism, message: message), peer: peer)
    }

    /// Off the loop: a password is hashed thousands of times, and the loop has others to serve.
    @concurrent
    private static func step(
        _ exchange: SASLExchange, _ message: [UInt8]
    ) async -> Result<(SASLExchange, [UInt8]?), SASLError> {
        var exchange = exchange
        do throws(SASLError) {
            let next = try exchange.answer(to: message)
            return .success((exchange, next))
        } catch {
            return .failure(error)
        }
    }

    // MARK: Again

    private func reauthenticate(after delay: Duration) {
        session?.timer = loop.schedule(after: delay) { [weak self] in
            guard let self else { return }
            Task { await self.reauthenticate() }
        }
    }

    /// Authenticates again with the credentials of now: new requests wait, those on their way are answered before.
    private func reauthenticate() async {
        guard let session, let end = session.end else { return }
        let left = ContinuousClock.now.duration(to: end)
        switch await session.provider.current(within: min(max(left, .seconds(1)), .seconds(10)), on: loop) {
        case .failure(let error):
            guard ended == nil else { return }
            let now = ContinuousClock.now
            guard now < end + Self.grace else { return self.end(.security(error)) }
            // What is missing may come back. Brokers renew a session that is over, but end one that is used then.
            let pause = min(max(now.duration(to: end) / 2, .milliseconds(100)), .seconds(10))
            hold(now + pause >= end)
            reauthenticate(after: pause)
        case .success(let security):
            guard ended == nil else { return }
            // A session goes on as the same one only; for another a new connection is opened.
            guard let credentials = security.sasl, credentials.isSamePrincipal(as: session.credentials) else {
                return self.end(.closed)
            }
            hold(true)
            do throws(ConnectionError) {
                let deadline = Deadline(inMs: options.requestTimeoutMs)
                try await authenticate(credentials, from: session.provider, until: deadline)
                hold(false)
            } catch {
                self.end(error.isRefusal ? .closed : error.code)
            }
        }
    }
}

extension ConnectionError {
    /// Whether the credentials are not taken.
    ///
    /// For a session that was let in before, this says nothing for sure: a broker refuses to renew it too soon, or as
    /// another principal. The next connection tells.
    fileprivate var isRefusal: Bool {
        switch code {
        case .authenticationFailed, .saslNotExpected, .mechanismNotOffered, .sasl: true
        default: false
        }
    }
}

extension SASLCredentials {
    /// Whether a broker would take both for the same one; of a token only the broker knows.
    fileprivate func isSamePrincipal(as other: SASLCredentials) -> Bool {
        switch (self, other) {
        case (.plain(let mine, _), .plain(let theirs, _)): mine == theirs
        case (.scram(let hash, let mine, _), .scram(let otherHash, let theirs, _)): hash == otherHash && mine == theirs
        case (.oauthBearer, .oauthBearer): true
        default: false
        }
    }
}
