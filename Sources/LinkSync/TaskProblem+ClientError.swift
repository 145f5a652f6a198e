import KafkaClient
import KafkaModel
import KafkaProtocol

extension TaskProblem {
    /// What a cluster's refusal, or its silence, means to a task.
    ///
    /// - Parameter subject: what it is about; nil when it concerns the whole task.
    init(_ error: ClientError, subject: String? = nil) {
        let code: String
        switch error.errorCode {
        case .groupAuthorizationFailed, .topicAuthorizationFailed, .clusterAuthorizationFailed:
            code = "AUTHORIZATION_ERROR"
        case .saslAuthenticationFailed: code = "AUTHENTICATION_ERROR"
        case .unknownTopicOrPartition: code = "UNKNOWN_TOPIC_OR_PARTITION_ERROR"
        case nil:
            switch error.code {
            case .noBootstrapServer, .connection, .unknownBroker: code = "TIMEOUT_ERROR"
            default: code = "INTERNAL_ERROR"
            }
        default: code = "INTERNAL_ERROR"
        }
        self.init(.error, code: code, subject: subject, error.description)
    }
}
