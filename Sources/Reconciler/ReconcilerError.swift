import EventLoop
import KafkaClient

/// Why a cycle could not be done.
package enum ReconcilerError: Error, Sendable, CustomStringConvertible {
    /// The system gave no event loop.
    case system(SystemError)
    /// A client property of a cluster cannot be used; the reason as a sentence.
    case property(cluster: String, key: String, reason: String)
    /// The manifests name no such link.
    case unknownLink(String, known: [String])
    /// A cluster did not do what was asked.
    case client(ClientError)

    /// What happened and what to do.
    package var description: String {
        switch self {
        case .system(let error): "the system gave no event loop: \(error)"
        case .property(let cluster, let key, let reason): "cluster \(cluster): property \(key): \(reason)"
        case .unknownLink(let name, let known):
            known.isEmpty
                ? "the manifests declare no link"
                : "the manifests declare no link \(name), only \(known.joined(separator: ", "))"
        case .client(let error): "\(error)"
        }
    }
}
