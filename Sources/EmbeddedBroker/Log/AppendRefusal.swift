import KafkaProtocol

/// Why a batch was not appended: what the Produce response carries for the partition.
struct AppendRefusal: Error, Equatable {
    /// The error code.
    var code: ErrorCode
    /// Text for the response; real brokers send one only with `recordErrors` and about transactions.
    var message: String?
    /// The records to blame, by their index in the batch.
    var recordErrors: [RecordError] = []
    /// Whether the log itself refused, so that the answer tells where it starts.
    let isFromLog: Bool

    /// One record to blame.
    struct RecordError: Equatable {
        /// Index of the record in its batch.
        var batchIndex: Int32
        /// What is wrong with it.
        var message: String
    }

    /// Refusals that real brokers answer without the log's start although the log was asked.
    private static let silentCodes: Set<ErrorCode> = [
        .messageTooLarge, .recordListTooLarge, .corruptMessage, .kafkaStorageError, .unknownTopicOrPartition,
    ]

    /// A refusal; `isFromLog` is false when the log was not even asked.
    init(_ code: ErrorCode, isFromLog: Bool = true, message: String? = nil) {
        self.code = code
        self.message = message
        self.isFromLog = isFromLog && !Self.silentCodes.contains(code)
    }

    /// Most record errors that the text shows (Kafka: `RecordValidationException`).
    private static let shownErrors = 3

    /// A refusal because of records.
    init(_ code: ErrorCode, records: [RecordError]) {
        self.code = code
        isFromLog = true
        recordErrors = records
        let shown = records.prefix(Self.shownErrors).map {
            "RecordError(batchIndex=\($0.batchIndex), message='\($0.message)')"
        }
        message =
            "One or more records have been rejected due to \(records.count) record errors in total, and only "
            + "showing the first three errors at most: [\(shown.joined(separator: ", "))]"
    }
}
