import KafkaClient
import KafkaModel
import KafkaProtocol

extension TaskProblem {
    /// What a cluster's refusal, or its silence, means to a task.
    ///
    /// - Parameters:
    ///   - subject: what it is about; nil when it concerns the whole task.
    ///   - right: what must be allowed, such as `DESCRIBE on group orders`, in case that is what is missing.
    init(_ error: ClientError, subject: String? = nil, right: String? = nil) {
        var text = error.description
        let code: String
        switch error.errorCode {
        case .groupAuthorizationFailed, .topicAuthorizationFailed, .clusterAuthorizationFailed:
            code = "AUTHORIZATION_ERROR"
            if let right { text += " Allow the link's principal \(right) on \(error.cluster)." }
        case .saslAuthenticationFailed: code = "AUTHENTICATION_ERROR"
        case .unknownTopicOrPartition: code = "UNKNOWN_TOPIC_OR_PARTITION_ERROR"
        case nil:
            switch error.code {
            case .noBootstrapServer, .connection, .unknownBroker: code = "TIMEOUT_ERROR"
            default: code = "INTERNAL_ERROR"
            }
        default: code = "INTERNAL_ERROR"
        }
        self.init(.error, code: code, subject: subject, text)
    }
}
