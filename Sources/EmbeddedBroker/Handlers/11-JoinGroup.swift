import KafkaProtocol

/// Joins a group and waits for the generation to be formed.
enum JoinGroupHandler: RequestHandler {
    typealias Request = JoinGroupRequest

    /// Before version 7, no protocol was an empty name.
    private static let mayLackProtocol: Int16 = 7

    static func answer(
        _ request: JoinGroupRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> JoinGroupResponse {
        guard broker.isAllowed(.read, .group(request.groupId), context) else {
            return refusal(request, .groupAuthorizationFailed)
        }
        let attempt = JoinAttempt(
            request: request, version: context.version, clientId: context.header.clientId ?? "",
            clientHost: context.clientHost, ticket: GroupTicket(number: broker.nextNumber()),
            freshId: hyphenated(broker.randomId()))
        var response = await withUnsafeContinuation { continuation in
            guard !broker.isStopped else {
                return continuation.resume(returning: refusal(request, .coordinatorNotAvailable))
            }
            broker.joins[attempt.ticket] = continuation
            broker.perform(broker.groups.join(attempt, broker.clock.monotonic))
        }
        if response.errorCode != 0 && context.version >= mayLackProtocol { response.protocolName = nil }
        return response
    }

    /// As member ids end: 8-4-4-4-12 hexadecimal digits.
    private static func hyphenated(_ id: KafkaUUID) -> String {
        let digits = [id.high, id.low].map { half in
            let text = String(half, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }.joined()
        var groups: [Substring] = []
        var rest = digits[...]
        for length in [8, 4, 4, 4, 12] {
            groups.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return groups.joined(separator: "-")
    }

    static func refusal(_ request: JoinGroupRequest, _ code: ErrorCode) -> JoinGroupResponse {
        ClassicGroup.joinError(code, request.memberId)
    }
}
