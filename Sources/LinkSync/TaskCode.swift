import KafkaClient
import KafkaConnection
import KafkaModel
import KafkaProtocol
import LinkStore

extension ClientError {
    /// Cluster Linking's code for what went wrong, as problems of tasks carry it.
    ///
    /// A cluster that says nothing is TIMEOUT_ERROR; one that does not let us in, or that we do not trust, is
    /// AUTHENTICATION_ERROR.
    package var taskCode: String {
        switch code {
        case .refused(let refusal, _, _, _): Self.taskCode(refusal)
        case .connection(let error, _): Self.taskCode(error)
        case .noBootstrapServer(let errors):
            // One server that lets nobody in says more than those that are silent.
            errors.lazy.map(Self.taskCode).first { $0 != Self.silence } ?? Self.silence
        case .unknownBroker: Self.silence
        case .noLeader, .incomplete, .wrongCluster: "INTERNAL_ERROR"
        }
    }

    private static let silence = "TIMEOUT_ERROR"

    private static func taskCode(_ refusal: ErrorCode) -> String {
        switch refusal {
        case .topicAuthorizationFailed, .groupAuthorizationFailed, .clusterAuthorizationFailed,
            .transactionalIdAuthorizationFailed:
            "AUTHORIZATION_ERROR"
        case .saslAuthenticationFailed: "AUTHENTICATION_ERROR"
        case .securityDisabled: "SECURITY_DISABLED_ERROR"
        case .policyViolation: "POLICY_VIOLATION_ERROR"
        case .invalidConfig: "INVALID_REQUEST_ERROR"
        case .invalidTopicException: "INVALID_TOPIC"
        case .unknownTopicOrPartition, .unknownTopicId: "UNKNOWN_TOPIC_OR_PARTITION_ERROR"
        default: "INTERNAL_ERROR"
        }
    }

    private static func taskCode(_ error: ConnectionError) -> String {
        switch error.code {
        case .tls, .security, .secretWithoutTLS, .sasl, .authenticationFailed, .mechanismNotOffered, .saslNotExpected:
            "AUTHENTICATION_ERROR"
        default: silence
        }
    }
}

extension StoreError {
    /// Cluster Linking's code for what went wrong, as problems of tasks carry it.
    package var taskCode: String {
        if case .client(let error) = code { error.taskCode } else { "INTERNAL_ERROR" }
    }
}

extension TaskProblem {
    /// What a cluster's refusal, or its silence, means to a task.
    ///
    /// - Parameter subject: what it is about; nil when it concerns the whole task.
    init(_ error: ClientError, subject: String? = nil) {
        self.init(.error, code: error.taskCode, subject: subject, error.description)
    }
}
