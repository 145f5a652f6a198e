import KafkaProtocol

/// How far a connection has come.
enum ConnectionProgress: Int, Comparable {
    /// The socket is connecting.
    case connecting
    /// TLS is being agreed on.
    case securing
    /// Requests may be sent.
    case open
    /// The broker told its versions.
    case versionsKnown
    /// The SASL exchange is going on.
    case authenticating
    /// The broker has answered what it only answers to those it lets in.
    case letIn

    /// What the answer to this API shows.
    init(afterAnswerTo key: APIKey) {
        self =
            switch key {
            case .apiVersions: .versionsKnown
            case .saslHandshake, .saslAuthenticate: .authenticating
            default: .letIn
            }
    }

    static func < (left: ConnectionProgress, right: ConnectionProgress) -> Bool { left.rawValue < right.rawValue }

    /// How to call this moment when the peer goes now.
    func momentOfEnd(overTLS isSecured: Bool) -> ConnectionError.Moment {
        switch self {
        case .connecting, .securing, .open: isSecured ? .afterHandshake : .beforeFirstAnswer
        case .versionsKnown: .afterVersions
        case .authenticating: .withinAuthentication
        case .letIn: .betweenAnswers
        }
    }
}
