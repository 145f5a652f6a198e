import Bytes
import KafkaProtocol

/// Tells the APIs and versions: those of the handler table, less what the options leave out.
enum ApiVersionsHandler: RequestHandler {
    typealias Request = ApiVersionsRequest

    static func answer(
        _ request: ApiVersionsRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> ApiVersionsResponse {
        ApiVersionsResponse {
            $0.apiKeys = HandlerTable.all.compactMap { handler in
                broker.offered(handler).map { entry(HandlerTable.key(of: handler), $0) }
            }
        }
    }

    static func refusal(_ request: ApiVersionsRequest, _ code: ErrorCode) -> ApiVersionsResponse {
        ApiVersionsResponse { $0.errorCode = code.rawValue }
    }

    /// The answer to a version that is not offered, in version 0, which everybody can read (KIP-511).
    static func unsupportedVersion(_ context: RequestContext) -> RequestOutcome {
        let response = ApiVersionsResponse {
            $0.errorCode = ErrorCode.unsupportedVersion.rawValue
            $0.apiKeys = [entry(.apiVersions, advertised)]
        }
        var writer = WireWriter()
        ResponseHeader.encode(correlationId: context.header.correlationId, into: &writer, version: 0)
        guard (try? response.encode(into: &writer, version: 0, isFlexible: false)) != nil else { return .close }
        return .answer(writer)
    }

    private static func entry(_ key: APIKey, _ versions: ClosedRange<Int16>) -> ApiVersionsResponse.ApiVersion {
        ApiVersionsResponse.ApiVersion {
            $0.apiKey = key.rawValue
            $0.minVersion = versions.lowerBound
            $0.maxVersion = versions.upperBound
        }
    }
}
