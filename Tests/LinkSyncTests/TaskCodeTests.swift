import KafkaClient
import KafkaConnection
import KafkaProtocol
import LinkStore
import LinkSync
import Testing

@Suite("Codes of tasks' problems")
struct TaskCodeTests {
    private func connection(_ code: ConnectionError.Code) -> ConnectionError {
        ConnectionError(code, peer: "paris-1:9092")
    }

    private func code(_ code: ClientError.Code) -> String { ClientError(code, cluster: "paris").taskCode }

    @Test(arguments: [
        (ErrorCode.groupAuthorizationFailed, "AUTHORIZATION_ERROR"),
        (.transactionalIdAuthorizationFailed, "AUTHORIZATION_ERROR"), (.securityDisabled, "SECURITY_DISABLED_ERROR"),
        (.policyViolation, "POLICY_VIOLATION_ERROR"), (.unknownTopicId, "UNKNOWN_TOPIC_OR_PARTITION_ERROR"),
        (.unknownServerError, "INTERNAL_ERROR"),
    ])
    func `a refusal has its code, from wherever it comes`(_ refusal: ErrorCode, _ expected: String) {
        let error = ClientError(.refused(refusal, .describeConfigs, subject: "orders", message: nil), cluster: "paris")
        #expect(error.taskCode == expected)
        #expect(StoreError(.client(error), cluster: "paris").taskCode == expected)
    }

    @Test func `one server that lets nobody in says more than those that are silent`() {
        let silent = connection(.connectTimeout(10_000))
        let closed = connection(.authenticationFailed(mechanism: "PLAIN", message: "wrong"))
        #expect(code(.noBootstrapServer([silent])) == "TIMEOUT_ERROR")
        #expect(code(.noBootstrapServer([silent, closed, silent])) == "AUTHENTICATION_ERROR")
        #expect(code(.connection(closed, brokerId: 1)) == "AUTHENTICATION_ERROR")
    }
}
