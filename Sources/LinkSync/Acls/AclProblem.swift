import KafkaClient
import KafkaModel

/// Why a pass of the ACL sync could not go on.
struct AclProblem: Error {
    /// Cluster Linking's code for it.
    let code: String
    /// For people: what happened and what to do.
    let text: String

    init(_ code: String, _ text: String) {
        self.code = code
        self.text = text
    }

    /// A failure of a cluster.
    ///
    /// - Parameter needed: the right on the cluster that the request needs.
    init(_ error: ClientError, needed: AclOperation) {
        self.init(error.taskCode, error.aboutAcls(needed: needed))
    }

    /// As a task reports it.
    var problem: TaskProblem { TaskProblem(.error, code: code, text) }
}
