import KafkaClient
import KafkaProtocol

extension ClientError {
    /// Cluster Linking's code for what went wrong, as problems of tasks carry it.
    package var taskCode: String {
        switch errorCode {
        case .topicAuthorizationFailed, .clusterAuthorizationFailed, .transactionalIdAuthorizationFailed:
            "AUTHORIZATION_ERROR"
        case .policyViolation: "POLICY_VIOLATION_ERROR"
        case .invalidConfig: "INVALID_REQUEST_ERROR"
        case .invalidTopicException: "INVALID_TOPIC"
        case .unknownTopicOrPartition, .unknownTopicId: "UNKNOWN_TOPIC_OR_PARTITION_ERROR"
        default: "INTERNAL_ERROR"
        }
    }
}
