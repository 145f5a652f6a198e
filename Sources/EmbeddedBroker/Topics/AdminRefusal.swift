import KafkaProtocol

/// Why an administrative request was refused, with the text real brokers send along.
struct AdminRefusal: Error, Equatable {
    /// The error code.
    var code: ErrorCode
    /// The text; nil where brokers send none.
    var message: String?

    init(_ code: ErrorCode, _ message: String? = nil) {
        self.code = code
        self.message = message
    }
}
