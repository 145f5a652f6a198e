import Credentials
import KafkaProtocol

/// How far the client of a connection is with proving who it is, as Kafka's `SaslServerAuthenticator` goes; no I/O, no
/// clock.
///
/// First ApiVersions, if the client wants it, then SaslHandshake, then SaslAuthenticate until the exchange is over. A
/// session with an end is renewed by another SaslHandshake (KIP-368). Whatever else comes ends the connection.
struct Authentication: Sendable {
    private enum Phase: Sendable {
        /// ApiVersions or SaslHandshake is due.
        case begins
        /// Only SaslHandshake is due: versions are told once, and sessions are renewed without.
        case knowsVersions
        case exchanges(SASLServerExchange, isBare: Bool)
        /// The client chose another mechanism than that of its session; it is told nothing, but may not go on.
        case changedMechanism
        /// Any request may come.
        case open
        case failed
    }

    private struct Session: Sendable {
        var mechanism: SASLMechanism
        /// By the broker's own clock, in milliseconds; nil for never.
        var endMs: Int64?
    }

    /// What becomes of a request that came in.
    enum Admission: Sendable {
        /// It is handled.
        case handled
        /// It is answered with `ILLEGAL_SASL_STATE`, and the connection ends.
        case refused
        /// The connection ends.
        case closes
    }

    /// The broker's answer to a message of an exchange.
    enum Answer: Hashable, Sendable {
        /// The message, and how long the session lasts; 0 for always, or as long as it has not begun.
        case message([UInt8], lifetimeMs: Int64)
        /// The client is not let in, with these words.
        case refusal(String)
        /// No exchange is due.
        case unexpected
    }

    /// The principal of clients that have not said who they are.
    static let anonymous = "User:ANONYMOUS"
    /// Most bytes of a request from somebody who has not said who he is (`sasl.server.max.receive.size`).
    static let maximumRequestBytes = 512 * 1024
    /// No session is renewed more often, in milliseconds.
    private static let renewalPauseMs: Int64 = 1_000

    /// Whom the connection belongs to.
    private(set) var principal = anonymous
    private var phase: Phase
    private var session: Session?
    private var renewedMs: Int64?

    /// - Parameter expectsSASL: whether clients must authenticate before anything else.
    init(expectsSASL: Bool) {
        phase = expectsSASL ? .begins : .open
    }

    /// Whether any request may come.
    var isOpen: Bool { if case .open = phase { true } else { false } }
    /// Whether the client was let in before, and is to prove again who it is.
    var hasSession: Bool { session != nil }
    /// Whether the client was refused: it may be told so, then the connection ends.
    var hasFailed: Bool { if case .failed = phase { true } else { false } }
    /// Whether messages of the exchange come without a header, as SaslHandshake of version 0 has it.
    var takesBareMessages: Bool { if case .exchanges(_, isBare: true) = phase { true } else { false } }

    /// Notes whose certificate the client has shown.
    mutating func showed(certificateOf name: String) {
        principal = "User:\(name)"
    }

    /// Notes that ApiVersions was answered.
    mutating func toldVersions() {
        if case .begins = phase { phase = .knowsVersions }
    }

    /// Lets the session be over now.
    mutating func endSession() {
        session?.endMs = .min
    }

    /// What becomes of a request.
    mutating func admit(_ key: APIKey, nowMs: Int64) -> Admission {
        switch phase {
        case .begins: return key == .apiVersions || key == .saslHandshake ? .handled : .closes
        case .knowsVersions: return key == .saslHandshake ? .handled : .closes
        case .exchanges:
            if key == .saslAuthenticate { return .handled }
            phase = .failed
            return .refused
        case .changedMechanism, .failed:
            phase = .failed
            return .closes
        case .open:
            guard let endMs = session?.endMs else { return .handled }
            if key == .saslHandshake, renewedMs.map({ nowMs - $0 >= Self.renewalPauseMs }) ?? true {
                renewedMs = nowMs
                phase = .knowsVersions
                return .handled
            }
            return nowMs < endMs ? .handled : .closes
        }
    }

    /// Takes the mechanism that the client names in SaslHandshake; returns why not, nil when the exchange begins.
    ///
    /// - Parameter isBare: whether the exchange goes on without headers.
    mutating func choose(_ name: String, isBare: Bool, _ options: SASLOptions?) -> ErrorCode? {
        switch phase {
        case .begins, .knowsVersions: break
        case .exchanges, .changedMechanism, .open, .failed: return .illegalSaslState
        }
        guard let mechanism = options?.mechanisms.first(where: { $0.name == name }) else {
            phase = .failed
            return .unsupportedSaslMechanism
        }
        let isSame = session.map { $0.mechanism == mechanism } ?? true
        phase = isSame ? .exchanges(SASLServerExchange(mechanism), isBare: isBare) : .changedMechanism
        return nil
    }

    /// Takes a message of the exchange.
    ///
    /// - Parameters:
    ///   - nowMs: by the broker's own clock, for sessions.
    ///   - wallMs: milliseconds since 1970, for tokens.
    mutating func take(_ message: [UInt8], _ options: SASLOptions?, nowMs: Int64, wallMs: Int64) -> Answer {
        guard case .exchanges(var exchange, let isBare) = phase, let options else { return .unexpected }
        do throws(SASLRefusal) {
            switch try exchange.answer(to: message, options, now: wallMs) {
            case .more(let answer):
                phase = .exchanges(exchange, isBare: isBare)
                return .message(answer, lifetimeMs: 0)
            case .done(let answer, let identity):
                try begin(exchange.mechanism, as: "User:\(identity.name)")
                let limits = [identity.endMs.map { max($0 - wallMs, 0) }, Self.positive(options.maximumSessionMs)]
                let lifetimeMs = limits.compactMap(\.self).min()
                session?.endMs = lifetimeMs.map { nowMs + $0 }
                return .message(answer, lifetimeMs: lifetimeMs ?? 0)
            }
        } catch {
            phase = .failed
            return .refusal(words(error, exchange.mechanism))
        }
    }

    private mutating func begin(_ mechanism: SASLMechanism, as other: String) throws(SASLRefusal) {
        guard session == nil || other == principal else {
            let names = [principal, other].map { $0.replacing(":", with: ".", maxReplacements: 1) }
            throw .told("Cannot change principals during re-authentication from \(names[0]): \(names[1])")
        }
        principal = other
        session = Session(mechanism: mechanism)
        phase = .open
    }

    private func words(_ refusal: SASLRefusal, _ mechanism: SASLMechanism) -> String {
        switch refusal {
        case .told(let words): return words
        case .untold:
            let what = session == nil ? "authentication" : "re-authentication"
            return
                "Authentication failed during \(what) due to invalid credentials with SASL mechanism \(mechanism.name)"
        }
    }

    private static func positive(_ number: Int64) -> Int64? { number > 0 ? number : nil }
}
