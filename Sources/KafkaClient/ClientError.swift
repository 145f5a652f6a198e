import EventLoop
import KafkaConnection
import KafkaModel
import KafkaProtocol

/// Why a cluster did not do what was asked.
package struct ClientError: Error, Sendable, CustomStringConvertible {
    /// What went wrong.
    package enum Code: Sendable {
        /// No bootstrap server answered; what happened with each.
        case noBootstrapServer([ConnectionError])
        /// A broker did not answer as a broker; its id where it came from metadata.
        case connection(ConnectionError, brokerId: Int32?)
        /// A broker answered with an error: which one, to which API, about what, with its own words.
        case refused(ErrorCode, APIKey, subject: String, message: String?)
        /// The cluster's metadata names no such broker.
        case unknownBroker(Int32)
        /// A partition has no leader now.
        case noLeader(TopicPartition)
        /// An answer lacks what was asked for.
        case incomplete(APIKey, subject: String)
        /// The cluster reports another id than the manifest demands.
        case wrongCluster(expected: String, actual: String?)
    }

    /// What went wrong.
    package let code: Code
    /// Name of the cluster in the manifests.
    package let cluster: String

    /// A failure of `cluster`.
    package init(_ code: Code, cluster: String) {
        self.code = code
        self.cluster = cluster
    }

    /// Whether trying again may help.
    package var isRetriable: Bool {
        switch code {
        case .connection(let error, _): error.isRetriable
        case .refused(let code, _, _, _): code.isRetriable
        case .noBootstrapServer(let errors): errors.contains { $0.isRetriable }
        case .noLeader, .unknownBroker: true
        case .incomplete, .wrongCluster: false
        }
    }

    /// Whether trying again may help, soon or once somebody has mended a certificate, a password or a port.
    ///
    /// Work that goes on by itself tries again and again then; a command that was called once says so and ends.
    package var isMendable: Bool {
        switch code {
        case .connection(let error, _): error.isMendable
        case .noBootstrapServer(let errors): errors.contains { $0.isMendable }
        default: isRetriable
        }
    }

    /// The broker's error code, when a broker answered with one.
    package var errorCode: ErrorCode? {
        if case .refused(let code, _, _, _) = code { code } else { nil }
    }

    /// What happened, where, why, and what to do next.
    package var description: String {
        switch code {
        case .noBootstrapServer(let errors) where Self.ownProblem(errors) != nil:
            "cluster \(cluster): no connection can be made: \(Self.ownProblem(errors)?.description ?? "")"
        case .noBootstrapServer(let errors):
            "cluster \(cluster): no bootstrap server answers. " + errors.map(\.description).joined(separator: " ")
        case .connection(let error, let brokerId):
            "cluster \(cluster): \(Self.text(error, brokerId))"
        case .refused(let code, let api, let subject, let message):
            "cluster \(cluster): \(api.name) of \(subject) was refused with \(code): "
                + Self.said(message ?? code.meaning)
                + (MissingRight.advice(code, api, subject).map { "; \($0)." } ?? ".")
        case .unknownBroker(let id):
            "cluster \(cluster): its metadata names no broker \(id)."
        case .noLeader(let partition):
            "cluster \(cluster): partition \(partition) has no leader now."
        case .incomplete(let api, let subject):
            "cluster \(cluster): the answer to \(api.name) leaves out \(subject)."
        case .wrongCluster(let expected, let actual):
            "cluster \(cluster): its cluster id is \(actual ?? "not told"), but the manifest demands \(expected). "
                + "Nothing was done. Check bootstrapServers, or correct clusterId."
        }
    }

    /// A broker's words without a full stop of their own.
    private static func said(_ text: String) -> Substring {
        var words = text[...]
        while words.last == "." { words.removeLast() }
        return words
    }

    /// What is missing on our side, when that and nothing else keeps every connection from being made.
    private static func ownProblem(_ errors: [ConnectionError]) -> SecurityError? {
        let problems = errors.map { if case .security(let error) = $0.code { error } else { nil } as SecurityError? }
        guard let first = problems.first, problems.allSatisfy({ $0 == first }) else { return nil }
        return first
    }

    /// Where an address comes from metadata, the broker's `advertised.listeners` may be what is wrong.
    private static func text(_ error: ConnectionError, _ brokerId: Int32?) -> String {
        guard let brokerId else { return "\(error)" }
        switch error.code {
        case .unresolved(let resolution):
            return
                "broker \(brokerId) advertises \(error.peer), which cannot be resolved here (\(resolution.meaning)). "
                + "Correct advertised.listeners on that broker, or make the name known to this machine."
        case .unreachable, .connectTimeout:
            return
                "\(error) Broker \(brokerId) advertises this address; if it is not for clients like this one, correct "
                + "advertised.listeners on that broker."
        default: return "\(error)"
        }
    }
}
