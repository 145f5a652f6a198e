import KafkaProtocol

/// What handlers ask before they answer.
extension EmbeddedBroker {
    /// Whether the client of a request may do something.
    func isAllowed(_ operation: GuardedOperation, _ resource: GuardedResource, _ context: RequestContext) -> Bool {
        authorizer.allows(context.principal, from: context.host, operation, resource)
    }

    /// The operations that the client of a request may do, as bits (KIP-430); all without an authorizer.
    func authorizedOperations(_ resource: GuardedResource, _ context: RequestContext) -> Int32 {
        resource.operations.filter { isAllowed($0, resource, context) }.reduce(0) { $0 | 1 << Int32($1.rawValue) }
    }

    /// The same for the cluster: whoever may not DESCRIBE it is told nothing.
    func authorizedClusterOperations(_ context: RequestContext) -> Int32 {
        isAllowed(.describe, .cluster, context) ? authorizedOperations(.cluster, context) : 0
    }
}
