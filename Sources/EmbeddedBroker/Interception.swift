import Bytes
import KafkaProtocol

/// What a test does to a request before the broker sees it.
package enum Interception: Sendable {
    /// Nothing.
    case pass
    /// Handles it after a while.
    case delay(Duration)
    /// Answers with an error at every place that has one; the broker does nothing.
    case fail(ErrorCode)
    /// Closes the connection; the broker does nothing.
    case dropBefore
    /// Handles the request and then closes the connection instead of answering.
    case dropAfter
    /// Handles it when the gate opens.
    case hold(until: RequestGate)
    /// Handles it and answers when the gate opens.
    case holdReply(until: RequestGate)
}

/// How often an interception applies before the requests pass again.
package enum InterceptionCount: Sendable {
    /// The next request only.
    case once
    /// The next requests.
    case times(Int)
    /// Every request, until `stopIntercepting`.
    case always
}

/// A request as an interception sees it.
package struct InterceptedRequest: Sendable {
    /// The header.
    package let header: RequestHeader
    /// The body, not decoded.
    package let body: ByteSlice

    /// The body as a request of this type; nil when it is another API or cannot be decoded.
    package func decoded<Request: RequestMessage>(as type: Request.Type = Request.self) -> Request? {
        guard header.apiKey == Request.api.key.rawValue else { return nil }
        return try? Request.decode(
            body, version: header.apiVersion, isFlexible: Request.api.isFlexible(header.apiVersion))
    }
}

/// The interceptions in force.
struct Interceptions {
    private struct Entry {
        var left: Int
        var decide: @Sendable (InterceptedRequest) -> Interception
    }

    private var entries: [APIKey: Entry] = [:]

    /// Decides over requests of `key` from now on, instead of an earlier interception.
    mutating func set(
        _ key: APIKey, _ count: InterceptionCount, _ decide: @escaping @Sendable (InterceptedRequest) -> Interception
    ) {
        let left =
            switch count {
            case .once: 1
            case .times(let number): number
            case .always: Int.max
            }
        entries[key] = Entry(left: left, decide: decide)
    }

    /// Lets requests of `key` pass.
    mutating func remove(_ key: APIKey) {
        entries[key] = nil
    }

    /// What to do with a request.
    ///
    /// One that passes is not counted.
    mutating func decide(_ key: APIKey, _ request: @autoclosure () -> InterceptedRequest) -> Interception {
        guard let entry = entries[key], entry.left > 0 else { return .pass }
        let decision = entry.decide(request())
        if case .pass = decision { return .pass }
        entries[key]?.left -= entry.left == .max ? 0 : 1
        return decision
    }
}
