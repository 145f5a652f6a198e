import KafkaClient

/// Why a worker cannot go on.
package enum WorkerError: Error, Sendable, CustomStringConvertible {
    /// Another worker uses the same instance id.
    case fenced(instanceId: String)
    /// The group cannot be joined, and trying again will not help.
    case group(ClientError)

    /// What happened and what to do next.
    package var description: String {
        switch self {
        case .fenced(let instanceId):
            "another worker has started with the instance id \(instanceId) and takes over. This one ends."
        case .group(let error):
            "the workers' group cannot be joined. \(error)"
        }
    }
}
