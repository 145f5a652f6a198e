import Bytes
import KafkaProtocol

/// Tells the APIs and versions: those of the handler table, less what the options leave out.
enum ApiVersionsHandler: RequestHandler {
    typealias Request = ApiVersionsRequest

    private static let namesSoftware: Int16 = 3

    static func answer(
        _ request: ApiVersionsRequest, _ context: RequestContext, _ broker: isolated EmbeddedBroker
    ) async -> ApiVersionsResponse {
        if context.version >= namesSoftware {
            let names = [request.clientSoftwareName, request.clientSoftwareVersion]
            guard names.allSatisfy(isSoftwareName) else { return refusal(request, .invalidRequest) }
        }
        context.connection.authentication.toldVersions()
        return ApiVersionsResponse {
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

    /// Letters and digits; between them hyphens and dots, too (KIP-511).
    private static func isSoftwareName(_ name: String) -> Bool {
        func isLetterOrDigit(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"):
                true
            default: false
            }
        }
        guard let first = name.utf8.first, let last = name.utf8.last else { return false }
        return isLetterOrDigit(first) && isLetterOrDigit(last)
            && name.utf8.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
    }

    private static func entry(_ key: APIKey, _ versions: ClosedRange<Int16>) -> ApiVersionsResponse.ApiVersion {
        ApiVersionsResponse.ApiVersion {
            $0.apiKey = key.rawValue
            $0.minVersion = versions.lowerBound
            $0.maxVersion = versions.upperBound
        }
    }
}
