/// A figure of a status: known, or not and why.
///
/// There is never a number that stands for "unknown".
package enum StatusReading<Value: Hashable & Sendable>: Hashable, Sendable {
    /// It was read.
    case known(Value)
    /// It could not be read; the reason in words.
    case unknown(String)

    /// The figure; nil when it is unknown.
    package var value: Value? {
        if case .known(let value) = self { value } else { nil }
    }

    /// Why it is unknown; nil when it is known.
    package var reason: String? {
        if case .unknown(let reason) = self { reason } else { nil }
    }
}
