import KafkaProtocol
import TestSupport
import Testing

/// Error codes, their names and whether to try again.
@Suite struct ErrorCodeTests {
    @Test func `names a code as Kafka does`() {
        #expect(ErrorCode.notLeaderOrFollower.description == "NOT_LEADER_OR_FOLLOWER (6)")
        #expect(ErrorCode(45) == .outOfOrderSequenceNumber)
        #expect(ErrorCode(-1).description == "UNKNOWN_SERVER_ERROR (-1)")
        #expect(ErrorCode.noError.description == "NONE (0)")
        #expect(ErrorCode.noError.isSuccess && !ErrorCode.unknownServerError.isSuccess)
        #expect(ErrorCode.rebootstrapRequired.rawValue == 129)
    }

    @Test func `says what a code means`() {
        #expect(ErrorCode.messageTooLarge.meaning == "the batch is larger than the topic's `max.message.bytes`")
        #expect(ErrorCode.notLeaderOrFollower.isRetriable)
        #expect(!ErrorCode.topicAuthorizationFailed.isRetriable)
    }

    @Test(arguments: [Int16.min, -2, 134, .max])
    func `keeps the number of a code it does not know`(code: Int16) {
        let unknown = ErrorCode(rawValue: code)
        #expect(unknown.description == "UNKNOWN_CODE (\(code))")
        #expect(unknown.meaning == "a code that this version of Lockstep does not know")
        #expect(!unknown.isRetriable)
    }

    @Test func `has every code once, with a meaning of its own`() {
        #expect(ErrorCode.known.map(\.rawValue) == Array(-1...133))
        #expect(Set(ErrorCode.known.map(\.name)).count == ErrorCode.known.count)
        #expect(Set(ErrorCode.known.map(\.meaning)).count == ErrorCode.known.count)
    }

    @Test(
        .enabled(if: KafkaInstallation.isGiven, KafkaInstallation.hint), .timeLimit(.minutes(2)),
        arguments: KafkaInstallation.all)
    func `agrees with Kafka's own list`(kafka: KafkaInstallation) async throws {
        let output = try await kafka.output(ofJava: Self.lister, named: "ListErrors")
        let lines = output.split(separator: "\n")
        let names = lines.map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
        let known = ErrorCode.known.prefix(lines.count)
        #expect(known.map { "\($0.rawValue) \($0.name)" } == names)
        if kafka.version.hasPrefix("4.3.") {
            #expect(ErrorCode.known.map { "\($0.rawValue) \($0.name) \($0.isRetriable)" } == lines.map(String.init))
        }
    }

    private static let lister = """
        import org.apache.kafka.common.errors.RetriableException;
        import org.apache.kafka.common.protocol.Errors;

        public class ListErrors {
            public static void main(String[] arguments) {
                for (Errors error : Errors.values()) {
                    boolean retriable = error.exception() instanceof RetriableException;
                    System.out.println(error.code() + " " + error.name() + " " + retriable);
                }
            }
        }
        """
}
