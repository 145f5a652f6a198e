import KafkaClient
import KafkaModel
import KafkaProtocol

/// Why a pass of the ACL sync could not go on.
struct AclProblem: Error {
    /// Cluster Linking's codes for it.
    enum Code: String {
        case securityDisabled = "SECURITY_DISABLED_ERROR"
        case authorization = "AUTHORIZATION_ERROR"
        case authentication = "AUTHENTICATION_ERROR"
        case misconfiguration = "MISCONFIGURATION_ERROR"
        case internalError = "INTERNAL_ERROR"
    }

    let code: Code
    let text: String

    init(_ code: Code, _ text: String) {
        self.code = code
        self.text = text
    }

    /// A failure of a cluster.
    ///
    /// - Parameter needed: the right on the cluster that the request needs.
    init(_ error: ClientError, needed: AclOperation) {
        code =
            switch error.errorCode {
            case .securityDisabled: .securityDisabled
            case .clusterAuthorizationFailed: .authorization
            case .saslAuthenticationFailed: .authentication
            default: .internalError
            }
        text = error.aboutAcls(needed: needed)
    }

    /// As a task reports it.
    var problem: TaskProblem { TaskProblem(.error, code: code.rawValue, text) }
}
