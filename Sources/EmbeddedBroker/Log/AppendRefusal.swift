import KafkaProtocol

/// Why a batch was not appended: what the Produce response carries for the partition.
struct AppendRefusal: Error, Equatable {
    /// The error code.
    var code: ErrorCode
    /// Text for the response; real brokers send one only with `recordErrors`.
    var message: String?
    /// The records to blame, by their index in the batch.
    var recordErrors: [RecordError] = []

    /// One record to blame.
    struct RecordError: Equatable {
        /// Index of the record in its batch.
        var batchIndex: Int32
        /// What is wrong with it.
        var message: String
    }

    init(_ code: ErrorCode) {
        self.code = code
    }

    /// Most record errors that the text shows (Kafka: `RecordValidationException`).
    private static let shownErrors = 3

    /// A refusal because of records.
    init(_ code: ErrorCode, records: [RecordError]) {
        self.code = code
        recordErrors = records
        let shown = records.prefix(Self.shownErrors).map {
            "RecordError(batchIndex=\($0.batchIndex), message='\($0.message)')"
        }
        message =
            "One or more records have been rejected due to \(records.count) record errors in total, and only "
            + "showing the first three errors at most: [\(shown.joined(separator: ", "))]"
    }
}
