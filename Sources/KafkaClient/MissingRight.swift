import KafkaModel
import KafkaProtocol

/// Which right a cluster wants to see when it refuses a request for the lack of one.
///
/// Of two rights that would do, the one that Lockstep needs anyway: READ permits DESCRIBE. Source: the authorization
/// table of Kafka's documentation ("Operations and resources on protocols").
enum MissingRight {
    /// What to do as a clause, such as `allow Lockstep's principal READ on topic orders (…)`; nil when the code is
    /// about no right.
    ///
    /// - Parameter subject: what the request was about, as errors have it: `topic orders`, `partition orders-0`.
    static func advice(_ code: ErrorCode, _ api: APIKey, _ subject: String) -> String? {
        let operation: AclOperation
        var resource = subject
        switch code {
        case .topicAuthorizationFailed: (operation, resource) = (onTopic(api), topic(subject))
        case .groupAuthorizationFailed: operation = onGroup(api)
        case .transactionalIdAuthorizationFailed: operation = .write
        case .clusterAuthorizationFailed: (operation, resource) = (onCluster(api), "the cluster")
        default: return nil
        }
        // Offsets are fetched where they come from, and where they go to.
        let more = api == .offsetFetch ? ", or READ where offsets are committed," : ""
        return "allow Lockstep's principal \(operation.kafkaName)\(more) on \(resource) "
            + "(`lockstep doctor --acls` prints how)"
    }

    /// A partition's topic, and any other subject as it is.
    private static func topic(_ subject: String) -> String {
        let word = "partition "
        guard subject.hasPrefix(word), let end = subject.lastIndex(of: "-") else { return subject }
        return "topic " + subject[subject.index(subject.startIndex, offsetBy: word.count)..<end]
    }

    private static func onTopic(_ api: APIKey) -> AclOperation {
        switch api {
        case .produce, .addPartitionsToTxn: .write
        case .createTopics: .create
        case .deleteTopics, .deleteRecords: .delete
        case .createPartitions: .alter
        case .describeConfigs: .describeConfigs
        case .incrementalAlterConfigs: .alterConfigs
        default: .read
        }
    }

    private static func onGroup(_ api: APIKey) -> AclOperation {
        switch api {
        case .offsetFetch, .describeGroups: .describe
        case .deleteGroups: .delete
        default: .read
        }
    }

    private static func onCluster(_ api: APIKey) -> AclOperation {
        switch api {
        case .createAcls, .deleteAcls: .alter
        case .createTopics: .create
        case .initProducerId, .produce: .idempotentWrite
        case .describeConfigs: .describeConfigs
        case .incrementalAlterConfigs: .alterConfigs
        default: .describe
        }
    }
}
