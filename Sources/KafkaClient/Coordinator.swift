import EventLoop
import KafkaConnection
import KafkaProtocol

/// Who or what has a coordinator.
package enum CoordinatorKey: Hashable, Sendable, CustomStringConvertible {
    /// A group, by its id.
    case group(String)
    /// A transactional id.
    case transaction(String)

    /// As errors name it.
    package var description: String {
        switch self {
        case .group(let id): "group \(id)"
        case .transaction(let id): "transactional id \(id)"
        }
    }
}

extension ClusterClient {
    /// The broker that coordinates `key` now, with one request.
    package func coordinator(_ key: CoordinatorKey) async throws(ClientError) -> Int32 {
        var request = FindCoordinatorRequest()
        switch key {
        case .group(let id):
            request.key = id
            request.keyType = 0
        case .transaction(let id):
            request.key = id
            request.keyType = 1
        }
        let response = try await sendToAny(request, maximumVersion: 3)
        guard response.errorCode == 0 else {
            throw error(
                .refused(
                    ErrorCode(response.errorCode), .findCoordinator, subject: "\(key)", message: response.errorMessage))
        }
        return response.nodeId
    }

    /// Finds the coordinator and runs `operation` with it, again as long as the failure is retriable.
    ///
    /// This is the one place where coordinators are followed. The patience is a time, not a number of attempts: the
    /// first use of groups or transactions makes a cluster create an internal topic, and a failed broker's groups are
    /// loaded elsewhere; both take seconds.
    ///
    /// - Parameter patience: how long to try; the request timeout when nil.
    func withCoordinator<Value: Sendable>(
        _ key: CoordinatorKey, patience: Duration? = nil,
        _ operation: @Sendable (isolated ClusterClient, Int32) async throws(ClientError) -> Value
    ) async throws(ClientError) -> Value {
        let deadline = ContinuousClock.now + (patience ?? .milliseconds(options.requestTimeoutMs))
        var attempt = 1
        while true {
            do throws(ClientError) {
                let broker = try await coordinator(key)
                return try await operation(self, broker)
            } catch {
                guard error.isRetriable, ContinuousClock.now < deadline, !Task.isCancelled else { throw error }
                await loop.pause(.milliseconds(retry.pauseMs(after: attempt)))
                attempt += 1
            }
        }
    }
}
