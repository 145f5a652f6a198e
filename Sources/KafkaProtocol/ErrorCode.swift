/// An error code of the Kafka protocol, with Kafka's own name for it.
///
/// Messages carry codes as `Int16`; a code that a newer broker invents keeps its number and has no name.
package struct ErrorCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The code on the wire; 0 is no error.
    package let rawValue: Int16

    /// The code with number `rawValue`, known or not.
    package init(rawValue: Int16) {
        self.rawValue = rawValue
    }

    /// The code with number `code`, as messages carry it.
    package init(_ code: Int16) {
        rawValue = code
    }

    /// Every code that Kafka 4.3 has, in the order of the numbers.
    package static var known: [ErrorCode] {
        ErrorCodeTable.entries.indices.map { ErrorCode(rawValue: Int16($0) + ErrorCodeTable.firstCode) }
    }

    private var entry: ErrorCodeTable.Entry? {
        let index = Int(rawValue) - Int(ErrorCodeTable.firstCode)
        return ErrorCodeTable.entries.indices.contains(index) ? ErrorCodeTable.entries[index] : nil
    }

    /// Whether there is no error.
    package var isSuccess: Bool { rawValue == 0 }

    /// Kafka's name, such as `NOT_LEADER_OR_FOLLOWER`; `UNKNOWN_CODE` for a number Kafka 4.3 does not have.
    package var name: String { entry?.name ?? "UNKNOWN_CODE" }

    /// What the code means, in a few words without a capital or a full stop.
    package var meaning: String { entry?.meaning ?? "a code that this version of Lockstep does not know" }

    /// Whether Kafka's own clients try again after it (`RetriableException`).
    package var isRetriable: Bool { entry?.isRetriable ?? false }

    /// Name and number, such as `NOT_LEADER_OR_FOLLOWER (6)`.
    package var description: String { "\(name) (\(rawValue))" }
}
