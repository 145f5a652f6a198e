import Bytes
import KafkaProtocol

/// What a handler knows of a request besides its body.
struct RequestContext: Sendable {
    /// The header.
    var header: RequestHeader
    /// The connection it came by.
    var connection: BrokerConnection
    /// The client's address as brokers show it.
    var clientHost = "/127.0.0.1"

    /// Whom the connection belongs to, as authorizers name it.
    var principal: String { connection.authentication.principal }
    /// The client's address as authorizers compare it.
    var host: String { String(clientHost.dropFirst()) }

    /// Version of the request.
    var version: Int16 { header.apiVersion }
}

/// One API of the embedded broker: what it offers and how it answers.
protocol RequestHandler: Sendable {
    /// The request it answers.
    associatedtype Request: RequestMessage

    /// Versions in the ApiVersions answer; all that can be coded by default.
    static var advertised: ClosedRange<Int16> { get }

    /// Answers a request; may wait.
    static func answer(
        _ request: Request, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> Request.Response

    /// The answer that carries `code` at every place that has one.
    static func refusal(_ request: Request, _ code: ErrorCode) -> Request.Response

    /// Whether the client expects an answer: always, but for Produce with acks 0.
    static func isAnswered(_ request: Request) -> Bool
}

extension RequestHandler {
    static var advertised: ClosedRange<Int16> { Request.api.versions }

    static func isAnswered(_ request: Request) -> Bool { true }
}

/// What becomes of a request.
enum RequestOutcome {
    /// These bytes are sent, header included.
    case answer(WireWriter)
    /// Nothing is sent.
    case silence
    /// The connection is closed.
    case close
}

extension RequestHandler {
    /// Decodes a request, has it answered or intercepted and encodes the answer.
    static func handle(
        _ body: ByteSlice, _ context: RequestContext, _ interception: Interception, _ broker: isolated EmbeddedBroker
    ) async -> RequestOutcome {
        let api = Request.api
        let version = context.version
        guard
            let request = try? Request.decode(body, version: version, isFlexible: api.isFlexible(version))
        else { return .close }
        if case .fail(let code) = interception {
            return encoded(refusal(request, code), request, context)
        }
        let response = await answer(request, context, broker)
        if case .holdReply(let gate) = interception { await broker.wait(at: gate) }
        if case .dropAfter = interception { return .close }
        return encoded(response, request, context)
    }

    private static func encoded(
        _ response: Request.Response, _ request: Request, _ context: RequestContext
    ) -> RequestOutcome {
        guard isAnswered(request) else { return .silence }
        let api = Request.api
        let version = context.version
        var writer = WireWriter()
        ResponseHeader.encode(
            correlationId: context.header.correlationId, into: &writer,
            version: api.responseHeaderVersion(version))
        do throws(WireError) {
            try response.encode(into: &writer, version: version, isFlexible: api.isFlexible(version))
            return .answer(writer)
        } catch {
            return .close
        }
    }
}
