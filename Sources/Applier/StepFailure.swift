import KafkaClient
import LinkStore

/// Why a step was not done.
struct StepFailure: Error, Sendable {
    /// For people: what happened and how to go on.
    var reason: String
    /// Set when another apply is the reason: no further step may be tried.
    var lock: StoreError?

    init(_ reason: String) {
        self.reason = reason
    }

    init(_ error: StoreError) {
        reason = error.description
        lock = error.isLockLost ? error : nil
    }

    init(_ error: ClientError) {
        reason = error.description
    }
}

extension StepFailure {
    /// The answer of a cluster, or its refusal as a failure of the step.
    static func of<Value: Sendable>(
        _ operation: () async throws(ClientError) -> Value
    ) async throws(StepFailure) -> Value {
        do throws(ClientError) {
            return try await operation()
        } catch {
            throw StepFailure(error)
        }
    }
}
