/// The operations that a client may do, as bits: without an authorizer all that the resource knows (KIP-430).
enum AuthorizedOperations {
    private enum Operation: Int32 {
        case read = 3
        case write = 4
        case create = 5
        case delete = 6
        case alter = 7
        case describe = 8
        case clusterAction = 9
        case describeConfigs = 10
        case alterConfigs = 11
        case idempotentWrite = 12
    }

    /// Of a topic.
    static let topic = bits([.read, .write, .create, .delete, .alter, .describe, .describeConfigs, .alterConfigs])
    /// Of a group.
    static let group = bits([.read, .delete, .describe, .describeConfigs, .alterConfigs])
    /// Of the cluster.
    static let cluster = bits([
        .create, .alter, .describe, .clusterAction, .describeConfigs, .alterConfigs, .idempotentWrite,
    ])

    private static func bits(_ operations: [Operation]) -> Int32 {
        operations.reduce(0) { $0 | 1 << $1.rawValue }
    }
}
